"""The REST API: which address answers what, and in which shape."""
