"""Tiny towns in which some spaces are candidates, and every choice of what to open, reckoned by plain sums."""

from collections.abc import Iterator
from itertools import combinations
from random import Random

from models.scenario import Scenario
from tests.builders import changed, make_option, make_space
from tests.solver.tiny_towns import tiny_town


def town_with_options(seed: int) -> Scenario:
    """Return a tiny town of which the last spaces are candidates, of up to four options at two sites."""
    random = Random(seed)
    town = tiny_town(random)
    hours = next(row for row in town.availability if row.place == town.spaces[0].id)
    extra = [
        make_space("annex", capacity=random.choice([15, 40]), status="candidate"),
        make_space("barn", site="school", capacity=random.choice([15, 40]), status="candidate"),
    ]
    options = [
        make_option("small", "annex", opening_cost=random.choice([100, 300]), running_cost=random.choice([0, 50])),
        make_option("barn", site="school", opening_cost=random.choice([100, 250]), running_cost=60),
    ]
    spaces = list(town.spaces)
    if len(spaces) > 1 and spaces[-1].parent is None and random.random() < 0.6:
        spaces[-1] = changed(spaces[-1], status="candidate")
        mix = ["annex", spaces[-1].id] if spaces[-1].site == "centre" else [spaces[-1].id]
        options.append(make_option("mix", *mix, site=spaces[-1].site, opening_cost=random.choice([150, 400])))
    limits = random.choice([None, {"opening": 350}, {"running": 55}, {"most": 1}, {"opening": 500, "most": 2}])
    policy = changed(
        town.policy,
        centre=limits,
        lot=None,
        worth=changed(town.policy.worth, centre_cost=random.choice([0, 0, 20, 120])),
    )
    return changed(
        town,
        spaces=(*spaces, *extra),
        availability=(*town.availability, *(changed(hours, place=space.id) for space in extra)),
        centres=tuple(options),
        policy=policy,
    )


def choices(scenario: Scenario) -> Iterator[tuple[int, Scenario]]:
    """Yield what each choice that may be opened costs in points, and the town with it open and nothing left to choose.

    All is reckoned here anew, by plain sums.
    """
    limits, worth = scenario.policy.centre, scenario.policy.worth.centre_cost
    for number in range(len(scenario.centres) + 1):
        for opened in combinations(scenario.centres, number):
            sites = [option.site for option in opened]
            opening, running = sum(o.opening_cost for o in opened), sum(o.running_cost for o in opened)
            if len({*sites}) < number:
                continue
            if limits and limits.opening is not None and opening > limits.opening:
                continue
            if limits and limits.running is not None and running > limits.running:
                continue
            if limits and limits.most is not None and number > limits.most:
                continue
            rooms = {space for option in opened for space in option.spaces}
            spaces = tuple(
                changed(space, status="open" if space.id in rooms else "closed")
                if space.status == "candidate"
                else space
                for space in scenario.spaces
            )
            price = sum(worth * (option.opening_cost + option.running_cost) // 100 for option in opened)
            yield price, changed(scenario, spaces=spaces, centres=(), policy=changed(scenario.policy, centre=None))
