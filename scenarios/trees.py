"""Trees of values as JSON holds them: what no scenario can hold is found with its place, whoever wrote the text."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from scenarios.problems import Fault, Path

DEEPEST = 100
"""Levels of lists and mappings inside each other; a scenario has about ten."""
MOST = 10**15
"""Numbers are smaller than this, above and below zero: larger ones are not exact in every program that reads JSON."""
TOO_LARGE = f"Write a number between -{MOST} and {MOST}."

TOO_DEEP = Fault(
    (),
    f"lists and mappings stand more than {DEEPEST} deep inside each other.",
    "Write them flatter, as the documentation shows.",
)

_UNMARKED = bytes(set(range(256)) - set(b'[]{}"'))
_STEPS = np.zeros(256, np.int32)
_STEPS[list(b"[{")], _STEPS[list(b"]}")] = 1, -1
_ESCAPES = re.compile(r"\\(?:u0000|u[dD][89a-fA-F]|x|0|U)")
"""How JSON and YAML may write what no text can hold; most files have none of them, and are not searched for any."""
_ODD_TEXT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True)
class _Odd:
    """Stands in a tree for what cannot be read there."""

    problem: str
    mend: str


def tree_of_json(text: str) -> tuple[Any, list[Fault]]:
    """Return what a text holds, and the places where it holds what cannot be read; without any, it is sound.

    Raises
    ------
    json.JSONDecodeError
        When it is not JSON.
    """
    odd: list[_Odd] = []

    def tell(problem: str, mend: str) -> _Odd:
        odd.append(_Odd(problem, mend))
        return odd[-1]

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen = dict(pairs)
        if len(seen) < len(pairs):
            twice = next(key for key, _ in pairs if sum(key == other for other, _ in pairs) > 1)
            seen[twice] = tell(f"{twice!r} is named twice.", "Keep one of the two.")
        return seen

    def whole(digits: str) -> int | _Odd:
        small = len(digits) < len(str(MOST)) or len(digits.lstrip("-")) < len(str(MOST))
        return int(digits) if small else tell("the number is too large.", TOO_LARGE)

    def number(digits: str) -> float | _Odd:
        value = float(digits)
        return value if abs(value) < MOST else tell("the number is too large.", TOO_LARGE)

    if _depth_of_json(text) > DEEPEST:
        return None, [TOO_DEEP]
    tree = json.loads(
        text,
        object_pairs_hook=once,
        parse_constant=lambda name: tell(f"{name} is not a number.", "Write digits, or leave it out."),
        parse_int=whole,
        parse_float=number,
    )
    return tree, list(_odd_places(tree, ())) if odd or _ESCAPES.search(text) else []


def faults_of_tree(tree: Any, text: str) -> list[Fault]:
    """Return the places of a tree read from a text, such as YAML, at which it holds what cannot be kept."""
    if _is_deep(tree):
        return [TOO_DEEP]
    return list(_odd_places(tree, ())) if _ESCAPES.search(text) else []


def _depth_of_json(text: str) -> int:
    """Return how deep brackets stand inside each other, those in texts apart; before anything goes so deep to read."""
    marks = text.replace("\\\\", "").replace('\\"', "").encode(errors="replace").translate(None, _UNMARKED)
    codes = np.frombuffer(marks.replace(b'""', b""), np.uint8)  # of texts, only those with brackets are left
    outside = np.cumsum(codes == ord('"')) % 2 == 0
    return int(np.cumsum(_STEPS[codes] * outside).max(initial=0))


def _is_deep(tree: Any) -> bool:
    """Tell whether values nest too deep; level by level, for a deep tree is no place to recur."""
    level = [tree]
    for _ in range(DEEPEST + 1):
        level = [
            value
            for one in level
            if isinstance(one, dict | list)
            for value in (one.values() if isinstance(one, dict) else one)
            if isinstance(value, dict | list)
        ]
        if not level:
            return False
    return True


def _odd_places(tree: Any, path: Path) -> Iterator[Fault]:
    """Find what cannot be read or kept, each with its place in the tree."""
    if isinstance(tree, _Odd):
        yield Fault(path, tree.problem, tree.mend)
    elif isinstance(tree, str):
        if (odd := _ODD_TEXT.search(tree)) is not None:
            yield Fault(path, *_odd_text(odd[0]))
    elif isinstance(tree, Mapping):
        for name, value in tree.items():
            if isinstance(name, str) and (odd := _ODD_TEXT.search(name)) is not None:
                yield Fault(path, *_odd_text(odd[0]))
            else:
                yield from _odd_places(value, (*path, name))
    elif isinstance(tree, list):
        for number, value in enumerate(tree):
            yield from _odd_places(value, (*path, number))


def _odd_text(character: str) -> tuple[str, str]:
    if character == "\0":
        return "a text has a null character in it.", "Remove it."
    return "a text has half of a character in it, a lone surrogate.", "Write the whole character."
