"""The part of an export's form that says which column goes where."""
