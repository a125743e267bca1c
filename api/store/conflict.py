"""What cannot be done as things are."""


class Conflict(Exception):
    """Something is asked that contradicts what is there; the text says what, and what can be done instead."""
