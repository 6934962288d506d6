"""The form of an export: where it goes, which rows, how; what it would do; running it."""
