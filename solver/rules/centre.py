"""The activity centre: which choices of options are allowed, what they cost, and which stays a choice leaves."""

from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np

from models.centre import CentreOption, opening_cost, running_cost, spaces_of
from models.needs import Need
from models.scenario import Scenario
from solver.frame import Bools, Frame


def not_candidate(frame: Frame, needs: Sequence[Need]) -> Bools:
    """Tell which spaces are no candidates that stay closed, (needs, S): the filter of rule centre.closed."""
    open_now = np.array([space.status != "candidate" for space in frame.spaces], dtype=np.bool_)
    return np.tile(open_now, (len(needs), 1))


def in_opened(frame: Frame, opened: Collection[str]) -> Bools:
    """Tell which spaces host when some options are opened and no others, (S,)."""
    options = frame.scenario.centres
    never = spaces_of(options, [option.id for option in options]) - spaces_of(options, opened)
    return np.array([space.id not in never for space in frame.spaces], dtype=np.bool_)


def may_open(scenario: Scenario, options: Sequence[CentreOption]) -> bool:
    """Tell whether some options may be opened together, by rules centre.budget and centre.mix."""
    limits = scenario.policy.centre
    if max(Counter(option.site for option in options).values(), default=0) > 1:
        return False
    if limits is None:
        return True
    return not (
        (limits.opening is not None and opening_cost(options) > limits.opening)
        or (limits.running is not None and running_cost(options) > limits.running)
        or (limits.most is not None and len(options) > limits.most)
    )


def points_of(scenario: Scenario, options: Sequence[CentreOption]) -> int:
    """Return the points of opening some options, none above zero, by rule centre.cost."""
    limits, worth = scenario.policy.centre, scenario.policy.worth.centre_cost
    seasons = 1 if limits is None else limits.seasons
    return -sum(worth * option.season_cost(seasons) // 100 for option in options)
