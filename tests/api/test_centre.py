"""``yhteistila centre``: choices side by side as text, JSON and files; exit codes."""

from pathlib import Path

import pytest

from scenarios.files import read_plan
from tests.api.conftest import document, ended, write_town

RUNS = ("--seconds", "5", "--threads", "1")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the small town with a club room at the school that could be opened."""
    folder = write_town(
        tmp_path_factory.mktemp("centre") / "town",
        sites="id,name,lat,lon\nschool,Koulu,62.9,27.7\n",
        spaces=(
            "id,site,name,kind,owner,capacity,status\n"
            "hall,school,Sali,school_hall,city,40,\n"
            "room,school,Luokka,classroom,city,15,\n"
            "club,school,Kerho,club_room,city,40,candidate\n"
        ),
        availability=(
            "place,weekdays,start,end\nhall,mon,17:00,20:00\nroom,mon-fri,17:00,20:00\nclub,mon,17:00,20:00\n"
        ),
        organisations=(
            "id,name,applicant_class,comes_from\nchoir,Kuoro,association,north 100\nclub,Kerho,association,\n"
        ),
    )
    (folder / "centres.csv").write_text("id,name,site,spaces,running_cost\nclub,Kerhotila,school,club,400\n", "utf-8")
    (folder / "areas.csv").write_text("id,name,lat,lon,residents\nnorth,Pohjoinen,62.91,27.7,1200\n", "utf-8")
    return folder


def test_choices_are_told_in_words_and_numbers(town: Path, tmp_path: Path) -> None:
    """The solver opens the room, by which both groups of the choir meet; nothing is beside it."""
    out = tmp_path / "out"
    made = document(ended(0, "centre", town, *RUNS, "--out", out, "--json"))
    assert [plan["opened"] for plan in made["plans"]] == [["club"], []]
    assert [plan["figures"]["sessions"] for plan in made["plans"]] == [4, 3]
    assert made["plans"][0]["for_thousand"]["hours"] > 0
    assert {path.name for path in out.iterdir()} == {"centre.json", "club", "none"}
    assert "0 violations" in ended(0, "verify", town, out / "club").stdout
    printed = ended(0, "centre", town, *RUNS, "--minutes", "18").stdout
    assert "plan 1: Kerhotila, the solver's own choice\nplan 2: nothing\n" in printed
    assert "members within 18 minutes" in printed
    assert "plan 1, Kerho: other " in printed
    shown = [line.split()[-2:] for line in printed.splitlines() if line.startswith("EUR a season")]
    assert shown == [["400", "0"]]


def test_given_choices(town: Path) -> None:
    """Nothing is beside the solver's own choice unless it is asked for."""
    made = document(ended(0, "centre", town, *RUNS, "--choice", "club", "--json"))
    assert [plan["opened"] for plan in made["plans"]] == [["club"]]


@pytest.mark.parametrize("arguments", [("--others", "-1"), ("--seconds", "0"), ("--minutes", "-1")])
def test_wrong_usage(town: Path, arguments: tuple[str, ...]) -> None:
    """Numbers below what makes sense are refused."""
    ended(2, "centre", town, *arguments)


def test_bad_input_is_told(town: Path, tmp_path: Path) -> None:
    """An option that is not there is told with where it was named; so is a town without options."""
    assert "--choice: the centre has no option clu." in ended(1, "centre", town, "--choice", "clu").stderr
    plain = write_town(tmp_path / "plain")
    assert "there is no option of a centre to open" in ended(1, "centre", plain, *RUNS).stderr


def test_no_plan_has_its_exit_code(town: Path, tmp_path: Path) -> None:
    """Pins that exclude each other leave no plan of any choice."""
    needs = (
        "id,organisation,title,size,min_minutes,max_minutes,sessions,wishes,pins\n"
        "rehearsal,choir,Harjoitus,30,120,120,1,mon 17:00-20:00,hall mon 17:00-\n"
        "concert,choir,Konsertti,35,120,120,1,mon 17:00-20:00,hall mon 18:00-\n"
    )
    folder = tmp_path / "pinned"
    folder.mkdir()
    for path in town.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "needs.csv").write_text(needs, "utf-8")
    ended(3, "centre", folder, *RUNS)


def test_what_if_of_other_costs(town: Path, tmp_path: Path) -> None:
    """With an overlay the room costs more; the plans say that they were made with it."""
    overlay = tmp_path / "dear.yaml"
    overlay.write_text("id: dear\ntitle: Dear\nwhy: to see\nset:\n  centres/club/running_cost: 900\n", "utf-8")
    made = document(ended(0, "centre", town, *RUNS, "--overlay", overlay, "--out", tmp_path / "out", "--json"))
    assert made["plans"][0]["running_cost"] == 900
    assert "0 violations" in ended(0, "verify", town, tmp_path / "out" / "club").stdout
    assert [one.id for one in read_plan(tmp_path / "out" / "club").overlays] == ["dear"]


def test_options_to_open_are_added_up() -> None:
    """Where the option is repeated, no earlier one is dropped: two mixes of one site are refused."""
    told = ended(1, "solve", "kuopio-centre", "--open", "kanttila-sali", "--open", "kanttila-talo").stderr
    assert "are mixes of" in told
