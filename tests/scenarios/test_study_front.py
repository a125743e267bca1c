"""The front: by brute force the cases that no other one beats, and what a proven range leaves undecided."""

from hypothesis import given
from hypothesis import strategies as st

from models.study import Measure
from scenarios.study.front import front, ranges
from scenarios.study.measures import Measures

values = st.integers(0, 4).map(float)
exact = values.map(lambda value: (value, value))
open_ended = st.tuples(values, st.sampled_from([0.0, 1.0, 2.0, float("inf")])).map(lambda one: (one[0], sum(one)))


def beats(one: list[float], other: list[float]) -> bool:
    """Tell by the definition whether one is nowhere worse and somewhere better."""
    signs = [a - b for a, b in zip(one, other, strict=True)]
    return min(signs) >= 0 and max(signs) > 0


@given(st.lists(st.tuples(exact, exact, exact), max_size=12))
def test_exact_measures_give_the_front_by_definition(cases: list[tuple[tuple[float, float], ...]]) -> None:
    """On the front is exactly who is beaten by none; everybody else names one on it that beats it."""
    points = [[low for low, _ in case] for case in cases]
    stands = front(cases)
    for at, one in enumerate(stands):
        beaten = any(beats(other, points[at]) for other in points)
        assert one.place == ("beaten" if beaten else "front")
        assert (one.beaten_by is None) == (not beaten)
        if one.beaten_by is not None:
            assert beats(points[one.beaten_by], points[at])
            assert stands[one.beaten_by].place == "front"


@given(st.lists(st.tuples(exact, open_ended), max_size=10))
def test_a_range_leaves_open_only_what_it_could_change(cases: list[tuple[tuple[float, float], ...]]) -> None:
    """Whatever a case's plan could still be, a beaten one stays behind; of an undecided one it could be otherwise."""
    lows = [[low for low, _ in case] for case in cases]
    for at, one in enumerate(front(cases)):
        high = [most for _, most in cases[at]]
        still = any(beats(other, high) for other in lows)
        if one.place == "beaten":
            assert still
        if one.place == "undecided":
            assert not still
            assert any(beats(other, lows[at]) for other in lows)


def measures(**changes: float | None) -> Measures:
    """Return measures of a plan."""
    base = {"synergy": 5, "utilisation": 0.4, "fairness": 0.8, "cost": 100.0, "person_hours": 9.0, "without": 2}
    return Measures.model_validate({**base, "objective": 50, "bound": 60, "sessions": 3, "breaches": 0, **changes})


def test_less_is_better_of_cost_and_of_those_without() -> None:
    """They are turned, so that more is better everywhere; only the objective has a range."""
    names: tuple[Measure, ...] = ("synergy", "cost", "without", "objective")
    assert ranges(measures(), names) == ((5, 5), (-100, -100), (-2, -2), (50, 60))
    assert ranges(measures(bound=None), ("objective",)) == ((50, float("inf")),)
