"""Names in the order of the Finnish alphabet."""

import re

# The three marks that follow z in ASCII stand for the letters that follow it in Finnish.
_ALPHABET = str.maketrans({"å": "{", "ä": "|", "ö": "}", "ü": "y"})


def name_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key of a name: å, ä and ö come last, and numbers count as numbers, so that 2 comes before 10."""
    parts = re.findall(r"\d+|\D+", name.casefold())
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part.translate(_ALPHABET)) for part in parts)
