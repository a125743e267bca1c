"""``--agreement`` and ``yhteistila costs``: a town that rests on an agreement, and the same town when it falls."""

import csv
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import cli
from tests.api.conftest import TOWN, write_town

SPACES = """\
id,site,name,kind,owner,capacity,prices
hall,school,Sali,school_hall,city,40,association 10
room,school,Luokka,classroom,city,15,association 4.35
"""
AGREEMENTS = """\
id,title,organisations,status,by_decision,contribution,weight,spaces,subsidy
parish,Seurakunnan luokka,club,conditional,church council,100,2,room,50
town,Perussopimus,choir; club,in_force,,0,1,,0
"""
POLICY = """\
id: town-policy
title: Jakoperusteet
version: "2026-1"
pot: {euros: 300, subsidies: [{title: Kuorot, percent: 40}]}
shared_costs:
  - {title: Vahtimestari, euros: 25, per: hour, after: 16:00}
  - {title: Lämmitys, euros: 500, per: season}
"""


def ended(code: int, *args: object) -> Result:
    """Run a command and check its exit code."""
    result = CliRunner().invoke(cli, [str(arg) for arg in args])
    assert result.exit_code == code, result.output
    return result


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Return the town, its plan, and its plan without the parish."""
    home = tmp_path_factory.mktemp("pot")
    town = write_town(home / "town", spaces=SPACES, policy=POLICY)
    (town / "agreements.csv").write_text(AGREEMENTS, encoding="utf-8")
    assert {"spaces.csv", "policy.yaml"} <= {*TOWN}
    ended(0, "solve", town, "--seconds", 3, "--threads", 1, "--out", home / "with")
    ended(0, "solve", town, "--seconds", 3, "--threads", 1, "--agreement", "parish=falls", "--out", home / "without")
    return town, home / "with", home / "without"


def test_a_result_says_on_what_it_rests(folders: tuple[Path, Path, Path]) -> None:
    """By default a conditional agreement holds."""
    said = [json.loads((folder / "result.json").read_text())["agreements"] for folder in folders[1:]]
    assert said == [{"parish": "holds"}, {"parish": "falls"}]


def test_verify_refuses_a_plan_of_other_switches(folders: tuple[Path, Path, Path]) -> None:
    """It is judged with the switch it was made with."""
    town, _, without = folders
    refused = ended(1, "verify", town, without).stderr
    assert "the plan was made where the agreement falls, and here it holds." in refused
    ended(0, "verify", town, without, "--agreement", "parish=falls")


@pytest.mark.parametrize(("switches", "code", "said"), [
    (["parish=fell"], 2, "is not ID=holds or ID=falls"),
    (["parish=falls", "parish=holds"], 2, "is said to hold and to fall"),
    (["parrish=falls"], 1, "Did you mean parish?"),
])  # fmt: skip
def test_unfit_switches_are_told(folders: tuple[Path, Path, Path], switches: list[str], code: int, said: str) -> None:
    """Before anything is solved."""
    result = ended(code, "check", folders[0], *(word for switch in switches for word in ("--agreement", switch)))
    assert said in result.output + result.stderr


def test_a_need_that_only_the_fallen_room_would_do_for_is_without(
    folders: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    """That is told and stops nothing; with a pin there no plan could keep it, and that is an error."""
    town, _, _ = folders
    for name, pins, code in (("wish", "", 0), ("pin", "room tue", 1)):
        needs = (
            f"id,organisation,title,size,min_minutes,max_minutes,wishes,spaces,only_listed,pins\n"
            f"art,club,Piirustus,10,60,60,tue 17:00-20:00,room,yes,{pins}\n"
        )
        other = write_town(tmp_path / name, spaces=SPACES, policy=POLICY, needs=needs)
        (other / "agreements.csv").write_text((town / "agreements.csv").read_text(), encoding="utf-8")
        ended(0, "check", other)
        assert "room hosts nothing: closed" in ended(code, "check", other, "--agreement", "parish=falls").stdout
    ended(0, "solve", tmp_path / "wish", "--seconds", 3, "--agreement", "parish=falls", "--out", tmp_path / "plan")


def test_invoices_sum_to_the_cent_in_every_language(folders: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """The lines of each organisation sum to its total, and totals to prices and shared costs less the pot's part."""
    town, plan, _ = folders
    made = json.loads(ended(0, "costs", town, plan, "--json", "--out", tmp_path).stdout)
    for name, total in (("invoices.csv", "Yhteensä"), ("invoices.sv.csv", "Totalt"), ("invoices.en.csv", "Total")):
        with (tmp_path / name).open(encoding="utf-8-sig") as file:
            rows = list(csv.reader(file))[1:]
        cents = [(row[0], row[2] == total, round(100 * float(row[-1]))) for row in rows]
        for who in {who for who, _, _ in cents}:
            lines = sum(amount for one, is_total, amount in cents if one == who and not is_total)
            assert [amount for one, is_total, amount in cents if one == who and is_total] == [lines]
        whole = sum(amount for _, is_total, amount in cents if is_total)
        own = sum(line["to_pay"] for bill in made["bills"] for line in bill["lines"])
        assert whole == own + sum(item["unit"] * item["units"] for item in made["shared"])


def test_a_fallen_agreement_changes_plan_and_payments(folders: tuple[Path, Path, Path]) -> None:
    """The room closes, so that chess has an hour of the hall at most; the comparison says so, and who pays what."""
    town, plan, without = folders
    compared = json.loads(ended(0, "costs", town, plan, "--against", without, "--json").stdout)
    assert compared["agreements"] == [{"parish": "holds"}, {"parish": "falls"}]
    assert compared["pot"] == [40000, 30000]
    chess = next(one for one in compared["needs"] if one["need"] == "chess")
    assert (chess["moved"], chess["won"], chess["lost"]) == (1, 0, 1)
    club = next(one for one in compared["payments"] if one["organisation"] == "club")
    assert club["own"][0] != club["own"][1]
    assert all(before != after for before, after in club["total"].values())


def test_the_comparison_says_how_in_plain_sentences(folders: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """Which agreement fell, whose sessions change, the pot, and who pays how much more or less under each split."""
    town, plan, without = folders
    compared = json.loads(ended(0, "costs", town, plan, "--against", without, "--json").stdout)
    told = ended(0, "costs", town, plan, "--against", without, "--out", tmp_path).stdout.splitlines()
    assert told[0] == "The first plan rests on the agreement Seurakunnan luokka; in the second one it falls."
    assert told[1:4] == ["The agreement opens one space: Luokka.", "It brings €100 into the common pot.",
                         "One organisation is its member."]  # fmt: skip
    used = [f"€{cents / 100:.2f}".removesuffix(".00") for cents in compared["pot_used"]]
    assert (
        f"There are €400 in the common pot in the first plan and €300 in the second one; it pays {used[0]}" in told[5]
    )
    assert [line.split(":")[0] for line in told[7:10]] == [
        "Where shared costs are split by use", "Where they are split by membership",
        "Where they are split by added cost",
    ]  # fmt: skip
    assert "  Shakki (Kerho): one session is lost; one session is in another space or at another time." in told
    club = next(line for line in told if line.startswith("club "))
    before, after = next(one["total"]["use"] for one in compared["payments"] if one["organisation"] == "club")
    assert f"{before / 100:.2f} -> {after / 100:.2f} ({(after - before) / 100:+.2f})" in club
    assert {path.name for path in tmp_path.glob("*.xlsx")} == {
        f"{name}{lang}.xlsx" for name in ("invoices", "changes") for lang in ("", ".sv", ".en")
    }
    assert (
        "in the second one it falls" not in ended(0, "costs", town, plan, "--against", without, "--lang", "fi").stdout
    )


def test_compare_says_which_agreements_results_rest_on(folders: tuple[Path, Path, Path]) -> None:
    """And where to read what that changes."""
    made = ended(0, "compare", *folders[1:])
    assert ["agreement", "parish", "holds", "falls"] in [line.split() for line in made.stdout.splitlines()]
    assert "They rest on different agreements" in made.stderr


def test_report_has_a_section_of_costs(folders: tuple[Path, Path, Path]) -> None:
    """With the condition, in each language."""
    assert "Jako edellyttää, että sopimus Seurakunnan luokka toteutuu." in (folders[1] / "report.html").read_text()
    assert "made without the agreement" in (folders[2] / "report.en.html").read_text()


def test_the_report_has_what_each_pays_and_the_sum(folders: tuple[Path, Path, Path]) -> None:
    """The last row is what all pay, the same under every split, with cents also where they are none."""
    town, plan, _ = folders
    made = json.loads(ended(0, "costs", town, plan, "--json").stdout)
    own = sum(line["to_pay"] for bill in made["bills"] for line in bill["lines"])
    whole = own + sum(item["unit"] * item["units"] for item in made["shared"])
    (row,) = re.findall(r"<tfoot>\s*<tr>(.*?)</tr>", section(plan / "report.en.html"), re.DOTALL)
    sums = re.findall(r"</span>€([\d,.]+)</td>", row)
    assert sums[2:] == [f"{cents / 100:,.2f}" for cents in (own, whole, whole, whole)]


def section(report: Path) -> str:
    """Return the section of costs of a report."""
    return report.read_text(encoding="utf-8").partition('<section id="costs"')[2].partition("</section>")[0]
