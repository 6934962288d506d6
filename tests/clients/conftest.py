"""What pytest leaves alone here: scripts that import what only an environment of their own has."""

collect_ignore = ["scripts"]
