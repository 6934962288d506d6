"""Tables of what was kept: saved exports with what can be done with them, and runs."""
