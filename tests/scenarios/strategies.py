"""Random records: every kind of value a scenario may hold, with texts no planner would write."""

from datetime import date
from itertools import combinations
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import TypeAdapter

from models.base import Clock, Id, Origin, Weekday
from models.needs import Held, PastSeason, Pin, Recurrence, Spot, Wish
from models.places import PassingHours, Span, WeekHours
from models.scenario import Scenario
from tests.builders import (
    FIRST,
    LAST,
    make_agreement,
    make_area,
    make_hours,
    make_link,
    make_need,
    make_option,
    make_policy,
    make_pool,
    make_scenario,
    make_season,
    make_site,
    make_space,
    make_wish,
)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12) | st.sampled_from(
    ["a;b", "[x]", '"x"', "x - y", "null", "no", "007", "2026-08-31", "mon", "Ä, ö; å", "two\nlines", "=1+1", "*"]
)
ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,6}", fullmatch=True) | st.sampled_from(["mon", "10:00-12:00", "18-"])
clocks = st.integers(0, 48 * 12).map(lambda step: step * 5)
weekdays = st.integers(0, 6)
dates = st.dates(FIRST, LAST)
amounts = st.floats(0, 1e9, allow_nan=False)
spans = st.tuples(st.integers(0, 287), st.integers(1, 288)).map(
    lambda drawn: {"start": drawn[0] * 5, "end": (drawn[0] + drawn[1]) * 5}
)
wishes = st.builds(
    lambda span, days, level: {**span, "weekdays": days, "level": level},
    spans,
    st.lists(weekdays, min_size=1, max_size=7),
    st.sampled_from(["primary", "secondary", "acceptable"]),
)
week_hours = st.builds(lambda span, days: {**span, "weekdays": days}, spans, st.lists(weekdays, min_size=1, max_size=7))
passing_hours = st.builds(lambda span, passing: {**span, "passing": passing}, spans, st.integers(0, 100_000))
spots = st.fixed_dictionaries({}, optional={"space": ids, "weekday": weekdays, "start": clocks, "end": clocks})
pins = st.fixed_dictionaries({"weekday": weekdays}, optional={"space": ids, "start": clocks, "end": clocks})
recurrences = st.one_of(
    st.sampled_from([{"kind": "weekly"}, {"kind": "once"}, {"kind": "monthly"}]),
    st.builds(lambda phase: {"kind": "biweekly", "phase": phase}, st.sampled_from([None, 0, 1])),
    st.builds(
        lambda nth: {"kind": "monthly", "nth": nth}, st.lists(st.sampled_from([1, 2, 3, 4, -1]), min_size=1, max_size=5)
    ),
    st.builds(lambda days: {"kind": "dates", "dates": days}, st.lists(dates, min_size=1, max_size=4, unique=True)),
)
origins = st.one_of(
    st.builds(
        lambda url, basis: {"kind": "fact", "url": url, "basis": basis},
        st.just("https://example.org/a;b") | texts,
        texts | st.none(),
    ),
    st.builds(
        lambda kind, basis: {"kind": kind, "basis": basis}, st.sampled_from(["derived", "assumed"]), texts | st.none()
    ),
).filter(lambda origin: origin["kind"] != "fact" or origin["url"].strip())

past_seasons = st.lists(st.integers(0, 10**6), min_size=2, max_size=3).map(
    lambda amounts: {
        "season": "2025;26" if amounts[0] % 2 else "2025-26",
        **dict(zip(("asked", "granted", "used"), sorted(amounts, reverse=True), strict=False)),
    }
)

VALUES: dict[Any, SearchStrategy[Any]] = {
    str: texts.map(str.strip),
    Id: ids,
    int: st.integers(-(10**9), 10**9),
    float: amounts,
    date: dates,
    Clock: clocks,
    bool: st.booleans(),
    tuple[str, ...]: st.lists(texts, max_size=3),
    tuple[Id, ...]: st.lists(ids, max_size=3),
    tuple[date, ...]: st.lists(dates, max_size=3),
    tuple[Weekday, ...]: st.lists(weekdays, max_size=7),
    tuple[Span, ...]: st.lists(spans, max_size=3),
    tuple[PassingHours, ...]: st.lists(passing_hours, max_size=3),
    tuple[WeekHours, ...]: st.lists(week_hours, max_size=3),
    tuple[Wish, ...]: st.lists(wishes, max_size=3),
    tuple[Pin, ...]: st.lists(pins, max_size=3),
    tuple[Spot, ...]: st.lists(spots, max_size=3),
    tuple[Held, ...]: st.lists(st.fixed_dictionaries({"space": ids, "weekday": weekdays, "start": clocks}), max_size=3),
    tuple[PastSeason, ...]: st.lists(past_seasons, max_size=3),
    Recurrence: recurrences,
    tuple[int, int]: st.tuples(st.integers(0, 120), st.integers(0, 120)),
    dict[str, float]: st.dictionaries(texts, amounts, max_size=3),
    dict[Id, int]: st.dictionaries(ids, st.integers(1, 10**9), max_size=3),
    dict[str, Origin]: st.dictionaries(st.sampled_from(["*", "name", "odd name"]), origins, max_size=2),
}
"""What a cell may hold, by the annotation of its field."""


def values(annotation: Any) -> SearchStrategy[Any]:
    """Draw a value of a field, as its model holds it."""
    return VALUES[annotation].map(TypeAdapter[Any](annotation).validate_python)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Draw a small sound scenario with odd texts in it."""
    text, origin = texts | st.just("x"), st.dictionaries(st.just("*"), origins, max_size=1)
    space_ids = draw(st.lists(ids.filter(lambda one: one not in ("centre", "hall")), unique=True, max_size=3))
    spaces = [
        make_space(
            space_id,
            name=draw(text),
            kind=draw(text),
            capacity=(capacity := draw(st.integers(0, 99))),
            fewest=draw(st.sampled_from([0, capacity])),
            area_m2=draw(st.none() | st.floats(0.5, 1e6)),
            shareable=draw(st.booleans()),
            features=draw(VALUES[tuple[str, ...]]),
            prices=draw(VALUES[dict[str, float]]),
            visibility_hours=draw(st.lists(passing_hours, max_size=1)),
            notes=draw(st.none() | text),
            buffers_overlap=draw(st.booleans()),
            origins=draw(origin),
        )
        for space_id in space_ids
    ]
    every_day = make_wish()
    pool_ids = draw(st.lists(ids, unique=True, max_size=2))
    area_ids = draw(st.lists(ids, unique=True, min_size=2, max_size=2))
    needs = [
        make_need(
            need_id,
            *(TypeAdapter(Wish).validate_python(draw(wishes)) for _ in range(draw(st.integers(0, 2)))),
            every_day,
            title=draw(text),
            min_minutes=5,
            max_minutes=draw(st.sampled_from([5, 60, 1440])),
            recurrence=rhythm,
            spaces=draw(st.lists(st.sampled_from(["hall", "centre", *space_ids]), max_size=3)),
            ages=draw(st.none() | st.just((7, 12))),
            may_share=draw(st.booleans()),
            audience=draw(VALUES[tuple[str, ...]]),
            bans=[{"space": one} for one in space_ids],
            pins=draw(st.sampled_from([(), () if rhythm["kind"] == "dates" else ({"weekday": 0, "start": "18:00"},)])),
            weight=draw(st.integers(1, 1000)),
            language=draw(st.sampled_from([None, "fi", "no"])),
            comes_from=draw(st.sampled_from([{}, {area_ids[0]: 100}, dict(zip(area_ids, (1, 99), strict=True))])),
            equipment=draw(st.dictionaries(st.sampled_from(pool_ids), st.just(1))) if pool_ids else {},
            origins=draw(origin),
        )
        for need_id in draw(st.lists(ids, min_size=1, max_size=3, unique=True))
        for rhythm in [draw(recurrences)]
    ]
    recurring = [need.id for need in needs if need.recurrence.kind not in ("dates", "once")]
    pairs = draw(st.lists(st.sampled_from(list(combinations(recurring, 2))), unique=True)) if recurring[1:] else []
    scenario = make_scenario(
        *needs,
        links=[
            make_link(
                *draw(st.permutations(pair)),
                why=draw(text),
                weight=draw(st.integers(1, 1000)),
                kind=draw(st.sampled_from(["declared", "affinity"])),
                status=draw(st.sampled_from(["accepted", "proposed", "struck"])),
                origins=draw(origin),
            )
            for pair in pairs
        ],
        centres=[
            make_option(
                "annex",
                name=draw(text),
                opening_cost=draw(st.integers(0, 10**7)),
                running_cost=draw(st.integers(0, 10**7)),
                why=draw(st.none() | text),
                origins=draw(origin),
            )
        ]
        if draw(st.booleans())
        else [],
        pools=[
            make_pool(
                pool_id,
                name=draw(text),
                count=draw(st.integers(1, 99)),
                takes=draw(st.sampled_from(["asked", "every"])),
                places=draw(st.lists(st.sampled_from(["hall", "centre"]), min_size=1, max_size=2)),
                hours=[draw(week_hours)] if draw(st.booleans()) else [],
                origins=draw(origin),
            )
            for pool_id in pool_ids
        ],
        agreements=[
            make_agreement(
                name,
                title=draw(text),
                **draw(st.sampled_from([{}, {"status": "conditional", "by_decision": "board"}])),
                contribution=draw(st.integers(0, 10**9)) / 100,
                weight=draw(st.integers(0, 9)),
                spaces=draw(st.sampled_from([(), ("hall",)])),
                subsidy=draw(st.integers(0, 100)),
                price_class=draw(st.none() | st.just("junior")),
                origins=draw(origin),
            )
            for name in draw(st.lists(ids, unique=True, max_size=2))
        ],
        areas=[
            make_area(
                name,
                draw(st.floats(-90, 90)),
                draw(st.floats(-180, 180)),
                residents=draw(st.none() | st.integers(0, 10**7)),
                origins=draw(origin),
            )
            for name in area_ids
        ],
        policy=make_policy(worth={"organisation_sessions": draw(st.sampled_from([(), (7,), (9, 9, 0)]))}),
        spaces=[make_space(), make_space("annex", status="candidate"), *spaces],
        sites=[make_site(name=draw(text), address=draw(st.none() | text), lat=draw(st.none() | st.floats(-90, 90)))],
        season=make_season(),
        availability=[make_hours(start="00:00", end="24:00", offered_to=draw(st.just(()) | st.just(("association",))))],
    )
    return scenario.model_copy(update={"title": draw(text).strip(), "notes": draw(st.none() | text.map(str.strip))})
