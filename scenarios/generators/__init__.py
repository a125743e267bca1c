"""Makers of library scenarios: each reads a scenario's facts and assumptions and writes its folder, always the same."""
