"""Forms of connections: making one, and the table of those that are saved."""
