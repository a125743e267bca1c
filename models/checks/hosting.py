"""Which spaces could ever host a need, and the check that at least one can."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from models.checks.view import Flaw, View, names_of
from models.needs import Need
from models.places import Space

Blame = Callable[[Need, Sequence[Space]], tuple[str, str]]
"""Says why none of these spaces passes, and how to mend it; a problem ends without a full stop."""


class Sieve(NamedTuple):
    """One condition that a space must meet to host a need."""

    field: str
    """Field of the need that sets it."""
    passes: Callable[[View, Need, Space], bool]
    blame: Blame


def _names(spaces: Sequence[Space]) -> str:
    """Name a few of the spaces."""
    ids = [space.id for space in spaces]
    return ", ".join(ids) if len(ids) <= 4 else f"{', '.join(ids[:3])} and {len(ids) - 3} more"


def _not_in_use(_: Need, spaces: Sequence[Space]) -> tuple[str, str]:
    states = ", ".join(sorted({space.status for space in spaces}))
    verb = "hosts" if len(spaces) == 1 else "host"
    return f"{_names(spaces)} {verb} nothing: {states}", "Set its status to open, or choose another space"


def _too_small(need: Need, spaces: Sequence[Space]) -> tuple[str, str]:
    largest = max(spaces, key=lambda space: space.capacity)
    which = f"the largest space available, {largest.id}," if len(spaces) > 1 else largest.id
    mend = f"Lower size to {largest.capacity} or less, or give it a space for {need.size}"
    return f"{which} holds {largest.capacity} persons and {need.size} come", mend


def _too_few(need: Need, spaces: Sequence[Space]) -> tuple[str, str]:
    least = min(spaces, key=lambda space: space.fewest)
    which = f"of the spaces large enough, {least.id} asks fewest and" if len(spaces) > 1 else least.id
    mend = f"Raise size to {least.fewest} or more, or lower fewest of a space"
    return f"{which} takes groups from {least.fewest} persons on, and {need.size} come", mend


def _lacking(need: Need, spaces: Sequence[Space]) -> tuple[str, str]:
    best = min(spaces, key=lambda space: len(set(need.features) - set(space.features)))
    lacks = ", ".join(sorted(set(need.features) - set(best.features)))
    which = f"of the spaces large enough, {best.id} comes nearest and" if len(spaces) > 1 else best.id
    return f"{which} has no {lacks}", "Drop what can be brought along, or add it to a space that has it"


def _forbidden(_: Need, spaces: Sequence[Space]) -> tuple[str, str]:
    return f"forbidden_spaces takes {_names(spaces)} away", "Allow one of them, or choose another space"


def _not_listed(_: Need, spaces: Sequence[Space]) -> tuple[str, str]:
    return (
        f"spaces does not list {_names(spaces)}, and only_listed is yes",
        "List one of them, or set only_listed to no",
    )


def _elsewhere(need: Need, spaces: Sequence[Space]) -> tuple[str, str]:
    problem = f"{_names(spaces)} is not in {' or '.join(need.districts)}"
    return problem, "Add the district of one of them, or leave districts empty"


def _not_for(need: Need, spaces: Sequence[Space]) -> tuple[str, str]:
    return (
        f"{_names(spaces)} is no place of {' and '.join(need.equipment)}",
        "Add one to places of the pool, or drop what can be done without",
    )


def _has_equipment(view: View, need: Need, space: Space) -> bool:
    pools = (view.scenario.pool_by_id.get(name) for name in need.equipment)
    return all(pool is None or pool.covers(space) for pool in pools)


def _in_district(view: View, need: Need, space: Space) -> bool:
    site = view.scenario.site_by_id.get(space.site)
    return not need.districts or site is None or site.district in need.districts


SIEVES: tuple[Sieve, ...] = (
    Sieve("spaces", lambda _view, _need, space: space.in_use, _not_in_use),
    Sieve("size", lambda _, need, space: need.size <= space.capacity, _too_small),
    Sieve("size", lambda _, need, space: need.size >= space.fewest, _too_few),
    Sieve("features", lambda _, need, space: set(need.features) <= set(space.features), _lacking),
    Sieve("forbidden_spaces", lambda _, need, space: not names_of(space) & set(need.forbidden_spaces), _forbidden),
    Sieve(
        "spaces",
        lambda _, need, space: not need.only_listed or bool(names_of(space) & set(need.spaces)),
        _not_listed,
    ),
    Sieve("districts", _in_district, _elsewhere),
    Sieve("equipment", _has_equipment, _not_for),
)
"""Asked in this order; the one that takes the last space away is blamed."""


def can_host(view: View, need: Need, space: Space) -> bool:
    """Tell whether a space can host a need, as far as its size, features and choice go."""
    return all(sieve.passes(view, need, space) for sieve in SIEVES)


def hosts(view: View, need: Need) -> list[Space]:
    """Return the spaces that can host a need."""
    return [space for space in view.scenario.spaces if can_host(view, need, space)]


def some_host(view: View) -> Iterator[Flaw]:
    """Find needs that no space can ever host."""
    largest = sorted(view.scenario.spaces, key=lambda space: space.capacity, reverse=True)  # soon one is found
    for index, need in enumerate(view.scenario.needs):
        left: Sequence[Space] = view.scenario.spaces
        if any(can_host(view, need, space) for space in largest):
            continue
        if need.only_listed:  # where all that it lists is closed, that is why, and not that it lists no others
            listed = [space for space in left if names_of(space) & set(need.spaces)]
            left = listed if listed and not any(space.in_use for space in listed) else left
        for sieve in SIEVES:
            passing = [space for space in left if sieve.passes(view, need, space)]
            if left and not passing:
                problem, mend = sieve.blame(need, left)
                problem = f"no space can ever host this: {problem}."
                yield Flaw("needs", index, sieve.field, problem, f"{mend}.", without=True)
            left = passing


def pinned_spaces_fit(view: View) -> Iterator[Flaw]:
    """Find pins at a space that cannot host the need."""
    for index, need in enumerate(view.scenario.needs):
        for pin in need.pins:
            space = view.scenario.space_by_id.get(pin.space or "")
            for sieve in SIEVES if space else ():
                if space and not sieve.passes(view, need, space):
                    problem, mend = sieve.blame(need, [space])
                    yield Flaw(
                        "needs", index, "pins", f"{space.id} is pinned, but {problem}.", f"{mend}, or move the pin."
                    )


def last_season_in_use(view: View) -> Iterator[Flaw]:
    """Find last season's stays in spaces that are not in use now."""
    for index, need in enumerate(view.scenario.needs):
        for held in need.last_season:
            space = view.scenario.space_by_id.get(held.space)
            if space is not None and not space.in_use:
                problem = f"{held.space} is {space.status} this season, so staying there earns nothing."
                yield Flaw(
                    "needs", index, "last_season", problem, "Remove it, or set the space's status to open.", "warning"
                )
