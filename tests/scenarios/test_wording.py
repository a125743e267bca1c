"""Sentences for people: every text in every language, numbers as the language writes them, no bare codes."""

import re
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scenarios
from models.changes import Change
from models.plan import Skip
from models.result import Filter, Holder, Level, NeedCounts, Overridden, Reason, Result, Status, gap_of
from models.rules import HARD_RULES, RULE_BY_ID, RULES, SOFT_RULES
from models.scenario import Scenario
from scenarios import wording
from scenarios.layout import CSV_KINDS
from scenarios.wording.language import TEXTS, Plural
from tests.builders import (
    changed,
    make_need,
    make_organisation,
    make_policy,
    make_scenario,
    make_site,
    make_space,
    make_wish,
)

LANGUAGES = tuple(wording.LANGUAGES)
KINDS = get_args(Change.model_fields["kind"].annotation)
OUTCOMES = get_args(Reason.model_fields["outcome"].annotation)
SOURCES = Path(scenarios.__file__).parent


@pytest.fixture
def scenario() -> Scenario:
    """Return a town of two needs: chess of the Chess Friends and yoga of Club, in one hall in the north."""
    return make_scenario(
        make_need("yoga", make_wish("mon", "17:00", "20:00"), features=("piano", "mirror"), ages=(7, 12), size=45),
        make_need("chess", organisation="friends", title="Chess evening"),
        spaces=[make_space("hall", name="Great hall")],
        sites=[make_site("centre", name="Town house", district="North")],
        organisations=[make_organisation(), make_organisation("friends", name="Chess Friends")],
    )


def reason_of(**changes: Any) -> Reason:
    """Return a reason: yoga asked for two sessions and got none, without further detail."""
    fields = {
        "need": "yoga",
        "outcome": "unplaced",
        "sessions_asked": 2,
        "sessions_placed": 0,
        "rules": (),
        "filters": (),
        "candidates": 0,
        "blocked": 0,
        "holders": (),
    }
    return Reason.model_validate({**fields, **changes})


def change_of(kind: str, value: str = "x", *, confirmed: bool = True) -> Change:
    """Return a change that places yoga in the hall on Monday 16:00-17:30."""
    place = {"space": "hall", "weekday": "mon", "start": "16:00", "end": "17:30"}
    return Change.model_validate({"kind": kind, "field": "wishes", "value": value, "confirmed": confirmed, **place})


def result_of(objective: int | None, bound: int | None, status: Status = Status.FEASIBLE) -> Result:
    """Return a result with nothing but its objective, bound and status."""
    return Result(
        status=status,
        objective=objective,
        bound=bound,
        gap=gap_of(objective, bound),
        score={},
        measures={},
        needs=NeedCounts(requested=0, placed=0, partly=0, unplaced=0),
        violations=(),
        seconds=1.0,
        first_plan_seconds=None,
        seed=0,
        versions={},
        plan=None,
        scenario="test",
        scenario_hash="0",
        policy_version="1",
    )


def forms_of(entry: str | Plural) -> list[str]:
    """Return the forms of a text."""
    return [entry.one, entry.other] if isinstance(entry, Plural) else [entry]


def names_in(entry: str | Plural) -> set[str]:
    """Return the names of the values that a text takes."""
    return {name for form in forms_of(entry) for _, name, _, _ in Formatter().parse(form) if name}


def test_every_text_has_every_language_with_the_same_values() -> None:
    """A key without a language, with an empty form, or with other values in one language, is a hole."""
    for key, entries in TEXTS.texts.items():
        assert set(entries) == set(LANGUAGES), key
        assert all(form.strip() for entry in entries.values() for form in forms_of(entry)), key
        values = [names_in(entry) - {"n"} for entry in entries.values()]
        assert all(names == values[0] for names in values), key


def test_every_label_has_every_language() -> None:
    """A scenario's word that has a name in one language has it in all."""
    for group, words in TEXTS.labels.items():
        for word, names in words.items():
            assert set(names) == set(LANGUAGES), f"{group}: {word}"


def test_every_text_is_used() -> None:
    """A text that no code and no template names is dead; parts behind a name in the code count as named."""
    code = "\n".join(
        path.read_text(encoding="utf-8") for suffix in ("*.py", "*.html") for path in SOURCES.rglob(suffix)
    )
    named = set(re.findall(r"""["']([a-z_]+(?:\.[a-z_]+)+)["']""", code))
    prefixes = tuple(re.findall(r"""["']([a-z_]+\.)(?:["'] ~|\{)""", code))
    assert [key for key in TEXTS.texts if key not in named and not key.startswith(prefixes)] == []


def test_everything_that_can_happen_has_words() -> None:
    """Each outcome, hard rule, kind of change, status and unit of a soft rule has a text."""
    expected = {
        *(f"outcome.{outcome}" for outcome in OUTCOMES),
        *(f"stopped.{rule}" for rule in HARD_RULES),
        *(f"change.{kind}" for kind in KINDS),
        *(f"status.{status.value}" for status in Status),
        *(f"unit.{rule}" for rule in SOFT_RULES),
        *(f"record.{kind}" for kind in CSV_KINDS if kind != "pools"),
    }
    assert expected <= set(TEXTS.texts)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rules_speak_every_language(rule: Any) -> None:
    """A rule's sentence is had in every language, and the English unit is the rule table's own."""
    assert len({wording.rule_text(rule.id, lang) for lang in LANGUAGES}) == len(LANGUAGES)
    if rule.kind == "soft":
        assert wording.text(f"unit.{rule.id}", "en") == rule.unit


@pytest.mark.parametrize(
    ("value", "digits", "finnish", "english"),
    [
        (1234.5, 1, "1\u00a0234,5", "1,234.5"),
        (1234567, 0, "1\u00a0234\u00a0567", "1,234,567"),
        (0.5, 0, "0", "0"),
        (-0.2, 0, "0", "0"),
        (-12.25, 2, "\u221212,25", "\u221212.25"),
    ],
)
def test_numbers(value: float, digits: int, finnish: str, english: str) -> None:
    """Finnish parts thousands by a space that does not break and writes a decimal comma."""
    assert wording.number(value, "fi", digits) == finnish
    assert wording.number(value, "en", digits) == english


def test_times_dates_and_money() -> None:
    """Clock times, dates, percentages and sums are written as the language does."""
    assert wording.clock_span(8 * 60, 9 * 60 + 30, "fi") == "8.00\u20139.30"
    assert wording.clock_span(18 * 60, 26 * 60, "en") == "18:00\u201302:00"
    assert wording.clock_span(22 * 60, 24 * 60, "en") == "22:00\u201324:00"
    assert wording.date_text(date(2026, 9, 2), "fi") == "2.9.2026"
    assert wording.date_text(date(2026, 9, 2), "en") == "2 Sep 2026"
    assert wording.weekday(2, "fi") == "keskiviikko"
    assert wording.percent(0.1234, "fi", 1) == "12,3\u00a0%"
    assert wording.money(1956.25, "fi") == "1\u00a0956,25\u00a0€"
    assert wording.money(68.0, "en") == "€68"


def test_a_word_of_the_scenarios_own_stands_as_written() -> None:
    """A kind of room that the texts file does not know is shown in the author's words."""
    assert wording.label("kind", "meeting_room", "fi") == "kokoushuone"
    assert wording.label("kind", "glass_pavilion", "fi") == "glass pavilion"


@pytest.mark.parametrize(
    ("objective", "bound", "expected"),
    [
        (10_000, 10_040, "Mikään jako ei voi olla yli 0,40\u00a0% parempi kuin tämä."),
        (10_000, 10_041, "Mikään jako ei voi olla yli 0,41\u00a0% parempi kuin tämä."),
        (1_000, 1_025, "Mikään jako ei voi olla yli 2,5\u00a0% parempi kuin tämä."),
        (300, 400, "Mikään jako ei voi olla yli 34\u00a0% parempi kuin tämä."),
        (0, 7, "Paraskin mahdollinen jako saisi enintään 7 pistettä enemmän kuin tämä."),
        (500, 500, "Mikään jako ei voi olla tätä parempi: tämä on todistetusti paras."),
        (500, None, "Ei tiedetä, kuinka paljon parempi jako voisi olla."),
        (None, 500, "Jakoa ei löytynyt annetussa ajassa."),
    ],
)
def test_gap_in_one_sentence(objective: int | None, bound: int | None, expected: str) -> None:
    """The share is of this plan's points and is rounded up: 40 of 10,000 is 0.40 %, 41 is 0.41 %, 1/3 is 34 %."""
    assert wording.gap_sentence(result_of(objective, bound), "fi") == expected


def test_gap_of_an_infeasible_scenario() -> None:
    """Where no plan keeps the rules, the sentence says so and claims nothing of a plan."""
    assert "pinned" in wording.gap_sentence(result_of(None, None, Status.INFEASIBLE), "en")


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_the_gap_sentence_is_true(objective: int, room: int) -> None:
    """The share that a reader reads is never below the true one, and at most a tenth above it (or 0.01 points)."""
    sentence = wording.gap_sentence(result_of(objective, objective + room), "en")
    found = re.search(r"more than ([\d.]+)%", sentence)
    assert found is not None
    read, true = float(found[1]), 100 * room / objective
    assert true - 1e-6 * true <= read <= max(true * 1.11, true + 0.0101)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("rule", HARD_RULES)
def test_a_need_stopped_by_a_rule_cites_it(scenario: Scenario, rule: str, lang: str) -> None:
    """The reason says how the rule stopped the need and quotes the rule, and shows no id."""
    reason = reason_of(
        rules=(rule,),
        filters=(
            Filter(rule="space.capacity", unit="spaces", removed=1234, left=2),
            Filter(rule=rule, unit="stays", removed=7, left=0),
        ),
    )
    sentence = wording.reason_sentence(reason, scenario, lang)
    assert wording.rule_text(rule, lang) in sentence
    assert wording.number(1234, lang) in sentence
    assert not any(code in sentence for code in (*RULE_BY_ID, "{", "}", "yoga"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_gap_of_strict_tiers_is_told_as_what_it_is(lang: str) -> None:
    """The bound of the last of several levels is one on plans that keep what the others decided, and no more."""
    result = result_of(1000, 1010)
    level = Level(tier=1, titles=(), status=Status.OPTIMAL, objective=5, bound=5, gap=0.0, kept=5)
    plain, alone, several = (
        wording.gap_sentence(result.model_copy(update={"levels": levels}), lang)
        for levels in ((), (level,), (level, level))
    )
    assert plain == alone
    assert several == f"{plain} {wording.text('gap.levels', lang)}"


def test_stopped_in_plain_finnish(scenario: Scenario) -> None:
    """Spaces come first, then the stays left in them: what took most of them, and what took the last."""
    reason = reason_of(
        filters=(
            Filter(rule="space.capacity", unit="spaces", removed=60, left=14),
            Filter(rule="time.wish", unit="stays", removed=300, left=12),
            Filter(rule="space.open", unit="stays", removed=12, left=0),
        )
    )
    assert wording.reason_sentence(reason, scenario, "fi").startswith(
        "Yksikään pyydetyistä 2 vuorosta ei toteudu. Mikään tila ja aika ei käynyt."
        " Tiloja karsiutui 60, koska 45 hengen ryhmä ei mahdu tilaan."
        " Kaikki 312 tilan ja ajan vaihtoehtoa karsiutuivat, eniten (300) siksi, että aika ei ole toivotuissa"
        " aikaikkunoissa (ma 17.00\u201320.00), ja viimeiset siksi, että tilaa ei tarjota tälle hakijalle"
        " koko vuoron ajaksi. Perusteet: Ryhmä mahtuu tilaan."
    )


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "fi",
            (
                "Pyydetyistä 2 vuorosta toteutuu 1. Sopivia tilan ja ajan vaihtoehtoja oli 34, ja kaikki ovat muiden"
                " käytössä. Niitä pitää Chess Friends (Chess evening: Town house, Great hall, ke klo 18.00\u201320.00,"
                " 720 pistettä). Peruste: Kaksi vuoroa"
            ),
        ),
        (
            "en",
            (
                "Of the 2 sessions asked for, 1 can be granted. 34 options of space and time would have suited, and"
                " others have all of them. They are held by Chess Friends (Chess evening: Town house, Great hall,"
                " Wed 18:00\u201320:00, 720 points). Rule: No two stays"
            ),
        ),
    ],
)
def test_who_holds_the_places(scenario: Scenario, lang: str, expected: str) -> None:
    """A need that lost to others hears who they are, with what, where and when, and by which rule."""
    holder = Holder(
        need="chess", organisation="friends", space="hall", weekday=2, start="18:00", end="20:00", points=720
    )
    reason = reason_of(outcome="partly", sessions_placed=1, candidates=34, blocked=34, holders=(holder,))
    assert wording.reason_sentence(reason, scenario, lang).startswith(expected)


@pytest.mark.parametrize(("holder", "before"), [((7, 12), True), (None, False), ((13, 17), False)])
def test_only_better_tiers_are_before(scenario: Scenario, holder: tuple[int, int] | None, *, before: bool) -> None:
    """Of those who hold what a need could have had, the ones of its own tier and below are not before it."""
    tiers = ({"title": "Children", "oldest": 12}, {"title": "Others", "youngest": 18}, {"title": "Last"})
    order = {"bands": ({"title": "Always", "tiers": tiers},)}
    asking = changed(scenario.needs[0], ages=(20, 60))
    others = [changed(scenario.needs[1], ages=(7, 12)), changed(scenario.needs[1], id="held", ages=holder)]
    town = changed(scenario, policy=make_policy(order=order), needs=(asking, *others))
    place = {"organisation": "friends", "space": "hall", "weekday": 2, "start": "18:00", "end": "20:00", "points": 1}
    held = tuple(Holder.model_validate({"need": name, **place}) for name in ("chess", "held"))
    reason = reason_of(candidates=2, blocked=2, rules=("order.tiers",), holders=held)
    assert "Before it in the order come 1. Children (Always)." in wording.reason_sentence(reason, town, "en")
    alone = changed(reason, holders=held[1:])
    assert ("Before it in the order" in wording.reason_sentence(alone, town, "en")) is before


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("fi", "Tarpeen painoarvo on 130\u00a0%: Children +50\u00a0%; Unused \N{MINUS SIGN}20\u00a0%."),
        ("sv", "Behovets vikt är 130\u00a0%: Children +50\u00a0%; Unused \N{MINUS SIGN}20\u00a0%."),
        ("en", "The weight of the need is 130%: Children +50%; Unused \N{MINUS SIGN}20%."),
    ],
)
def test_weight_is_told_by_its_parts(scenario: Scenario, lang: str, expected: str) -> None:
    """A need that the policy gave another weight hears by which parts, and one that it did not hears nothing."""
    club = make_organisation(ledger=({"season": "2025-26", "asked": 9, "granted": 9, "used": 7},))
    weights = (
        {"title": "Children", "add": 50, "oldest": 12},
        {"title": "Unused", "add": -10, "by": "ledger.unused", "per": 10},
    )
    weighed = changed(scenario, policy=make_policy(weights=weights), organisations=(club, scenario.organisations[1]))
    assert wording.reason_sentence(reason_of(), weighed, lang).endswith(f" {expected}")
    assert "130" not in wording.reason_sentence(reason_of(need="chess"), weighed, lang)


def test_free_places_that_would_not_do(scenario: Scenario) -> None:
    """Where some places stayed free, the reason says so, and why they would not do when a rule is named."""
    free = wording.reason_sentence(reason_of(candidates=5, blocked=3), scenario, "en")
    clash = wording.reason_sentence(reason_of(candidates=5, blocked=0, rules=("people.clash",)), scenario, "en")
    assert "others have 3 of them. 2 options stayed free, and this plan does not use them." in free
    assert "5 options stayed free but would not do, because the same leader" in clash


def test_placed_with_lost_dates(scenario: Scenario) -> None:
    """Lost dates are counted and named, six of them at most."""
    days = tuple(date(2026, 9, day) for day in range(1, 9))
    reason = reason_of(outcome="placed", sessions_asked=1, sessions_placed=1, lost_dates=days)
    assert wording.reason_sentence(reason, scenario, "fi") == (
        "Pyydetty vuoro toteutuu. Pitämättä jää 8 kertaa, koska tila on silloin suljettu: 1.9.2026, 2.9.2026,"
        " 3.9.2026, 4.9.2026, 5.9.2026, 6.9.2026 ja 2 muuta."
    )


def test_dates_given_up_are_told_with_their_events(scenario: Scenario) -> None:
    """Each is a sentence of its own, in every language; where the place stays empty, nobody is named."""
    skip = Skip(need="yoga", space="hall", start=17 * 60, end=18 * 60, day=date(2026, 9, 14), to=("chess",))
    both, empty = changed(skip, to=("chess", "yoga")), changed(skip, to=())
    reason = reason_of(outcome="placed", sessions_asked=1, sessions_placed=1, given_up=(skip, both, empty))
    told = {lang: wording.reason_sentence(reason, scenario, lang) for lang in LANGUAGES}
    assert told["en"].endswith(
        "It gives up 14 Sep 2026 to the event Chess evening."
        " It gives up 14 Sep 2026 to the events Chess evening and Yoga."
        " It gives up 14 Sep 2026."
    )
    assert "Kerta 14.9.2026 luovutetaan tapahtumalle: Chess evening." in told["fi"]
    assert "Tillfället 14.9.2026 avstås till ett evenemang: Chess evening." in told["sv"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_change_is_a_sentence(scenario: Scenario, kind: str, lang: str) -> None:
    """A change names the place and time that it opens, in words, and says whether it was checked."""
    value = {"more_hours": "fri 16:00-17:00", "open_dates": "2026-12-06"}.get(kind, "20")
    sentence = wording.change_sentence(change_of(kind, value), scenario, lang)
    assert "Town house, Great hall" in sentence
    assert wording.clock_span(16 * 60, 17 * 60 + 30, lang) in sentence
    assert not any(code in sentence for code in (kind, "{", "}"))
    assert sentence != wording.change_sentence(change_of(kind, value, confirmed=False), scenario, lang)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("longer_range", "mon 16:00-20:00", "Jos myös maanantai klo 16.00\u201317.30 kävisi, vuoro mahtuisi: Town"),
        ("shorter", "90", "Jos 90 minuuttia riittäisi, vuoro mahtuisi: Town house, Great hall, ma klo 16.00"),
        ("other_district", "North", "Jos myös alue North kävisi, vuoro mahtuisi: "),
        ("fewer_people", "20", "Jos ryhmässä olisi enintään 20 henkeä, vuoro mahtuisi: "),
        ("less_features", "piano; mirror", "Jos tilassa tarvittaisiin vain piano ja peiliseinä, vuoro mahtuisi: "),
        ("less_features", "", "Jos tilalta ei vaadittaisi erityisiä ominaisuuksia, vuoro mahtuisi: "),
        (
            "more_hours",
            "mon 20:00-21:00",
            "Jos Town house, Great hall olisi auki myös maanantai klo 20.00\u201321.00, ",
        ),
        ("more_seats", "45", "Jos tilaan Town house, Great hall saisi ottaa 45 henkeä, vuoro mahtuisi sinne: "),
        (
            "open_dates",
            "2026-12-06; 2026-12-25",
            "Jos Town house, Great hall olisi auki myös 6.12.2026 ja 25.12",
        ),
        ("no_change", "", "Toivetta ei tarvitse muuttaa, vuoro mahtuisi: "),
    ],
)
def test_changes_in_plain_finnish(scenario: Scenario, kind: str, value: str, expected: str) -> None:
    """What to give up stands first, then where and when there is room."""
    assert wording.change_sentence(change_of(kind, value), scenario, "fi").startswith(expected)


def test_place_names_do_not_repeat_the_site() -> None:
    """A space that carries its site's name goes by its own name alone, one whose name is a part of it by the site's."""
    names = ("Town Arena", "TOWN ARENA, third 1", "Club room", "Arena", "Town")
    spaces = [make_space(f"space-{index}", name=name) for index, name in enumerate(names)]
    scenario = make_scenario(spaces=spaces, sites=[make_site("centre", name="Town Arena")])
    assert [wording.place_name(scenario, space.id) for space in spaces] == [
        "Town Arena",
        "TOWN ARENA, third 1",
        "Town Arena, Club room",
        "Town Arena",
        "Town Arena",
    ]


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", ["Confirm the sessions you got by 1 Sep 2026.", "Return sessions you do not need by 8 Sep 2026.",
                "Appeal within 14 days of being told of the decision.", "Appeals are handled by Sports board.",
                "Instructions: https://example.org/a"]),
        ("sv", ["Bekräfta dina turer senast 1.9.2026.", "Lämna tillbaka turer som du inte behöver senast 8.9.2026.",
                "Ändring i beslutet kan sökas inom 14 dagar från delfåendet.",
                "Ändringssökandet behandlas av Sports board.", "Anvisningar: https://example.org/a"]),
    ],
)  # fmt: skip
def test_decision_is_told_as_the_policy_gives_it(lang: str, expected: list[str]) -> None:
    """Each part that the policy gives is a sentence, and nothing is said of the others."""
    parts = {"confirm_by": date(2026, 9, 1), "return_by": date(2026, 9, 8), "appeal_days": 14,
             "appeal_to": "Sports board", "url": "https://example.org/a"}  # fmt: skip

    def told(**given: Any) -> list[str]:
        return wording.decision_sentences(make_scenario(policy=make_policy(decision=given or None)), lang)

    assert told() == []
    assert told(**parts) == expected
    assert [told(**{name: value}) for name, value in parts.items()] == [[sentence] for sentence in expected]


def test_acceptance_ends_a_reason(scenario: Scenario) -> None:
    """Who has to accept is told of what is placed at their places."""
    reason = reason_of(outcome="placed", sessions_placed=2, subject_to=("Mill school", "Parish"))
    assert wording.reason_sentence(reason, scenario, "en").endswith("Subject to acceptance by Mill school and Parish.")
    assert "acceptance" not in wording.reason_sentence(reason_of(), scenario, "en")


def test_override_is_told_once_with_who_and_why(scenario: Scenario) -> None:
    """Two breaches by one decision are one sentence, with the rule, the reason, the role and the date."""
    entry = Overridden(
        rule="space.capacity",
        needs=("yoga",),
        message="Too many.",
        reason="Half are on tour.",
        decided_by="planner",
        decided_on=date(2026, 8, 20),
    )
    told = wording.reason_sentence(reason_of(overridden=(entry, entry)), scenario, "en")
    assert told.count("Placed by an override of space.capacity: Half are on tour. (planner, 20 Aug 2026)") == 1
