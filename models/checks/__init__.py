"""Checks of a scenario's records together, one small function each; ``models.consistency`` has their table."""
