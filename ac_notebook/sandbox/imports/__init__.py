"""Bulk import: reading a body, queueing it, applying it, calling back (section 7)."""
