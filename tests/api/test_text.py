"""What a run says of itself on the command line."""

from api.text import result_lines
from scenarios.fairness import fairness_of
from tests.builders import make_need, make_plan, make_policy, make_scenario, place
from tests.scenarios.town import town_result


def test_floors_and_targets_are_told() -> None:
    """Each floor with those below it, and each equality with the shares of its groups."""
    groups = ({"title": "Young", "oldest": 18}, {"title": "Everybody"})
    policy = make_policy(
        floors=({"title": "All", "points": 1, "each": "need"}, {"title": "Clubs", "points": 1}),
        equality=({"title": "Alike", "target": 40, "points": 1, "groups": groups},),
    )
    scenario = make_scenario(make_need(sessions=2, ages=(7, 12)), make_need("chess"), policy=policy)
    fairness = fairness_of(scenario, make_plan(place()))
    lines = list(result_lines(town_result(scenario, []).model_copy(update={"fairness": fairness})))
    assert lines[4:7] == [
        "floor of 1, All: kept for 1 of 2 needs, not for chess",
        "floor of 1, Clubs: kept for 1 of 1 organisation",
        "target 40%, Alike: Young 50%, Everybody 33%",
    ]


def test_floors_and_targets_for_nobody_are_told_as_such() -> None:
    """A floor is not kept for none of none, and no target is left without a word."""
    parishes = {"title": "Parishes", "applicant_classes": ("parish",)}
    policy = make_policy(
        floors=({**parishes, "points": 1},),
        equality=({"title": "Alike", "target": 40, "points": 1, "groups": (parishes, parishes)},),
    )
    scenario = make_scenario(policy=policy)
    fairness = fairness_of(scenario, make_plan(place()))
    lines = list(result_lines(town_result(scenario, []).model_copy(update={"fairness": fairness})))
    assert lines[4:6] == [
        "floor of 1, Parishes: no need fits its conditions",
        "target 40%, Alike: no need fits its conditions",
    ]
