"""Trees of values as JSON holds them: what no scenario can hold is found with its place, whoever wrote the text."""

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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
    RecursionError
        When it nests deeper than Python goes.
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

    tree = json.loads(
        text,
        object_pairs_hook=once,
        parse_constant=lambda name: tell(f"{name} is not a number.", "Write digits, or leave it out."),
        parse_int=lambda digits: _number(int, digits, tell),
        parse_float=lambda digits: _number(float, digits, tell),
    )
    return tree, _faults(tree, bool(odd), bool(_ESCAPES.search(text)))


def faults_of_tree(tree: Any, text: str) -> list[Fault]:
    """Return the places of a tree read from a text, such as YAML, at which it holds what cannot be kept."""
    return _faults(tree, False, bool(_ESCAPES.search(text)))


def _number(kind: Callable[[str], Any], digits: str, tell: Callable[[str, str], _Odd]) -> Any:
    if len(digits) > 15 and not (len(digits) < 400 and math.fabs(float(digits)) < MOST):
        return tell("the number is too large.", TOO_LARGE)
    number = kind(digits)
    return number if -MOST < number < MOST else tell("the number is too large.", TOO_LARGE)


def _faults(tree: Any, odd: bool, texts: bool) -> list[Fault]:
    if _is_deep(tree):
        return [TOO_DEEP]
    return list(_odd_places(tree, ())) if odd or texts else []


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
