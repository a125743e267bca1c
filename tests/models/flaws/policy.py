"""Flaws of policies, and what is just beside them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from models.places import Space
from models.scenario import Scenario
from tests.builders import (
    FIRST,
    LAST,
    changed,
    make_exception,
    make_need,
    make_organisation,
    make_policy,
    make_scenario,
    make_space,
)
from tests.models.flaws.case import Case


def ruled(*needs: Any, spaces: Sequence[Space] = (), **policy: Any) -> Scenario:
    """Return a town of clubs and a choir, with a policy."""
    clubs = (make_organisation(), make_organisation("choir", applicant_class="choir", theme="music"))
    return make_scenario(*needs, spaces=spaces, policy=make_policy(**policy), organisations=clubs)


def quota(minutes: int, **changes: Any) -> dict[str, Any]:
    """Return a quota for clubs."""
    return {"title": "Clubs", "minutes": minutes, "applicant_classes": ("association",), **changes}


def floor(sessions: int, **changes: Any) -> dict[str, Any]:
    """Return a floor for clubs."""
    return {"title": "Clubs", "sessions": sessions, "points": 1, "applicant_classes": ("association",), **changes}


def groups(*classes: str) -> dict[str, Any]:
    """Return an equality of classes of applicants."""
    parts = tuple({"title": name.title(), "applicant_classes": (name,)} for name in classes)
    return {"title": "Classes", "target": 50, "points": 1, "groups": parts}


def counted(by: str, **changes: Any) -> dict[str, Any]:
    """Return a weight for clubs by one of their figures."""
    return {"title": "Juniors", "add": 1, "by": by, "per": 10, "applicant_classes": ("association",), **changes}


def known(policy: dict[str, Any], **figures: Any) -> Scenario:
    """Return a town of a club, whose figures are given, with a weight."""
    return make_scenario(policy=make_policy(weights=(policy,)), organisations=(make_organisation(**figures),))


def pins_of_two(pin: dict[str, Any] | None = None, **changes: Any) -> Scenario:
    """Return a town with a quota a minute below what two needs pinned on Monday and Tuesday have in a week of both."""
    needs = [
        make_need(name, pins=({"weekday": day, **(pin or {})},)) for name, day in (("yoga", "mon"), ("judo", "tue"))
    ]
    return ruled(*needs, quotas=(quota(239, **changes),))


PAST = ({"season": "2025-26", "asked": 20, "granted": 10},)
DANCE = make_need("dance", ages=(7, 12), min_minutes=60, max_minutes=120)
MORNING = {"weekdays": ("mon",), "start": "08:00", "end": "12:00"}
CHOIRS = {"title": "Choirs", "places": ("hall",)}
SOUND: dict[str, Scenario] = {
    "stricter hours for the younger": ruled(
        DANCE, hours_by_age=({"oldest": 12, "latest": "20:00"}, {"oldest": 17, "latest": "21:00"})
    ),
    "hours that leave a minute": ruled(
        DANCE, hours_by_age=({"oldest": 12, "latest": "20:00"}, {"oldest": 17, "earliest": "19:55", "latest": "21:00"})
    ),
    "a weight that somebody gets": ruled(DANCE, weights=({"title": "Children", "add": 10, "oldest": 12},)),
    "a quota a minute below what is asked": ruled(make_need(), DANCE, quotas=(quota(239),)),
    "a quota just enough for pins": ruled(
        *(make_need(name, pins=({"weekday": "mon"},), max_minutes=180) for name in ("yoga", "judo")),
        quotas=(quota(240),),
    ),
    "pins beyond a quota that closed dates save": changed(
        pins_of_two(), exceptions=[make_exception("hall", FIRST + timedelta(days=day)) for day in (0, 8, 14, 22)]
    ),
    "pins beyond a quota on dates of which some hours are closed": changed(
        pins_of_two(),
        exceptions=[
            make_exception("hall", FIRST + timedelta(days=day), None, ("10:00", "22:00")) for day in (0, 8, 14, 22)
        ],
    ),
    "pins beyond a quota in weeks of their own": ruled(
        make_need("yoga", pins=({"weekday": "mon"},), last=FIRST + timedelta(days=13)),
        make_need("judo", pins=({"weekday": "tue"},), first=FIRST + timedelta(days=14)),
        quotas=(quota(239),),
    ),
    "pins beyond a quota of one room of two": changed(
        pins_of_two(places=("hall",)), spaces=[make_space(), make_space("annex")]
    ),
    "a quota as long as the shortest stay": ruled(make_need(max_minutes=180), quotas=(quota(120),)),
    "a quota for more people than one stay is for": ruled(
        make_need(size=20), DANCE, quotas=(quota(60, participants=20),)
    ),
    "a weight by what a club counts": known(counted("juniors"), counts={"juniors": 3}),
    "a weight by what a club was refused": known(counted("ledger.refused"), ledger=PAST),
    "a weight by nothing refused": known(counted("ledger.refused"), ledger=({**PAST[0], "granted": 20},)),
    "a floor of all that a club asks for": ruled(make_need(), DANCE, floors=(floor(2),)),
    "a floor just within a quota": ruled(make_need(), DANCE, quotas=(quota(180),), floors=(floor(2),)),
    "a floor beside a quota for others": ruled(make_need(), DANCE, quotas=(quota(60, oldest=12),), floors=(floor(2),)),
    "a floor of sessions in alternate weeks": ruled(
        *(make_need(name, recurrence={"kind": "biweekly"}) for name in ("yoga", "chess")),
        quotas=(quota(120),),
        floors=(floor(2),),
    ),
    "groups with a need each": ruled(
        make_need(), make_need("song", organisation="choir"), equality=(groups("association", "choir"),)
    ),
    "quiet hours at a space and a site": ruled(
        DANCE, quiet_hours=({**MORNING, "places": ("hall", "centre")},), worth={"offpeak": 1}
    ),
    "gaps as short as the shortest stay": ruled(DANCE, worth={"fragment": 1, "fragment_minutes": 60}),
    "gaps that buffers leave": make_scenario(
        spaces=[make_space(grid_minutes=60, buffer_after=15)],
        policy=make_policy(worth={"fragment": 1, "fragment_minutes": 50}),
    ),
}

HALLS = [make_space(), make_space("annex")]
SOUND |= {
    "earlier hours in one room": ruled(
        DANCE, spaces=HALLS,
        hours_by_age=({"oldest": 12, "latest": "20:00"}, {"oldest": 12, "latest": "19:00", "places": ("hall",)}),
    ),
    "hours that leave a minute in each room": ruled(
        DANCE, spaces=HALLS, hours_by_age=(
            {"oldest": 12, "latest": "16:00", "places": ("hall",)},
            {"oldest": 12, "earliest": "16:00", "latest": "20:00", "places": ("annex",)},
        ),
    ),
    "a quota of one room": ruled(make_need(), DANCE, quotas=(quota(239, places=("hall",)),)),
}  # fmt: skip

FLAWS: dict[str, Case] = {
    "hours that leave no time": Case(
        ruled(DANCE, hours_by_age=({"oldest": 12, "latest": "16:00"},
                                   {"oldest": 17, "earliest": "16:00", "latest": "21:00"})),
        "policy.hours_by_age[0]",
        "groups up to 12 years would meet from 16:00 at the earliest and until 16:00 at the latest, which leaves no"
        " time.",
        "Each row is for everybody up to its age: set an earlier first hour or a later last one.",
    ),
    "hours that a row for older groups includes": Case(
        ruled(DANCE, hours_by_age=({"oldest": 12, "latest": "21:00"}, {"oldest": 17, "latest": "20:00"})),
        "policy.hours_by_age[0]",
        "it changes nothing: the row up to 17 years is for the same groups too, and allows 00:00-20:00.",
        "Remove it, or set stricter hours for the younger groups.",
        "warning",
    ),
    "one row of hours twice": Case(
        ruled(DANCE, hours_by_age=({"oldest": 12, "latest": "20:00"},) * 2),
        "policy.hours_by_age[1]",
        "it changes nothing: the row up to 12 years is for the same groups too, and allows 00:00-20:00.",
        "Remove it, or set stricter hours for the younger groups.",
        "warning",
    ),
    "hours that leave no time in one room": Case(
        ruled(DANCE, spaces=HALLS, hours_by_age=({"oldest": 12, "latest": "16:00"},
                                   {"oldest": 17, "earliest": "16:00", "latest": "21:00", "places": ("annex",)})),
        "policy.hours_by_age[0]",
        "groups up to 12 years would meet in annex from 16:00 at the earliest and until 16:00 at the latest, which"
        " leaves no time.",
        "Each row is for everybody up to its age: set an earlier first hour or a later last one.",
    ),
    "hours of a room that those of all include": Case(
        ruled(DANCE, hours_by_age=({"oldest": 12, "latest": "21:00", "places": ("hall",)},
                                   {"oldest": 17, "latest": "20:00"})),
        "policy.hours_by_age[0]",
        "it changes nothing: the row up to 17 years is for the same groups too, and allows 00:00-20:00.",
        "Remove it, or set stricter hours for the younger groups.",
        "warning",
    ),
    "hours of an unknown room": Case(
        ruled(DANCE, hours_by_age=({"oldest": 12, "latest": "20:00", "places": ("hull",)},)),
        "policy.hours_by_age[0].places",
        "no space or site has the id hull.",
        "Did you mean hall?",
    ),
    "a quota of an unknown room": Case(
        ruled(make_need(), DANCE, quotas=(quota(239, places=("hall", "hull")),)),
        "policy.quotas[0].places",
        "no space or site has the id hull.",
        "Did you mean hall?",
    ),
    "a quota of a room below the shortest stay": Case(
        ruled(make_need(), DANCE, quotas=(quota(119, places=("hall",)),)),
        "policy.quotas[0]",
        "'Clubs' allows 119 minutes a week, and the shortest stay of yoga is longer, so that none can be placed in"
        " hall.",
        "Raise its minutes, or lower min_minutes of the needs.",
        "warning",
    ),
    "an unknown place of a second decision owner": Case(
        ruled(make_need(), deciders=({"who": "School", "places": ("hull",)},)),
        "policy.deciders[0].places",
        "no space or site has the id hull.",
        "Did you mean hall?",
    ),
    "confirmed when the season is over": Case(
        ruled(make_need(), decision={"confirm_by": LAST, "return_by": LAST + timedelta(days=1)}),
        "policy.decision.return_by",
        "2026-09-28 is after the season, which ends on 2026-09-27.",
        "Mend the date.",
        "warning",
    ),
    "a weight for nobody": Case(
        ruled(DANCE, weights=({"title": "Parishes", "add": 10, "applicant_classes": ("parish",)},)),
        "policy.weights[0]",
        "no need fits 'Parishes', so it changes nothing.",
        "Check its applicant classes, themes, home towns, tags, districts and ages, or remove it.",
        "warning",
    ),
    "a quota for nobody": Case(
        ruled(DANCE, quotas=(quota(60, applicant_classes=("parish",)),)),
        "policy.quotas[0]",
        "no need fits 'Clubs', so it changes nothing.",
        "Check its applicant classes, themes, home towns, tags, districts and ages, or remove it.",
        "warning",
    ),
    "a quota that never binds": Case(
        ruled(make_need(), DANCE, quotas=(quota(240),)),
        "policy.quotas[0]",
        "'Clubs' changes nothing: nobody that it is for asks for more minutes than it allows.",
        "Lower its minutes, or remove it.",
        "warning",
    ),
    "pins beyond a quota": Case(
        ruled(*(make_need(name, pins=({"weekday": "mon"},)) for name in ("yoga", "judo")), quotas=(quota(239),)),
        "policy.quotas[0]",
        "'Clubs' allows 239 minutes a week, and the pins of yoga, judo take 240 in the week of"
        " 2026-08-31, so that no plan keeps both.",
        "Raise its minutes, or remove pins.",
    ),
    "pins of a part of the season beyond a quota": Case(
        changed(pins_of_two(), exceptions=[make_exception("centre", FIRST, FIRST + timedelta(days=6))]),
        "policy.quotas[0]",
        "'Clubs' allows 239 minutes a week, and the pins of yoga, judo take 240 in the week of 2026-09-07, so that no"
        " plan keeps both.",
        "Raise its minutes, or remove pins.",
    ),
    "pins of a room beyond its quota": Case(
        pins_of_two({"space": "hall", "start": "18:00", "end": "20:00"}, places=("centre",)),
        "policy.quotas[0]",
        "'Clubs' allows 239 minutes a week, and the pins of yoga, judo take 240 in the week of 2026-08-31, so that no"
        " plan keeps both.",
        "Raise its minutes, or remove pins.",
    ),
    "a quota below the shortest stay": Case(
        ruled(make_need(), DANCE, quotas=(quota(119),)),
        "policy.quotas[0]",
        "'Clubs' allows 119 minutes a week, and the shortest stay of yoga is longer, so that none can be placed.",
        "Raise its minutes, or lower min_minutes of the needs.",
        "warning",
    ),
    "a floor for nobody": Case(
        ruled(DANCE, floors=(floor(1, applicant_classes=("parish",)),)),
        "policy.floors[0]",
        "no need fits 'Clubs', so it changes nothing.",
        "Check its applicant classes, themes, home towns, tags, districts and ages, or remove it.",
        "warning",
    ),
    "a floor above what a club asks for": Case(
        ruled(make_need(), DANCE, floors=(floor(3),)),
        "policy.floors[0].sessions",
        "'Clubs' is for 3 sessions, and no organisation that it is for asks for more than 2.",
        "Lower it to 2.",
        "warning",
    ),
    "a floor above what each need asks for": Case(
        ruled(make_need(), DANCE, floors=(floor(2, each="need"),)),
        "policy.floors[0].sessions",
        "'Clubs' is for 2 sessions, and no need that it is for asks for more than 1.",
        "Lower it to 1.",
        "warning",
    ),
    "a group of nobody": Case(
        ruled(DANCE, equality=(groups("association", "choir"),)),
        "policy.equality[0].groups[1]",
        "no need fits 'Choir', so it changes nothing.",
        "Check its applicant classes, themes, home towns, tags, districts and ages, or remove it.",
        "warning",
    ),
    "a weight by what nobody counts": Case(
        known(counted("member"), counts={"members": 40}),
        "policy.weights[0].by",
        "'Juniors' changes nothing: no organisation that it is for has member.",
        "Did you mean members?",
        "warning",
    ),
    "a weight by what only others count": Case(
        ruled(DANCE, weights=(counted("teams"),)),
        "policy.weights[0].by",
        "'Juniors' changes nothing: no organisation that it is for has teams.",
        "Write it into the counts column of organisations, or remove it.",
        "warning",
    ),
    "a weight by use that nobody counted": Case(
        known(counted("ledger.unused"), ledger=PAST),
        "policy.weights[0].by",
        "'Juniors' changes nothing: no organisation that it is for has ledger.unused.",
        "Write past seasons into the ledger column of organisations, or remove it.",
        "warning",
    ),
    "a floor above a quota": Case(
        ruled(make_need(), DANCE, quotas=(quota(179),), floors=(floor(2),)),
        "policy.floors[0].sessions",
        "'Clubs' is for 2 sessions of club, and the quota 'Clubs' leaves room for 1.",
        "Lower it to 1, or raise the minutes of the quota.",
        "warning",
    ),
    "a floor of sessions of one need above a quota": Case(
        ruled(make_need(sessions=3), quotas=(quota(300, each="need"),), floors=(floor(3, each="need"),)),
        "policy.floors[0].sessions",
        "'Clubs' is for 3 sessions of yoga, and the quota 'Clubs' leaves room for 2.",
        "Lower it to 2, or raise the minutes of the quota.",
        "warning",
    ),
    "quiet hours at an unknown place": Case(
        ruled(DANCE, quiet_hours=({**MORNING, "places": ("centre", "centr")},), worth={"offpeak": 1}),
        "policy.quiet_hours[0].places",
        "no space or site has the id centr.",
        "Did you mean centre?",
    ),
    "an owner's wish for nobody": Case(
        ruled(DANCE, owner_wishes=({**CHOIRS, "oldest": 5},), worth={"owner_hour": 1}),
        "policy.owner_wishes[0]",
        "no need fits 'Choirs', so it changes nothing.",
        "Check its applicant classes, themes, home towns, tags, districts and ages, or remove it.",
        "warning",
    ),
    "an owner's wish at an unknown place": Case(
        ruled(DANCE, owner_wishes=({**CHOIRS, "places": ("hal",)},), worth={"owner_hour": 1}),
        "policy.owner_wishes[0].places",
        "no space or site has the id hal.",
        "Did you mean hall?",
    ),
    "an owner's wish worth nothing": Case(
        ruled(DANCE, owner_wishes=(CHOIRS,)),
        "policy.owner_wishes",
        "it changes nothing: worth.owner_hour is 0.",
        "Set worth.owner_hour, or leave it empty.",
        "warning",
    ),
    "quiet hours worth nothing": Case(
        ruled(DANCE, quiet_hours=(MORNING,)),
        "policy.quiet_hours",
        "it changes nothing: worth.offpeak is 0.",
        "Set worth.offpeak, or leave it empty.",
        "warning",
    ),
    "points for quiet hours that are none": Case(
        ruled(DANCE, worth={"offpeak": 1}),
        "policy.worth.offpeak",
        "nothing earns it: quiet_hours is empty.",
        "Fill quiet_hours, or set it to 0.",
        "warning",
    ),
    "gaps that somebody could use": Case(
        ruled(DANCE, make_need(), worth={"fragment": 1, "fragment_minutes": 65}),
        "policy.worth.fragment_minutes",
        "gaps shorter than 65 minutes are charged, and dance could use one of 60.",
        "Lower it to 60, or raise min_minutes of the need.",
        "warning",
    ),
    "gaps shorter than any": Case(
        make_scenario(
            spaces=[make_space(grid_minutes=60, buffer_after=15)],
            policy=make_policy(worth={"fragment": 1, "fragment_minutes": 45}),
        ),
        "policy.worth.fragment",
        "it changes nothing: no gap between sessions is shorter than 45 minutes.",
        "Raise worth.fragment_minutes above 45, or set it to 0.",
        "warning",
    ),
}  # fmt: skip
