"""The library scenario of Kuopio: made again the same, honest about what is fact, and hard enough to need a plan."""

import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path
from statistics import mean, median

import pytest

from models.calendar import clock_defect
from models.consistency import find_issues
from models.needs import Need
from models.scenario import Scenario
from scenarios.files import read_scenario
from scenarios.generators.kuopio import FOLDER, main, read_season
from scenarios.generators.kuopio_profile import evening_pressure, figures, is_generated, stated_values
from scenarios.generators.tables import stream

DOCUMENTATION = Path(__file__).parents[2] / "docs/kuopio.md"


@pytest.fixture(scope="module")
def kuopio() -> Scenario:
    """Return the scenario as the library has it."""
    return read_scenario("kuopio")


def table(name: str) -> dict[str, dict[str, str]]:
    """Read a table of facts or assumptions, rows by their first column."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return {next(iter(row.values())): row for row in csv.DictReader(file)}


def contents(folder: Path) -> dict[str, bytes]:
    """Read every file right in a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def test_made_again_it_is_the_same(tmp_path: Path) -> None:
    """The generator writes the files of the library, byte by byte, from its facts, assumptions and seed."""
    main(["--out", str(tmp_path)])
    made, kept = contents(tmp_path), contents(FOLDER)
    assert list(made) == list(kept)
    assert [name for name in made if made[name] != kept[name]] == []


def test_another_seed_gives_another_scenario(tmp_path: Path) -> None:
    """The seed decides what is drawn, and nothing of the sites, which are facts."""
    main(["--out", str(tmp_path), "--seed", "7"])
    made, kept = contents(tmp_path), contents(FOLDER)
    assert made["needs.csv"] != kept["needs.csv"]
    assert made["sites.csv"] == kept["sites.csv"]


def test_each_thing_has_a_stream_of_its_own() -> None:
    """What is drawn for one need does not hang on which needs are drawn before it."""
    again, other = stream(1, "need", "a"), stream(1, "need", "b")
    assert stream(1, "need", "a").random() == again.random() != other.random()


def test_size(kuopio: Scenario) -> None:
    """About 150 organisations and 500 needs, as in the calibration, and every space of the facts."""
    assert 140 <= len(kuopio.organisations) <= 160
    assert 480 <= len(kuopio.needs) <= 520
    assert set(table("facts/spaces.csv")) <= set(kuopio.space_by_id)
    assert sum(space.in_use for space in kuopio.spaces) >= 65


def test_consistent(kuopio: Scenario) -> None:
    """No record contradicts another: no error and no warning, so every need has a space that can host it."""
    assert [str(issue) for issue in find_issues(kuopio)] == []


def test_every_value_says_where_it_comes_from(kuopio: Scenario) -> None:
    """Every value that is not a default has an origin; so have the days on which places are closed."""
    assert [value for value in stated_values(kuopio) if value[-1] is None] == []
    assert [holiday.name for holiday in kuopio.season.holidays if holiday.origin("first") is None] == []


@pytest.mark.parametrize("field", ["capacity", "area_m2"])
def test_no_size_is_a_fact_that_no_source_states(kuopio: Scenario, field: str) -> None:
    """A size is tagged a fact exactly where the table of facts has it."""
    stated = {name for name, row in table("facts/spaces.csv").items() if row[field]}
    tagged = {
        space.id
        for space in kuopio.spaces
        if getattr(space, field) is not None and (origin := space.origin(field)) and origin.kind == "fact"
    }
    assert tagged == stated


def test_every_fact_has_a_page() -> None:
    """Every row of the tables of facts names where it can be read."""
    files = [path.read_text(encoding="utf-8") for path in (FOLDER / "facts").glob("*.csv")]
    rows = [row for text in files for row in csv.DictReader(io.StringIO(text))]
    assert len(rows) > 250
    assert [row for row in rows if not row["source_url"].startswith("http")] == []


def test_rooms_that_no_source_lists_are_assumed(kuopio: Scenario) -> None:
    """Thirds of a hall and the like say so in their name's origin, and no source's space says so."""
    listed = set(table("facts/spaces.csv"))
    assumed = {space.id for space in kuopio.spaces if (origin := space.origin("name")) and origin.kind == "assumed"}
    assert assumed == set(kuopio.space_by_id) - listed


def test_real_organisations_ask_only_for_what_sources_state(kuopio: Scenario) -> None:
    """Each need of a real organisation has a page that states it, and generated needs belong to generic names."""
    real = {organisation.id for organisation in kuopio.organisations if not is_generated(organisation)}
    assert real <= set(table("facts/organisations.csv"))
    assert {need.organisation for need in kuopio.needs if not is_generated(need)} == real
    pages = {row["source_url"] for row in table("facts/activities.csv").values()}
    for need in kuopio.needs:
        origin = need.origin("title")
        assert origin is not None
        assert (origin.kind == "fact") == (need.organisation in real)
        assert origin.url is None or origin.url in pages


def test_generic_organisations_bear_no_real_name(kuopio: Scenario) -> None:
    """A generated organisation is named by theme, number and district, and by nothing else."""
    themes = "|".join(re.escape(row["name"]) for row in table("assumptions/themes.csv").values())
    districts = "|".join(table("assumptions/districts.csv"))
    names = [organisation.name for organisation in kuopio.organisations if is_generated(organisation)]
    assert [name for name in names if not re.fullmatch(rf"({themes}) \d+, ({districts})", name)] == []
    assert len(set(names)) == len(names)


def test_every_stated_activity_is_asked_but_the_one_held_elsewhere() -> None:
    """Of the observed activities only the one at a service station has no need."""
    asked = {row["activity"] for row in table("assumptions/observed.csv").values()}
    assert set(table("facts/activities.csv")) - asked == {"act13"}


def test_groups_that_alternate(kuopio: Scenario) -> None:
    """The two Red Cross groups that meet in turn on Tuesday evenings can have one room at one hour."""
    one, other = kuopio.need_by_id["spr-taitopiiri"], kuopio.need_by_id["spr-reddie-kids"]
    assert one.recurrence.kind == other.recurrence.kind == "biweekly"
    assert {one.recurrence.phase, other.recurrence.phase} == {0, 1}
    assert one.wishes == other.wishes


def test_evenings_are_over_asked(kuopio: Scenario) -> None:
    """Evenings are asked for more than could be served even in half-hour pieces, so a plan has to choose."""
    pressure = evening_pressure(kuopio)
    assert 1.05 <= pressure.asked / pressure.servable <= 1.4


def test_demand_follows_the_calibration(kuopio: Scenario) -> None:
    """Sizes, recurrence, sessions and shared people are near the priors they were drawn from."""
    drawn = [need for need in kuopio.needs if is_generated(need)]
    sizes = [need.size for need in drawn if need.kind == "activity"]
    assert 13 <= median(sizes) <= 15
    assert 14.5 <= mean(sizes) <= 18
    assert min(sizes) >= 5
    assert max(need.size for need in drawn) <= 150
    kinds = [need.recurrence.kind for need in drawn]
    series = [kind for kind in kinds if kind in ("weekly", "biweekly", "monthly")]
    assert 0.6 <= series.count("weekly") / len(series) <= 0.7
    assert 0.15 <= series.count("biweekly") / len(series) <= 0.25
    assert {"dates", "once"} <= set(kinds)
    assert 0.10 <= mean(bool(need.leaders or need.audience) for need in drawn) <= 0.17
    assert 0.30 <= mean(bool(need.last_season) for need in drawn) <= 0.45
    assert {need.sessions for need in drawn} == {1, 2, 3}


def test_groups_of_children_end_early(kuopio: Scenario) -> None:
    """What a group of children wishes leaves it a turn within the hours of its age."""
    for need in kuopio.needs:
        for rule in kuopio.policy.hours_by_age:
            if need.ages is not None and need.ages[1] <= rule.oldest:
                assert max(min(w.end, rule.latest) - w.start for w in need.wishes) >= need.min_minutes, need.id


def test_villages_stay_local(kuopio: Scenario) -> None:
    """Groups of a parish village name no district farther than eight kilometres away."""
    sites = {site.district: site for site in kuopio.sites if site.lat is not None}
    rural = [name for name, row in table("assumptions/districts.csv").items() if row["kind"] == "rural"]
    for need in kuopio.needs:
        home = kuopio.organisation_by_id[need.organisation].name.rpartition(", ")[2]
        if is_generated(need) and home in rural:
            assert all((sites[home].distance_km(sites[name]) or 0.0) <= 8.0 for name in need.districts), need.id


def nights(kuopio: Scenario) -> list[Need]:
    """List the needs that may last past three in the morning."""
    return [need for need in kuopio.needs if any(wish.end >= 28 * 60 for wish in need.wishes)]


@pytest.mark.parametrize(("saturday", "defect"), [(date(2026, 10, 24), "twice"), (date(2027, 3, 27), "missing")])
def test_a_need_lasts_through_the_nights_when_clocks_change(kuopio: Scenario, saturday: date, defect: str) -> None:
    """Both nights are dates of a need that is open through the hour that comes twice or not at all."""
    assert clock_defect(saturday, 27 * 60 + 30, kuopio.season.zone) == defect
    fourth = [need for need in nights(kuopio) if need.recurrence.kind == "monthly" and 4 in need.recurrence.nth]
    assert 22 <= saturday.day <= 28
    assert [need.id for need in fourth if any(5 in wish.weekdays for wish in need.wishes)]


def test_the_model_is_exercised(kuopio: Scenario) -> None:
    """Parts, conflicts, shared use, buffers, fine grids, dated exceptions and offers to some are all there."""
    assert any(space.parent for space in kuopio.spaces)
    assert any(space.shareable for space in kuopio.spaces)
    assert any(space.buffers_overlap and space.buffer_after for space in kuopio.spaces)
    assert {space.grid_minutes for space in kuopio.spaces} == {15, 30, 60}
    assert {space.status for space in kuopio.spaces} == {"open", "unknown", "planned", "closed"}
    assert kuopio.conflicts
    assert any(exception.hours for exception in kuopio.exceptions)
    assert any(not exception.hours for exception in kuopio.exceptions)
    assert any(offer.offered_to for offer in kuopio.availability)
    assert any(need.may_share for need in kuopio.needs)
    assert any(need.pins for need in kuopio.needs)
    assert any(need.bans for need in kuopio.needs)
    assert any(need.forbidden_spaces for need in kuopio.needs)


def test_public_holidays_are_the_calendars() -> None:
    """The stored holidays are those of the Finnish calendar within the season, and close every place."""
    holidays = pytest.importorskip("holidays")
    season = read_season(FOLDER / "facts/season.yaml")
    stored = {day.first: day.name for day in season.holidays if not day.closes}
    official = holidays.Finland(years=(season.first.year, season.last.year), language="fi")
    assert stored == {day: name for day, name in official.items() if season.first <= day <= season.last}


def test_breaks_are_whole_weeks_of_the_right_number(kuopio: Scenario) -> None:
    """Schools are closed in the weeks 42 and 10, Monday to Sunday, and teach the week after."""
    for name, week in (("Syysloma", 42), ("Talviloma", 10)):
        (rest,) = (day for day in kuopio.season.holidays if day.name == name)
        assert rest.first.isocalendar()[1:] == (week, 1)
        assert rest.last - rest.first == timedelta(days=6)
        assert "school" in rest.closes


def test_breaks_close_calendars_that_spaces_have(kuopio: Scenario) -> None:
    """No break names a calendar that is nobody's."""
    closed = {calendar for holiday in kuopio.season.holidays for calendar in holiday.closes}
    assert closed <= {space.calendar for space in kuopio.spaces}


def test_nothing_personal() -> None:
    """No e-mail address and no telephone number is in any file of the scenario."""
    personal = re.compile(r"[\w.]+@[\w.]+\.\w|(?<![\w/=&-])(?:\+358|0[1-9]\d?)[ -]\d{3}|\bpuh\b")
    texts = {path: path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.*")}
    assert len(texts) > 15
    assert [(path.name, found[0]) for path, text in texts.items() if (found := personal.search(text))] == []


def test_documentation_has_the_figures(kuopio: Scenario) -> None:
    """The page about the scenario shows the figures as ``--figures`` prints them."""
    page = DOCUMENTATION.read_text(encoding="utf-8")
    assert [name for name, value in figures(kuopio).items() if f"| {name} | {value} |" not in page] == []
