"""Find the need and the space that a row means, by id or by name."""

from collections import defaultdict
from collections.abc import Iterable

from models.base import Issue
from models.nearest import did_you_mean
from models.needs import Need
from models.places import Space
from models.scenario import Scenario
from scenarios.importers.slots import Slot
from scenarios.wording import place_name


class Unmatched(Exception):
    """What a row names is not in the scenario, or is several things there."""

    def __init__(self, problem: str, mend: str) -> None:
        self.problem, self.mend = problem, mend
        super().__init__(f"{problem} {mend}")

    def at(self, where: str) -> Issue:
        """Say so of a row."""
        return Issue(where=where, problem=self.problem, mend=self.mend)


class Matcher:
    """The names of a scenario; letter case and spaces between words do not matter."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._organisations = _by_key((name, one.id) for one in scenario.organisations for name in (one.id, one.name))
        self._sites = _by_key((name, one.id) for one in scenario.sites for name in (one.id, one.name))
        self._needs = _by_key(((need.organisation, need.title), need.id) for need in scenario.needs)
        self._spaces = _by_key(
            (name, space.id)
            for space in scenario.spaces
            for name in (space.name, f"{space.name}, {scenario.site_of(space.id).name}", place_name(scenario, space.id))
        )

    def need(self, slot: Slot) -> Need:
        """Return the need of a row.

        Raises
        ------
        Unmatched
            When there is none, or more than one.
        """
        known = self.scenario.need_by_id
        if slot.need is not None:
            if slot.need not in known:
                raise Unmatched(f"there is no need {slot.need!r}.", did_you_mean(slot.need, known, "Write its id."))
            return known[slot.need]
        asker, title = slot.organisation or "", slot.title or ""
        organisations = self._organisations.get(_key(asker), ())
        if not organisations:
            names = [one.name for one in self.scenario.organisations]
            raise Unmatched(f"there is no organisation {asker!r}.", did_you_mean(asker, names, "Write its name or id."))
        found = [need for one in organisations for need in self._needs.get(_key((one, title)), ())]
        if not found:
            titles = [need.title for need in self.scenario.needs if need.organisation in organisations]
            mend = did_you_mean(title, titles, f"It has {', '.join(titles)}." if titles else "It asks for nothing.")
            raise Unmatched(f"{asker} has no need {title!r}.", mend)
        return known[_only(found, f"{asker} has {len(found)} needs {title!r}", "Add a column need with the id")]

    def space(self, slot: Slot) -> Space:
        """Return the space of a row.

        Raises
        ------
        Unmatched
            When there is none, or more than one.
        """
        known = self.scenario.space_by_id
        if slot.space in known:
            return known[slot.space]
        found = list(self._spaces.get(_key(slot.space), ()))
        at, pool = "", [space.name for space in self.scenario.spaces]
        if slot.site is not None:
            sites = self._sites.get(_key(slot.site), ())
            if not sites:
                names = [site.name for site in self.scenario.sites]
                mend = did_you_mean(slot.site, names, "Write its name or id.")
                raise Unmatched(f"there is no site {slot.site!r}.", mend)
            found = [one for one in found if known[one].site in sites]
            at, pool = f" at {slot.site}", [space.name for space in self.scenario.spaces if space.site in sites]
        if not found:
            mend = did_you_mean(slot.space, [*pool, *known], "Write its name or id.")
            raise Unmatched(f"there is no space {slot.space!r}{at}.", mend)
        return known[
            _only(found, f"{len(found)} spaces are called {slot.space!r}{at}", "Name the site, or write the id")
        ]


def _key(name: str | tuple[str, str]) -> str:
    """Bring a name to the form in which names are compared."""
    parts = (name,) if isinstance(name, str) else name
    return "\n".join(" ".join(part.casefold().split()) for part in parts)


def _by_key(names: Iterable[tuple[str | tuple[str, str], str]]) -> dict[str, list[str]]:
    """Return ids by name; an id stands once under each."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, of in names:
        if of not in found[_key(name)]:
            found[_key(name)].append(of)
    return dict(found)


def _only(found: list[str], problem: str, mend: str) -> str:
    """Return the one id, or refuse to choose among several."""
    if len(found) > 1:
        raise Unmatched(f"{problem}.", f"{mend}: {', '.join(found)}.")
    return found[0]
