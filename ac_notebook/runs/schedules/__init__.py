"""Schedules of saved exports: when they are due, who runs them, and what becomes of one that keeps failing."""
