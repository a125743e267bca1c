"""Importing a town's allocation: rows find their needs, spaces and dates, and none is lost unseen."""

import csv
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.base import WEEKDAYS, BadInput, format_clock
from models.needs import Biweekly, DateList, Monthly, Once
from models.plan import Placement, Plan
from models.scenario import Scenario
from scenarios.importers.allocation import Account, import_allocation
from solver.compile import compile_scenario
from solver.verify import verify
from tests.builders import (
    changed,
    dates_from,
    make_exception,
    make_holiday,
    make_hours,
    make_need,
    make_organisation,
    make_scenario,
    make_season,
    make_site,
    make_space,
    place,
)
from tests.solver.test_properties import sound_town

MONDAYS = dates_from(date(2026, 8, 31))
OWN = "need,space,weekday,start,end"
VARAAMO = (
    "hakemuksen numero;hakemuksen tila;hakija;hakemusosan numero;hakemusosan tila;varauksen nimi;"
    "hakijan ilmoittaman kauden alkupäivä;hakijan ilmoittaman kauden loppupäivä;vuoroja, kpl / vko;minimi aika;"
    "maksimi aika;varausyksikkö;toimipiste;toistoviikonpäivä;aloitusaika;päättymisaika;hinta"
)


@pytest.fixture
def town() -> Scenario:
    """Two sites with a hall each; the club asks for yoga and choir, the guild for yoga."""
    return make_scenario(
        make_need("yoga"),
        make_need("choir"),
        make_need("guild-yoga", organisation="guild", title="Yoga"),
        sites=[make_site(name="Keskus"), make_site("school", name="Koulu")],
        spaces=[make_space(name="Sali"), make_space("gym", site="school", name="Sali"), make_space("attic")],
        organisations=[make_organisation(), make_organisation("guild", name="Kilta ry")],
    )


def imported(folder: Path, scenario: Scenario, *lines: str) -> tuple[Plan, Account]:
    """Import a file of these lines."""
    path = folder / "slots.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return import_allocation(path, scenario)


def told(account: Account) -> str:
    """Return every message in one text."""
    return "\n".join(map(str, account.issues))


def test_row_with_ids_is_held_every_week_of_the_season(tmp_path: Path, town: Scenario) -> None:
    """The plan says what it was made for, and the judge finds nothing wrong."""
    plan, account = imported(tmp_path, town, OWN, "yoga,hall,mon,18:00,20:00")
    assert plan.placements == (place(dates=MONDAYS),)
    assert (plan.scenario, plan.scenario_hash) == (town.id, town.hash)
    assert verify(town, plan).violations == ()
    assert account == Account(rows=1, placements=1, without_slot=0, unmatched=0, lost_dates=0, issues=())


@pytest.mark.parametrize("day", ["mon", "ma", "Monday", "MAANANTAI"])
@pytest.mark.parametrize("asker", ["club", "Club", " cLUB "])
def test_row_with_names_finds_need_and_space(tmp_path: Path, town: Scenario, day: str, asker: str) -> None:
    """Letter case, blanks and the ways to write a weekday and a time do not matter; the site tells halls apart."""
    header = "organisation;title;space;site;weekday;start;end"
    plan, account = imported(tmp_path, town, header, f"{asker};YOGA;sali;keskus;{day};18.00;20:00:00")
    assert plan.placements == (place(dates=MONDAYS),)
    assert account.issues == ()


def test_varaamo_results_are_read(tmp_path: Path, town: Scenario) -> None:
    """One row per slot; a section without slots has blanks and is counted; the section's dates bound the series."""
    plan, account = imported(
        tmp_path,
        town,
        "\ufeff" + VARAAMO,
        "1;HANDLED;Kilta ry;11;HANDLED;Yoga;7.9.2026;20.9.2026;1;1 h;2 h;Sali;Koulu;MONDAY;18:00;20:00;",
        "2;HANDLED;Club;12;REJECTED;Choir;31.8.2026;27.9.2026;1;1 h;2 h;;;;;;",
    )
    assert plan.placements == (place("guild-yoga", "gym", dates=MONDAYS[1:3]),)
    assert (account.rows, account.placements, account.without_slot, account.unmatched) == (2, 1, 1, 0)


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ("yogi,,,hall,,mon,18:00,20:00,,,", "", "Did you mean yoga"),
        (",Clubb,Yoga,hall,,mon,18:00,20:00,,,", "", "Did you mean Club"),
        (",Club,Yogaa,hall,,mon,18:00,20:00,,,", "", "Did you mean Yoga"),
        (",Club,,hall,,mon,18:00,20:00,,,", "", "organisation and title"),
        ("yoga,,,Hal,,mon,18:00,20:00,,,", "", "Did you mean hall"),
        ("yoga,,,Sali,,mon,18:00,20:00,,,", "", "hall, gym"),
        ("yoga,,,Sali,Koulo,mon,18:00,20:00,,,", "", "Did you mean Koulu"),
        ("yoga,,,attic,,mon,25:00,26:00,,,", "", "past 24:00"),
        ("yoga,,,hall,,xyz,18:00,20:00,,,", ", weekday", "xyz"),
        ("yoga,,,hall,,mon,18:03,20:00,,,", ", start", "step of 5"),
        ("yoga,,,hall,,mon,,20:00,,,", ", start", "missing"),
        ("yoga,,,hall,,mon,18:00,20:00,1.13.2026,,", ", first", "not a date"),
        ("yoga,,,hall,,mon,18:00,20:00,2026-09-07,2026-09-01,", "", "Swap them"),
        ("yoga,,,hall,,mon,18:00,20:00,,,0", ", every", "below 1"),
        ("yoga,,,hall,,mon,18:00,20:00,2027-09-07,2027-09-30,", "", "no mon"),
        (
            "yoga,,,hall,,mon,20:00,18:00,,,",
            "",
            "ends at 18:00, before it starts at 20:00; until the next day it would",
        ),
        ("yoga,,,hall,,mon,18:00,18:00,,,", "", "starts and ends at 18:00; until the next day it would last 1440"),
    ],
)
def test_row_that_cannot_be_used_is_told_and_the_rest_is_taken(
    tmp_path: Path, town: Scenario, line: str, column: str, says: str
) -> None:
    """Each such row has its number, what is wrong, and the nearest name or how to mend it; the others stand."""
    header = "need,organisation,title,space,site,weekday,start,end,first,last,every"
    plan, account = imported(tmp_path, town, header, line, "choir,,,attic,,tue,18:00,20:00,,,")
    assert [one.need for one in plan.placements] == ["choir"]
    assert (account.rows, account.unmatched) == (2, 1)
    issue = account.issues[0]
    assert issue.severity == "error"
    assert issue.where == f"slots.csv row 2{column}"
    assert says in str(issue)


@pytest.mark.parametrize("longest", [240, 1320])
def test_a_night_is_not_taken_for_swapped_hours(tmp_path: Path, longest: int) -> None:
    """An end in the small hours is the next day's, and so is one that the need is long enough for."""
    scenario = make_scenario(make_need(max_minutes=longest))
    plan, account = imported(tmp_path, scenario, OWN, f"yoga,hall,mon,{'22:00,02:00' if longest == 240 else '20,18'}")
    assert (len(plan.placements), account.unmatched) == (1, 0)


def test_every_fault_of_a_row_is_told(tmp_path: Path, town: Scenario) -> None:
    """A row whose need and space are both unknown is one unmatched row with two messages."""
    _, account = imported(tmp_path, town, OWN, "yogi,hal,mon,18:00,20:00")
    assert (account.unmatched, len(account.issues)) == (1, 2)


def test_two_needs_of_one_name_are_not_chosen_between(tmp_path: Path) -> None:
    """The ids of both are told."""
    scenario = make_scenario(make_need("a", title="Yoga"), make_need("b", title="Yoga"))
    _, account = imported(tmp_path, scenario, "organisation,title,space,weekday,start,end", "Club,Yoga,hall,mon,18,20")
    assert "a, b" in told(account)


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("need,space,weekday,start", "column end is missing"),
        ("organisation,space,weekday,start,end", "column title is missing"),
        ("need,space,weekdays,start,end", "instead of weekdays"),
        ("need,need,space,weekday,start,end", "named twice: need"),
        (VARAAMO.replace(";hakija;", ";"), "column hakija is missing"),
        ("", "file is empty. Write a header with the columns need"),
        ("nimi,puhelin", "none of its columns is known: nimi, puhelin. Write a header with the columns need"),
        (
            "space,weekday,start,end",
            "organisation is missing. Add it, or add need: a column with the ids of needs alone",
        ),
        ("needs,space,weekday,start,end", "title is missing. Add it, or rename needs to need: a column with the ids"),
    ],
)
def test_header_without_what_is_needed_is_refused(tmp_path: Path, town: Scenario, header: str, says: str) -> None:
    """What is missing is told, and the column that was perhaps meant."""
    with pytest.raises(BadInput, match=says):
        imported(tmp_path, town, header)


def test_file_that_is_not_there_is_bad_input(tmp_path: Path, town: Scenario) -> None:
    """A slip in the path is told as such."""
    with pytest.raises(BadInput, match="missing"):
        import_allocation(tmp_path / "nothing.csv", town)


def test_closed_dates_are_lost_and_counted(tmp_path: Path) -> None:
    """A holiday and a day of shorter hours each take a date off the series."""
    season = make_season(MONDAYS[0], date(2026, 9, 27), make_holiday(MONDAYS[1]))
    scenario = make_scenario(season=season, exceptions=[make_exception("hall", MONDAYS[2], None, ("08:00", "19:00"))])
    plan, account = imported(tmp_path, scenario, OWN, "yoga,hall,mon,18:00,20:00")
    assert plan.placements[0].dates == (MONDAYS[0], MONDAYS[3])
    assert account.lost_dates == 2
    assert verify(scenario, changed(plan, scenario_hash=None)).violations == ()


def test_hours_that_are_never_offered_are_kept_for_the_judge(tmp_path: Path) -> None:
    """A town's habit of meeting before the doors open is a violation to look at, and no empty row."""
    scenario = make_scenario(availability=[make_hours(start="19:00")])
    plan, account = imported(tmp_path, scenario, OWN, "yoga,hall,mon,18:00,20:00")
    assert plan.placements[0].dates == MONDAYS
    assert account.lost_dates == 0
    assert "does not offer these hours" in told(account)
    assert "space.open" in {violation.rule for violation in verify(scenario, plan).violations}


def test_every_other_week_needs_to_say_which(tmp_path: Path) -> None:
    """Without a first date the first week is taken and told; with one, that one; with every, any rhythm."""
    scenario = make_scenario(make_need(recurrence=Biweekly()))
    plan, account = imported(tmp_path, scenario, OWN, "yoga,hall,mon,18:00,20:00")
    assert plan.placements[0].dates == MONDAYS[::2]
    assert "2026-08-31" in told(account)
    plan, account = imported(tmp_path, scenario, OWN + ",first", "yoga,hall,mon,18:00,20:00,2026-09-02")
    assert (plan.placements[0].dates, account.issues) == (MONDAYS[1::2], ())
    plan, account = imported(tmp_path, scenario, OWN + ",first,every", "yoga,hall,mon,18:00,20:00,31.8.2026,3")
    assert plan.placements[0].dates == MONDAYS[::3]


def test_series_beyond_the_season_is_cut_and_told(tmp_path: Path, town: Scenario) -> None:
    """Only the season's dates are taken, and the row says so."""
    plan, account = imported(tmp_path, town, OWN + ",last", "yoga,hall,mon,18:00,20:00,2027-05-31")
    assert plan.placements[0].dates == MONDAYS
    assert "beyond the season" in told(account)
    assert account.unmatched == 0


def test_rows_of_one_slot_make_one_placement(tmp_path: Path, town: Scenario) -> None:
    """A slot in two parts of the season is one series; a date given twice is told and taken once."""
    header = OWN + ",first,last"
    rows = ("yoga,hall,mon,18:00,20:00,,2026-09-07", "yoga,hall,mon,18:00,20:00,2026-09-21,")
    plan, account = imported(tmp_path, town, header, *rows)
    assert plan.placements == (place(dates=(*MONDAYS[:2], MONDAYS[3])),)
    assert account.issues == ()
    plan, account = imported(tmp_path, town, header, *rows, rows[0])
    assert len(plan.placements) == 1
    assert "repeats 2 of the dates of slots.csv row 2" in told(account)


def test_night_runs_into_the_next_day(tmp_path: Path, town: Scenario) -> None:
    """Both ways to write an end past midnight mean the same."""
    for end in ("01:00", "25:00"):
        plan, _ = imported(tmp_path, town, OWN, f"yoga,hall,sat,22:00,{end}")
        assert (plan.placements[0].end, plan.placements[0].minutes) == (60, 180)


@pytest.mark.parametrize(("longest", "lost"), [(480, [date(2026, 10, 24)]), (540, [])])
def test_night_of_changing_clocks_is_lost_where_it_does_not_suit(
    tmp_path: Path, longest: int, lost: list[date]
) -> None:
    """An hour too many takes the date off a series; where the need has room for it, the date stays."""
    scenario = make_scenario(
        make_need(min_minutes=420, max_minutes=longest),
        season=make_season(date(2026, 10, 12), date(2026, 11, 1)),
        availability=[make_hours(start="20:00", end="32:00")],
    )
    plan, account = imported(tmp_path, scenario, OWN, "yoga,hall,sat,22:00,06:00")
    saturdays = dates_from(date(2026, 10, 17), date(2026, 11, 1))
    assert plan.placements[0].dates == tuple(day for day in saturdays if day not in lost)
    assert account.lost_dates == len(lost)


def csv_of(scenario: Scenario, placements: list[Placement], path: Path, random: Random) -> None:
    """Write placements as a town might: by id or by names, with a rhythm or as the need has it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        fields = ("need", "organisation", "title", "space", "site", "weekday", "start", "end", "first", "last", "every")
        writer = csv.DictWriter(file, fields, delimiter=random.choice(",;"))
        writer.writeheader()
        for one in placements:
            need = scenario.need_by_id[one.need]
            row = {"start": format_clock(one.start), "end": format_clock(one.end)}
            row |= {"first": one.dates[0].isoformat(), "last": one.dates[-1].isoformat()}
            row |= {"space": one.space, "need": one.need}
            if random.random() < 0.5:
                organisation = scenario.organisation_by_id[need.organisation]
                row |= {"need": "", "organisation": organisation.name, "title": need.title}
            if random.random() < 0.5:
                row |= {"space": scenario.space_by_id[one.space].name, "site": scenario.site_of(one.space).name}
            if random.random() < 0.5 and not isinstance(need.recurrence, Monthly | DateList | Once):
                row["every"] = "2" if isinstance(need.recurrence, Biweekly) else "1"
            writer.writerows(row | {"weekday": WEEKDAYS[day]} for day in sorted({day.weekday() for day in one.dates}))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_what_is_written_from_a_plan_reads_back_the_same(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """Any recurrence, closures and clock changes included: the dates worked out are those of the solver's stays."""
    scenario, random = sound_town(seed), Random(seed)
    compiled = compile_scenario(scenario)
    stays: dict[int, Placement] = {}
    # A table of weekly hours does not say which single dates a series gives up.
    whole = np.flatnonzero(compiled.stays.whole == compiled.stays.dateset).tolist()
    for idx in random.sample(whole, len(whole)):
        stay = compiled.placement(idx)
        stays.setdefault(int(compiled.problem.daycell[idx]), stay)
    path = tmp_path_factory.mktemp("csv") / "slots.csv"
    csv_of(scenario, list(stays.values()), path, random)
    plan, account = import_allocation(path, scenario)
    assert set(plan.placements) == set(stays.values())
    assert (account.placements, account.unmatched) == (len(stays), 0)
