"""What the pairs instances have beside packing: synergy links, and returns that fall by need and by organisation."""

from collections import defaultdict
from collections.abc import Sequence

from benchmarks.generate.draws import Draws
from benchmarks.generate.settings import Settings
from models.needs import Need, Organisation
from models.synergy import SynergyLink
from models.worth import Worth

LINKS_A_SESSION = 2
"""Links drawn for each session of each need, as far as it has partners."""

TRIES = 12
"""Partners looked at for each link."""


def worth(weeks: int) -> Worth:
    """Return the worth of the pairs instances; points grow with the season as those of hours do.

    A session served at its best is worth about 24 points a week of the season. With two links a session, 1.9 points a
    week for each are 16 percent of that in sum, were every link met once.
    """
    return Worth(
        sessions=(3 * weeks, weeks), link=19 * weeks // 10, organisation_sessions=(3 * weeks, 2 * weeks, weeks)
    )


def draw_links(settings: Settings, organisations: Sequence[Organisation], needs: Sequence[Need]) -> list[SynergyLink]:
    """Draw links between needs of one theme near each other that complement each other and share a weekday."""
    theme = {organisation.id: organisation.theme for organisation in organisations}
    near: dict[tuple[str | None, str], list[tuple[Need, int]]] = defaultdict(list)
    for need in needs:
        near[theme[need.organisation], _home(need)].append((need, _days(need)))
    links: list[SynergyLink] = []
    linked: dict[str, set[str]] = {need.id: {need.id} for need in needs}
    for need in needs:
        draws, days, mine = Draws(settings.seed, "links", need.id), _days(need), linked[need.id]
        pool = [one for district in need.districts or ("",) for one in near[theme[need.organisation], district]]
        wanted = len(mine) + LINKS_A_SESSION * need.sessions
        for _ in range(TRIES * LINKS_A_SESSION * need.sessions):
            if len(mine) == wanted:
                break
            partner, others = draws.one(pool)
            if days & others and partner.id not in mine and _complement(need, partner):
                mine.add(partner.id)
                linked[partner.id].add(need.id)
                links.append(_link(draws, need, partner))
    return links


def _home(need: Need) -> str:
    """Return the first district a need names, which is its own; empty where it names none."""
    return need.districts[0] if need.districts else ""


def _days(need: Need) -> int:
    """Return the wished weekdays, a bit for each."""
    return sum(1 << day for day in {day for wish in need.wishes for day in wish.weekdays})


def _apart(need: Need, other: Need) -> bool:
    """Tell whether nobody is of the age of both groups."""
    if need.ages is None or other.ages is None:
        return False
    return need.ages[1] < other.ages[0] or other.ages[1] < need.ages[0]


def _complement(need: Need, other: Need) -> bool:
    """Tell whether one trip serves two: groups of different ages, or different things for one age."""
    return _apart(need, other) or need.title != other.title


def _link(draws: Draws, need: Need, partner: Need) -> SynergyLink:
    ages = "Children, parents and grandparents come on one trip."
    why = ages if _apart(need, partner) else "The same people come to both on one trip."
    return SynergyLink(a=need.id, b=partner.id, why=why, weight=draws.weighted({50: 25, 100: 50, 150: 25}))
