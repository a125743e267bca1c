"""Shells over the other packages: the command line."""
