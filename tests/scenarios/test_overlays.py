"""Overlays: what paths name, what stacks refuse, and the algebra of making and undoing."""

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from models.base import BadInput
from models.consistency import find_issues
from models.overlay import Overlay
from models.scenario import Scenario
from scenarios.files import read_for_plan, read_overlay, read_scenario, read_what_if, write_snapshot
from scenarios.overlays import overlaid, overlay_names, restored
from scenarios.overlays.scenario import document_of
from scenarios.run import run, write_run
from solver.engine import Limits
from solver.verify import verify
from tests.builders import make_hours, make_link, make_need, make_policy, make_scenario, make_site, make_space


def town() -> Scenario:
    """Two sites with three rooms, two needs that are linked, and a policy with lists."""
    return make_scenario(
        make_need("choir", size=10),
        make_need("chess", size=8),
        sites=(make_site("mill"), make_site("school")),
        spaces=(
            make_space("loft", site="mill", prices={"*": 5.0}),
            make_space("cellar", site="mill", status="closed"),
            make_space("gym", site="school", capacity=60),
        ),
        availability=tuple(make_hours(place) for place in ("loft", "cellar", "gym")),
        links=(make_link("choir", "chess"),),
        policy=make_policy(hours_by_age=({"oldest": 12, "latest": "20:00"}, {"oldest": 17, "latest": "21:00"})),
    )


def overlay(name: str = "what-if", **parts: Any) -> Overlay:
    """Return an overlay."""
    return Overlay.model_validate({"id": name, "title": name, "why": "to see", **parts})


def values(edits: Any) -> list[tuple[str, str, Any, Any]]:
    """Return what edits changed."""
    return [(edit.kind, edit.path, edit.old, edit.new) for edit in edits]


@pytest.mark.parametrize(
    ("path", "new", "touched"),
    [
        ("spaces/cellar/status", "open", ["spaces/cellar/status"]),
        ("spaces/*/capacity", 90, ["spaces/loft/capacity", "spaces/cellar/capacity", "spaces/gym/capacity"]),
        ("spaces/site=mill/capacity", 90, ["spaces/loft/capacity", "spaces/cellar/capacity"]),
        ("spaces/site=mill,status=closed/capacity", 90, ["spaces/cellar/capacity"]),
        ("availability/place=gym/end", "20:00", ["availability/3/end"]),
        ("availability/weekdays=mon/end", "20:00", ["availability/1/end", "availability/2/end", "availability/3/end"]),
        ("policy/worth/link", 7, ["policy/worth/link"]),
        ("policy/hours_by_age/2/latest", "20:00", ["policy/hours_by_age/2/latest"]),
        ("spaces/loft/prices/senior", 8.5, ["spaces/loft/prices/senior"]),
        ("spaces/loft/shareable", "yes", ["spaces/loft/shareable"]),
        ("needs/choir/wishes", "mon-wed 17:00-20:00", ["needs/choir/wishes"]),
        ("season/last", "2026-09-20", ["season/last"]),
        ("title", "Another town", ["title"]),
    ],
)
def test_a_path_names_values(path: str, new: Any, touched: list[str]) -> None:
    """Fields, items by id, position, fields or all of them, and entries of mappings; cells are read as in files."""
    done = overlaid(town(), [overlay(set={path: new})])
    assert [edit.path for edit in done.edits] == touched
    assert not [issue for issue in find_issues(done.scenario) if issue.severity == "error"]
    assert done.scenario.hash != town().hash


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"set": {"spacs/loft/status": "open"}}, "a scenario has no 'spacs'. Did you mean spaces?"),
        ({"set": {"spaces/lofft/status": "open"}}, "spaces has no 'lofft'. Did you mean loft?"),
        ({"set": {"spaces/loft/statuss": "open"}}, "spaces/loft has no 'statuss'. Did you mean status?"),
        ({"set": {"spaces/site=mil/status": "open"}}, "spaces has no 'site=mil'. Did you mean site=mill?"),
        ({"set": {"spaces/site=zoo/status": "open"}}, "spaces has no 'site=zoo'. There are site="),
        ({"set": {"zzz/loft": 1}}, "There are id, title, notes, season, policy, sites, spaces, conflicts and "),
        ({"set": {"policy/centre/most": 3}}, "policy/centre has no 'most'."),
        ({"set": {"spaces/loft/": 3}}, "the path has an empty part."),
        ({"set": {"spaces/loft/status": "opened"}}, "set spaces/loft/status: 'opened' is not a choice."),
        ({"set": {"needs/choir/size": "many"}}, "'many' is not a whole number"),
        ({"set": {"needs/choir/size": 0}}, "overlay what-if, needs/choir, size: 0 is below 1."),
        ({"set": {"needs/choir/wishes": "someday 17"}}, "set needs/choir/wishes"),
        ({"set": {"needs/choir/organisation": "clubb"}}, "needs[choir].organisation (with what-if)"),
        ({"add": {"spaces/loft/status": ["open"]}}, "this is not a list."),
        ({"add": {"sites": [{"id": "hut"}]}}, "add sites, name: the value is missing."),
        ({"remove": ["spaces/loft/status"]}, "this is a field of a record, which always has it."),
        ({"remove": ["needs/chesss"]}, "Did you mean chess?"),
        ({"remove": ["spaces/loft/prices/junior"]}, "remove spaces/loft/prices/junior: there is no such entry."),
        ({"remove": ["sites/mill"]}, "no site"),
        ({"set": {"spaces/*/capacity": 5, "spaces/loft/capacity": 6}}, "Keep one of the two."),
    ],
)
def test_bad_overlays_are_refused(parts: dict[str, Any], message: str) -> None:
    """What a path or value gets wrong is told with its place, and the nearest name."""
    with pytest.raises(BadInput) as refused:
        overlaid(town(), [overlay(**parts)])
    assert message in str(refused.value)


def test_every_mistake_is_told_at_once() -> None:
    """Not only the first one."""
    with pytest.raises(BadInput) as refused:
        overlaid(town(), [overlay(set={"spaces/x/status": "open", "needs/y/size": 3}, remove=("links/9",))])
    assert len(refused.value.issues) == 3


def test_old_and_new_are_recorded() -> None:
    """Each value that changes, and what a record without an id is about."""
    done = overlaid(
        town(),
        [
            overlay(
                set={"spaces/loft/capacity": 12},
                add={"availability": [{"place": "loft", "weekdays": "sun", "start": "22:00", "end": "23:00"}]},
                remove=("needs/chess", "links/1"),
            )
        ],
    )
    kinds = [(edit.kind, edit.path, edit.about) for edit in done.edits]
    assert kinds == [
        ("set", "spaces/loft/capacity", None),
        ("add", "availability/+", "loft"),
        ("remove", "needs/chess", None),
        ("remove", "links/1", "choir and chess"),
    ]
    assert (done.edits[0].old, done.edits[0].new) == (40, 12)
    assert done.edits[2].old["id"] == "chess"


def test_what_is_so_already_is_no_edit_and_is_told() -> None:
    """An overlay that changes nothing draws a warning."""
    done = overlaid(town(), [overlay(set={"spaces/cellar/status": "closed"})])
    assert done.edits == ()
    assert done.scenario.hash == town().hash
    assert "all that it sets is so already" in str(done.warnings[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"set": {"needs/choir/size": 5}}, {"set": {"needs/choir/size": 6}}),
        ({"set": {"needs/choir/size": 5}}, {"set": {"needs/*/size": 6}}),
        ({"set": {"needs/choir/size": 5}}, {"remove": ("needs/choir", "links/1")}),
        ({"set": {"policy/worth": {"link": 5}}}, {"set": {"policy/worth/hour": 6}}),
        ({"set": {"policy/hours_by_age": []}}, {"add": {"policy/hours_by_age": [{"oldest": 9, "latest": "19:00"}]}}),
        ({"add": {"sites": [{"id": "hut", "name": "A"}]}}, {"add": {"sites": [{"id": "hut", "name": "B"}]}}),
    ],
)
def test_overlays_that_contradict_each_other_are_refused(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Whichever is stated first, and both are named."""
    for first, second in ((one, other), (other, one)):
        with pytest.raises(BadInput, match="overlays a and b: both change"):
            overlaid(town(), [overlay("a", **first), overlay("b", **second)])


def test_two_may_say_the_same() -> None:
    """One value alike, or one record removed by both, contradicts nothing."""
    both = {"set": {"needs/choir/size": 5}, "remove": ("links/1",)}
    done = overlaid(town(), [overlay("a", **both), overlay("b", **both)])
    assert values(done.edits) == [("set", "needs/choir/size", 10, 5), ("remove", "links/1", done.edits[1].old, None)]


def test_after_lets_one_build_on_another() -> None:
    """It sees what the other added, and may change what it set; it is stated after it."""
    first = overlay("a", add={"sites": [{"id": "hut", "name": "Hut"}]}, set={"needs/choir/size": 5})
    then = overlay("b", after=("a",), set={"sites/*/district": "North", "needs/choir/size": 7})
    done = overlaid(town(), [first, then])
    assert {site.id: site.district for site in done.scenario.sites}["hut"] == "North"
    assert done.scenario.need_by_id["choir"].size == 7
    assert restored(done.scenario, done.edits) == town()
    with pytest.raises(BadInput, match="it comes after a, and is stated before it"):
        overlaid(town(), [then, first])


def test_a_choice_that_would_reach_what_another_adds_is_refused() -> None:
    """Else the plan would hang on which of the two is read first."""
    adds = overlay("a", add={"sites": [{"id": "hut", "name": "Hut"}]})
    wide = overlay("b", set={"sites/*/district": "North"})
    with pytest.raises(BadInput, match=r"b speaks of sites/hut/district too, which a adds"):
        overlaid(town(), [adds, wide])


def test_an_overlay_stated_twice_is_refused() -> None:
    """Once is enough."""
    with pytest.raises(BadInput, match="it is stated twice"):
        overlaid(town(), [overlay(set={"title": "x"})] * 2)


edits = st.sampled_from(
    [
        {"set": {"spaces/loft/capacity": 33}},
        {"set": {"spaces/*/visibility": 4}},
        {"set": {"spaces/loft/prices/senior": 1.5}},
        {"set": {"availability/2/end": "21:00"}},
        {"set": {"policy/hours_by_age/1/latest": "19:00", "title": "Other"}},
        {"set": {"needs/chess/recurrence": "biweekly 1"}},
        {"add": {"sites": [{"id": "hut", "name": "Hut"}]}},
        {"add": {"availability": [{"place": "gym", "weekdays": "sun", "start": "22:00", "end": "23:00"}]}},
        {"add": {"policy/hours_by_age": [{"oldest": 6, "latest": "18:00"}]}},
        {"remove": ("availability/1",)},
        {"remove": ("spaces/loft/prices/*",)},
        {"remove": ("policy/hours_by_age/2", "links/1")},
    ]
)


@settings(deadline=None)
@given(parts=st.lists(edits, min_size=1, max_size=4, unique_by=str))
def test_undoing_gives_the_scenario_back(parts: list[dict[str, Any]]) -> None:
    """Making overlays and taking back what they changed is no change at all; the order stated is all one."""
    stack = [overlay(f"o{n}", **part) for n, part in enumerate(parts)]
    try:
        done = overlaid(town(), stack)
    except BadInput:  # two of them contradict each other, as tests above tell
        return
    back = restored(done.scenario, done.edits)
    assert back == town()
    assert back.hash == town().hash
    for order in permutations(stack):
        other = overlaid(town(), order)
        assert other.scenario.hash == done.scenario.hash
        assert other.edits == done.edits


@settings(deadline=None, max_examples=50)
@given(first=edits, then=edits)
def test_order_matters_only_where_it_is_said(first: dict[str, Any], then: dict[str, Any]) -> None:
    """With ``after`` the later one is read against the earlier one's result, as if that were the scenario."""
    a, b = overlay("a", **first), overlay("b", after=("a",), **then)
    try:
        step = overlaid(overlaid(town(), [a]).scenario, [overlay("b", **then)]).scenario
    except BadInput:
        with pytest.raises(BadInput):
            overlaid(town(), [a, b])
        return
    assert overlaid(town(), [a, b]).scenario.hash == step.hash


@pytest.mark.parametrize("name", sorted(overlay_names()))
def test_library_overlays_are_sound(name: str) -> None:
    """Each says why, has a source or is called assumed, changes Kuopio and can be taken back."""
    kuopio = read_scenario("kuopio")
    what_if = read_overlay(name)
    assert what_if.origin is not None
    done = read_what_if("kuopio", overlays=[what_if])
    assert done.edits
    assert restored(done.scenario, done.edits) == kuopio


def test_library_overlays_go_together() -> None:
    """All seven at once, in any order, are one scenario."""
    stack = [read_overlay(name) for name in sorted(overlay_names())]
    assert len(stack) == 7
    one, other = (read_what_if("kuopio", overlays=order).scenario for order in (stack, stack[::-1]))
    assert one.hash == other.hash


def test_overlays_are_found_and_named(tmp_path: Path) -> None:
    """In the scenario's own folder first, in the library, or as a file; a wrong name draws the nearest one."""
    (tmp_path / "overlays").mkdir()
    own = {"id": "alava-closes", "title": "Mine", "why": "To try.", "set": {"title": "x"}}
    (tmp_path / "overlays" / "alava-closes.yaml").write_text(yaml.safe_dump(own), encoding="utf-8")
    assert read_overlay("alava-closes", tmp_path).title == "Mine"
    assert read_overlay("alava-closes").title != "Mine"
    assert read_overlay(tmp_path / "overlays" / "alava-closes.yaml").title == "Mine"
    with pytest.raises(BadInput, match="Did you mean alava-closes"):
        read_overlay("alava-close")
    (tmp_path / "overlays" / "other.yaml").write_text(yaml.safe_dump(own), encoding="utf-8")
    with pytest.raises(BadInput, match="its id is alava-closes, its file's name is other"):
        read_overlay("other", tmp_path)


def test_a_plan_knows_its_overlays(tmp_path: Path) -> None:
    """Whoever judges it applies them again; without them, or with others, its hash is refused."""
    base = town()
    done = overlaid(
        base, [overlay(set={"spaces/cellar/status": "open"}), overlay("more", set={"needs/choir/size": 12})]
    )
    made = write_run(run(done.scenario, Limits(seconds=5, threads=1, steps=5), what_if=done), tmp_path / "out")
    write_snapshot(base, tmp_path / "base.json")
    assert made.plan is not None
    assert made.result.overlays == ("what-if", "more")
    assert made.result.edits == done.edits
    again, plan = read_for_plan(tmp_path / "base.json", tmp_path / "out")
    assert plan == made.plan
    assert again.hash == done.scenario.hash
    assert not verify(again, made.plan).violations
    assert read_for_plan(tmp_path / "out" / "scenario.json", tmp_path / "out")[0].hash == done.scenario.hash
    with pytest.raises(BadInput, match="with overlays what-if, more"):
        verify(base, made.plan)


def test_a_snapshot_reads_back_the_same(tmp_path: Path) -> None:
    """Every library scenario written as one file has the hash that it had."""
    for name in ("kuopio", "kuopio-centre", "kuopio-offices", "kuopio-takeover"):
        scenario = read_scenario(name)
        write_snapshot(scenario, tmp_path / "scenario.json")
        assert read_scenario(tmp_path / "scenario.json").hash == scenario.hash


def test_untouched_records_stay_the_same_objects() -> None:
    """Only what an overlay speaks of is read again."""
    base = town()
    done = overlaid(base, [overlay(set={"needs/choir/size": 12})])
    assert done.scenario.need_by_id["chess"] is base.need_by_id["chess"]
    assert done.scenario.policy is base.policy
    assert document_of(done.scenario)["needs"][0]["size"] == 12


def test_what_was_so_of_another_record_is_told_of_a_new_one() -> None:
    """Two groups that had a closed room: the one that comes by the overlay is warned about as well."""
    held = {"last_season": ({"space": "cellar", "weekday": "mon", "start": "18:00"},)}
    base = make_scenario(*town().needs, make_need("dance", **held), sites=town().sites, spaces=town().spaces)
    assert [issue.where for issue in find_issues(base)] == ["needs[dance].last_season"]
    new = make_need("band", **held).model_dump(mode="json")
    told = overlaid(base, [overlay(add={"needs": [new]})]).warnings
    assert [issue.where for issue in told] == ["needs[band].last_season (with what-if)"]


def test_a_scenario_that_is_none_any_more_is_refused_in_plain_words() -> None:
    """Without a space there is nothing to plan; the message is the product's, not a library's."""
    with pytest.raises(BadInput) as refused:
        overlaid(town(), [overlay(remove=("spaces/*",))])
    (issue,) = refused.value.issues
    assert issue.where == "what-if, spaces"
    assert "pydantic" not in issue.problem
