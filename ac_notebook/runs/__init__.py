"""Use cases: the only floor where frames, HTTP and disk meet."""
