"""Pure functions over DataFrames: no clock, no I/O, no randomness."""
