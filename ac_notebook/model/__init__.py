"""Frozen values and the documented limits; standard library only, no I/O."""
