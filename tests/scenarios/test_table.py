"""The partnership table: what sides make of plans, the compromise and its proof, answers, and files."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from api.cli import cli
from api.table_text import meeting_lines
from models.base import BadInput
from models.needs import Spot
from models.plan import Plan
from models.scenario import Scenario
from models.table import Answer, Stakeholder, TableStudy
from scenarios.files import write_plan, write_scenario
from scenarios.table.answers import answer_round
from scenarios.table.bargain import (
    Bargain,
    NoPlan,
    Offer,
    Scale,
    bargain_over,
    best_compromise,
    best_product,
    dominates,
    scale_of,
    undominated,
)
from scenarios.table.files import read_table, table_names
from scenarios.table.laid import Table
from scenarios.table.meeting import Checked, choose, hold_meeting
from solver.engine import Limits
from solver.verify import skips_of, verify
from tests.builders import (
    FIRST,
    changed,
    dates_from,
    make_need,
    make_option,
    make_plan,
    make_policy,
    make_scenario,
    make_space,
    make_wish,
    place,
)
from tests.solver.test_properties import sound_town

LIMITS = Limits(seconds=20, threads=1)
HOURS = Stakeholder(id="hours", name="Hours", counts={"worth.hours": 100})
WISHES = Stakeholder(id="wishes", name="Wishes", counts={"worth.*": 50, "worth.wish": 300, "worth.hours": 0})
SPREAD = Stakeholder(id="spread", name="Spread", counts={"fairness.*": 100, "worth.sessions": 200})


def town() -> Scenario:
    """Three needs that want one evening hour of one hall, and an attic that only one of them wishes."""
    evening = make_wish("mon", "18:00", "20:00")
    later = make_wish("mon,tue", "18:00", "20:00", "secondary")
    two = {"min_minutes": 60, "max_minutes": 120}
    return make_scenario(
        make_need("choir", evening, **two, spaces=("hall",)),
        make_need("chess", evening, later, **two, spaces=("attic", "hall")),
        make_need("dance", evening, later, **two, spaces=("hall", "attic")),
        spaces=(make_space("hall"), make_space("attic")),
    )


def test_points_to_a_side_are_a_weighted_sum() -> None:
    """A rule's own share goes before its family's, and what is not named counts nothing."""
    score = {"worth.hours": 100, "worth.wish": 10, "worth.sessions": 8, "synergy.link": 60}
    assert HOURS.utility(score) == 100
    assert WISHES.utility(score) == 3 * 10 + 0.5 * 8
    assert SPREAD.utility(score) == 16


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ({"worth.hour": 100}, "there is no soft rule 'worth.hour'"),
        ({"space.double": 100}, "there is no soft rule 'space.double'"),
        ({"worth.hours": 15}, "multiple of 10"),
        ({"worth.hours": -10}, "multiple of 10"),
        ({"worth.hours": 0}, "nothing counts"),
    ],
)
def test_shares_that_make_no_sense_are_refused(counts: dict[str, int], message: str) -> None:
    """With what to write."""
    with pytest.raises(ValueError, match=message):
        Stakeholder(id="x", name="X", counts=counts)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_bounds_hold_for_every_plan_that_is_found(seed: int) -> None:
    """No plan has more of a sum than its bound, and none has a smaller largest regret than is proven."""
    scenario = sound_town(seed)
    assume(not any(need.pins for need in scenario.needs))
    bargain = Bargain(scenario, (HOURS, WISHES, SPREAD), replace(LIMITS, seed=seed % 7))
    scale = scale_of(bargain, None)
    proven = bargain_over(bargain, scale, 4)
    assert len(bargain.pool) == 7
    for offer in bargain.pool:
        for other in bargain.pool:
            assert np.dot(offer.shares, other.worth) <= offer.bound + 1e-6
        assert scale.regret(offer.worth).max() >= proven - 1e-9
        assert offer.worth == pytest.approx([one.utility(offer.score) for one in bargain.stakeholders])
    kept = undominated(bargain.pool)
    assert best_compromise(kept, scale) in kept
    assert best_product(kept, scale) in kept
    assert not any(dominates(one.worth, other.worth) for one in kept for other in kept)
    for offer in bargain.pool:
        assert any(dominates(one.worth, offer.worth) or (one.worth == offer.worth).all() for one in kept)


def test_a_meeting_puts_the_compromise_first() -> None:
    """Its largest regret is the least of all, no side has more than its bound, and plans are clean."""
    study = TableStudy(
        id="t", title="T", scenario="test", stakeholders=(HOURS, WISHES, SPREAD), seconds=5, rounds=3, alternatives=3
    )
    scenario = town()
    held = hold_meeting(study, scenario, LIMITS)
    meeting = held.meeting
    assert meeting.alternatives[0].kind == "compromise"
    assert meeting.alternatives[0].largest_regret == min(one.largest_regret for one in meeting.alternatives)
    assert meeting.alternatives[0].largest_regret >= meeting.least_regret - 1e-9
    for plan, one in zip(held.plans, meeting.alternatives, strict=True):
        verdict = verify(scenario, plan)
        assert not verdict.violations
        assert one.score == verdict.score
        assert one.pareto.directions >= 2
        for k, seat in enumerate(meeting.seats):
            assert one.worth[k] <= seat.ideal_bound + 1e-6
    for k, row in enumerate(meeting.ideals):
        assert row[k] == pytest.approx(max(row[k], max(other[k] for other in meeting.ideals)))


def test_today_is_where_satisfaction_starts() -> None:
    """With a plan that holds where nothing is agreed, that plan satisfies nobody and its ideal everybody."""
    scenario = town()
    today = make_plan(place("chess", "hall"))
    bargain = Bargain(scenario, (HOURS, WISHES), LIMITS)
    scale = scale_of(bargain, today)
    assert scale.satisfaction(bargain.offer(today, (1, 0), np.inf).worth) == pytest.approx([0, 0])
    assert scale.satisfaction(scale.ideal) == pytest.approx([1, 1])


def test_plans_that_leave_a_side_at_its_worst_come_last() -> None:
    """The farther plan leaves one with nothing, the nearer one nobody: the nearer one is put on the table first."""
    scale = Scale(np.array([10.0, 10.0]), np.array([10.0, 10.0]), np.zeros(2))

    def offer(*worth: float) -> Offer:
        return Offer(make_plan(), {}, np.array(worth), (1, 1), 20.0)

    middle, leaning, far = offer(6, 6), offer(8, 3), offer(10, 0)
    assert [one for _, one in choose([middle, leaning, far], scale, 2)] == [middle, leaning]
    assert [one for _, one in choose([middle, leaning, far], scale, 3)] == [middle, leaning, far]
    assert [one for _, one in choose([middle, far], scale, 3)] == [middle, far]


def test_todays_plan_may_be_agreed_on() -> None:
    """Nobody is worse off than today where nothing better is found: it is one of the plans, if it breaks no rule."""
    scenario = town()
    best = Bargain(scenario, (HOURS, WISHES), LIMITS).seek((1, 1), "best").plan
    for today, sound in ((best, True), (make_plan(place("choir", "hall"), place("chess", "hall")), False)):
        bargain = Bargain(scenario, (HOURS, WISHES), LIMITS)
        scale = scale_of(bargain, today)
        assert (today in [one.plan for one in bargain.pool[:1]]) == sound
        assert (scale.span >= np.abs(scale.ideal) / 100).all()


def test_strict_tiers_make_no_table() -> None:
    """There are no points of one side to be weighed against another's."""
    order = {"strict": True, "bands": [{"title": "All", "tiers": [{"title": "Everybody"}]}]}
    scenario = make_scenario(policy=make_policy(order=order))
    study = TableStudy(id="t", title="T", scenario="test", stakeholders=(HOURS, WISHES))
    with pytest.raises(BadInput, match="no points of one side are weighed"):
        hold_meeting(study, scenario, LIMITS)


def test_a_side_for_whom_nothing_earns_is_refused() -> None:
    """It would be as satisfied with any plan."""
    idle = Stakeholder(id="idle", name="Idle", counts={"use.seats": 100})
    study = TableStudy(id="t", title="T", scenario="test", stakeholders=(HOURS, idle))
    with pytest.raises(BadInput, match=r"stakeholders \(idle\): everything that counts for it earns nothing"):
        hold_meeting(study, town(), LIMITS)


def laid() -> Table:
    """Lay a plan in which the choir has the hall, chess the attic, and dance nothing."""
    plan = make_plan(place("choir", "hall"), place("chess", "attic"))
    return Table.of(town(), (HOURS, WISHES), plan)


def answer(need: str, **fields: object) -> Answer:
    """Return an answer."""
    return Answer.model_validate({"need": need, **fields})


def test_what_is_declined_goes_to_the_waiting_list() -> None:
    """Dance wishes the hall; the choir is not asked again."""
    done, plan = answer_round(laid(), [answer("choir", answer="decline"), answer("chess", answer="accept")])
    assert [one.granted for one in done.answers] == [True, True]
    assert {placed.need for placed in plan.placements} == {"chess", "dance"}
    assert done.waiting[0].need == "dance"
    assert done.open == 0
    assert not verify(town(), plan).violations
    assert done.objective[1] == verify(town(), plan).objective
    assert done.answers[0].change < 0


def test_a_counter_offer_is_granted_where_there_is_room() -> None:
    """Chess may come on Tuesday; what the answer alone changes is told for the plan and for each side."""
    done, plan = answer_round(laid(), [answer("chess", answer="counter", to=Spot(weekday=1, space="attic"))])
    (one,) = done.answers
    assert one.granted
    assert one.becomes is not None
    assert (one.becomes.space, one.becomes.weekday) == ("attic", 1)
    assert set(one.satisfaction) == {"hours", "wishes"}
    assert "dance" in {placed.need for placed in plan.placements}


def test_a_counter_offer_for_a_held_place_names_who_holds_it() -> None:
    """Nobody is moved for it."""
    done, plan = answer_round(laid(), [answer("chess", answer="counter", to=Spot(space="hall", weekday=0))])
    (one,) = done.answers
    assert not one.granted
    assert [told.need for told in one.displaced] == ["choir"]
    assert {placed.need for placed in plan.placements} >= {"choir", "chess"}


def test_a_counter_offer_against_the_rules_is_not_granted() -> None:
    """The choir wishes Mondays only."""
    done, _ = answer_round(laid(), [answer("choir", answer="counter", to=Spot(weekday=1))])
    assert done.answers[0].why == "no place there keeps the need's own wishes and the rules"


def test_a_swap_needs_both_sides() -> None:
    """One offer changes nothing and says what it would; two make the swap, told once as made."""
    one, plan = answer_round(laid(), [answer("choir", answer="swap", other="chess")])
    assert not one.answers[0].granted
    assert one.answers[0].why == "chess has not offered it"
    assert {(p.need, p.space) for p in plan.placements} >= {("choir", "hall"), ("chess", "attic")}
    both = [answer("choir", answer="swap", other="chess"), answer("chess", answer="swap", other="choir")]
    two, plan = answer_round(laid(), both)
    assert [told.granted for told in two.answers] == [True, True]
    assert {(p.need, p.space) for p in plan.placements} >= {("choir", "attic"), ("chess", "hall")}
    assert not verify(town(), plan).violations


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"need": "chor", "answer": "accept"}, r"answers\[0\] \(chor\): there is no need 'chor'. Did you mean choir"),
        ({"need": "dance", "answer": "accept"}, "the plan has no such session. Leave it out"),
        (
            {"need": "choir", "weekday": "tue", "answer": "accept"},
            "the plan has no such session. Name its weekday: mon",
        ),
    ],
)
def test_answers_about_nothing_are_refused(said: dict[str, str], message: str) -> None:
    """With the nearest name, or the weekdays there are."""
    with pytest.raises(BadInput, match=message):
        answer_round(laid(), [Answer.model_validate(said)])


def test_an_answer_is_whole() -> None:
    """A counter-offer says where to, a swap with whom, and the others neither; no session is answered twice."""
    with pytest.raises(ValueError, match="a swap is with another need"):
        answer("choir", answer="swap", other="choir")
    for wrong in ({"answer": "counter"}, {"answer": "accept", "to": {"weekday": "mon"}}, {"answer": "swap"}):
        with pytest.raises(ValueError, match="mend answer or"):
            answer("choir", **wrong)
    with pytest.raises(BadInput, match=r"answers\[1\] \(choir\): an earlier answer is about this session too"):
        answer_round(laid(), [answer("choir", answer="accept"), answer("choir", answer="decline")])


def test_a_limit_that_proves_nothing_is_not_printed() -> None:
    """More than the whole scale, or a regret of nothing, holds for every plan there is."""
    study = TableStudy(id="t", title="T", scenario="test", stakeholders=(HOURS, WISHES), seconds=1, rounds=1)
    meeting = hold_meeting(study, town(), LIMITS).meeting
    seen = [
        one.model_copy(update={"pareto": Checked(directions=2, replaced=0, at_most=5.8)})
        for one in meeting.alternatives
    ]
    told = "\n".join(meeting_lines(meeting.model_copy(update={"alternatives": tuple(seen), "least_regret": 0.0})))
    assert "The time was too short to prove" in told
    assert "of the scale" not in told
    assert "regret" not in told
    seen[0] = seen[0].model_copy(update={"pareto": Checked(directions=2, replaced=0, at_most=0.02)})
    told = "\n".join(meeting_lines(meeting.model_copy(update={"alternatives": tuple(seen), "least_regret": 0.1})))
    assert "by more than 2.0% of the scale" in told
    assert "no plan's largest regret is below 10.0%" in told


def test_a_broken_plan_is_not_put_on_the_table() -> None:
    """Answers are granted in sound plans only."""
    with pytest.raises(BadInput, match="Name a plan that verify finds no fault in"):
        Table.of(town(), (HOURS, WISHES), make_plan(place("choir", "hall"), place("chess", "hall")))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(seed=st.integers(0, 2**32))
def test_any_round_leaves_a_clean_plan(seed: int) -> None:
    """Whatever is answered, the plan after the round breaks no rule and is worth what is told."""
    random, scenario = Random(seed), sound_town(seed)
    try:
        found = Bargain(scenario, (HOURS, SPREAD), LIMITS).seek((1, 1), "any").plan
    except NoPlan:
        return
    assume(found.placements)
    table = Table.of(scenario, (HOURS, SPREAD), found)
    answers = []
    for placed in found.placements:
        said: list[dict[str, object]] = [
            {"answer": "accept"},
            {"answer": "decline"},
            {"answer": "counter", "to": {"space": random.choice(scenario.spaces).id}},
        ]
        others = [need.id for need in scenario.needs if need.id != placed.need]
        said += [{"answer": "swap", "other": random.choice(others)}] if others else []
        answers.append(answer(placed.need, weekday=placed.weekday, **random.choice(said)))
    try:
        done, plan = answer_round(table, answers)
    except BadInput as refused:  # two sessions of a need on one weekday cannot be told apart
        assert "several sessions" in str(refused) or "answered once" in str(refused)  # noqa: PT017
        return
    verdict = verify(scenario, plan)
    assert not [one for one in verdict.violations if one.rule != "order.lot"]
    assert done.objective[1] == verdict.objective
    assert skips_of(scenario, plan.placements) == plan.decisions.skips


def test_the_library_has_a_table_of_five() -> None:
    """It is read with its scenario, and every side counts something that its policy gives points for."""
    assert "kuopio-table" in table_names()
    read = read_table("kuopio-table")
    assert len(read.study.stakeholders) == 5
    assert read.what_if.scenario.id == "kuopio"
    with pytest.raises(BadInput, match="Did you mean kuopio-table"):
        read_table("kuopio-tabel")


def test_the_command_writes_plans_pages_and_a_round(tmp_path: Path) -> None:
    """From a study beside its scenario to folders that other commands read, in three languages."""
    write_scenario(town(), tmp_path / "town")
    study = {
        "id": "small",
        "title": "A small table",
        "scenario": "town",
        "seconds": 3,
        "rounds": 2,
        "stakeholders": [one.model_dump(mode="json") for one in (HOURS, WISHES)],
    }
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(study), encoding="utf-8")
    run = CliRunner()
    out = tmp_path / "out"
    arguments = ["table", str(tmp_path / "study.yaml"), "--threads", "1", "--out", str(out), "--json"]
    told = run.invoke(cli, arguments, catch_exceptions=False)
    meeting = json.loads(told.stdout)
    assert meeting["alternatives"][0]["kind"] == "compromise"
    pages = [(out / name).read_text(encoding="utf-8") for name in ("table.html", "table.sv.html", "table.en.html")]
    assert all("A small table" in page and "http://" not in page for page in pages)
    plan = out / "1-compromise"
    judged = run.invoke(cli, ["verify", str(tmp_path / "town"), str(plan)], catch_exceptions=False)
    assert "0 violations" in judged.stdout
    need = Plan.model_validate_json((plan / "plan.json").read_text(encoding="utf-8")).placements[0].need
    (tmp_path / "answers.yaml").write_text(yaml.safe_dump({"answers": [{"need": need, "answer": "decline"}]}))
    command = ["table", str(tmp_path / "study.yaml"), "--answers", str(tmp_path / "answers.yaml"), "--plan", str(plan)]
    done = run.invoke(cli, [*command, "--out", str(tmp_path / "round")], catch_exceptions=False)
    assert f"{need}: decline, granted" in done.stdout
    assert (tmp_path / "round" / "round.json").exists()
    assert run.invoke(cli, command[:4]).exit_code == 2
    write_plan(make_plan(place("choir", "hall"), place("chess", "hall")), tmp_path / "bad.json")
    command[-1] = str(tmp_path / "bad.json")
    assert run.invoke(cli, [*command, "--out", str(tmp_path / "round")]).exit_code == 1


def centre() -> Scenario:
    """Two needs that want one evening hour; there is a hall, and an annex can be opened."""
    evening = make_wish("mon", "18:00", "20:00")
    return make_scenario(
        *(make_need(name, evening) for name in ("choir", "chess")),
        spaces=(make_space(), make_space("annex", status="candidate")),
        centres=(make_option("annex", running_cost=500),),
        policy=make_policy(centre={"running": 1000}, worth={"centre_cost": 10}),
    )


def test_a_round_keeps_what_the_plan_opens() -> None:
    """The plan after it opens the same options, breaks nothing, and pays for them."""
    scenario = centre()
    plan = make_plan(place("choir"), place("chess", "annex"), decisions={"opened": ("annex",)})
    done, after = answer_round(Table.of(scenario, (HOURS,), plan), [answer("chess", answer="accept")])
    verdict = verify(scenario, after)
    assert after.decisions.opened == ("annex",)
    assert not verdict.violations
    assert done.objective == (verdict.objective, verdict.objective)
    assert verdict.score["centre.cost"] < 0


def test_a_plan_for_other_data_is_not_answered_to() -> None:
    """As everywhere, its hash tells."""
    plan = changed(make_plan(place("choir", "hall")), scenario_hash="0" * 64)
    with pytest.raises(BadInput, match="the plan was made for other data"):
        Table.of(town(), (HOURS,), plan)


def test_a_swap_takes_no_session_that_another_answer_is_about() -> None:
    """Chess offers its Monday for the choir's; its Tuesday, which the choir could have too, stays as it is accepted."""
    evenings = make_wish("mon,tue", "18:00", "20:00")
    scenario = make_scenario(
        make_need("choir", evenings),
        make_need("chess", evenings, sessions=2),
        spaces=(make_space("hall"), make_space("attic")),
    )
    tuesdays = dates_from(FIRST + timedelta(days=1))
    plan = make_plan(place("choir", "hall"), place("chess", "attic"), place("chess", "hall", dates=tuesdays))
    said = [
        answer("choir", answer="swap", other="chess"),
        answer("chess", weekday="tue", answer="decline"),
        answer("chess", weekday="mon", answer="swap", other="choir"),
    ]
    done, after = answer_round(Table.of(scenario, (HOURS,), plan), said)
    assert [one.granted for one in done.answers] == [True, True, True]
    assert {(p.need, p.space, p.weekday) for p in after.placements} == {("choir", "attic", 0), ("chess", "hall", 0)}


def test_where_no_plan_keeps_the_rules_there_is_no_table() -> None:
    """Two pins of one hall at one time."""
    pins = ({"space": "hall", "weekday": "mon", "start": "18:00", "end": "20:00"},)
    scenario = make_scenario(*(make_need(name, pins=pins) for name in ("choir", "chess")), spaces=(make_space("hall"),))
    study = TableStudy(id="t", title="T", scenario="test", stakeholders=(HOURS, WISHES))
    with pytest.raises(NoPlan, match="No plan keeps every hard rule"):
        hold_meeting(study, scenario, LIMITS)


def test_an_option_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """With the nearest name."""
    write_scenario(centre(), tmp_path / "town")
    sides = [one.model_dump(mode="json") for one in (HOURS, WISHES)]
    study = {"id": "s", "title": "S", "scenario": "town", "open": ["anex"], "stakeholders": sides}
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(study), encoding="utf-8")
    with pytest.raises(BadInput, match=r"study.yaml, open: the centre has no option anex. Did you mean annex"):
        read_table(tmp_path / "study.yaml")


def test_no_side_is_left_out_of_a_check() -> None:
    """However far apart the scales are, each has a share."""
    bargain = Bargain(town(), (HOURS, WISHES), LIMITS)
    assert bargain.shares_of(np.array([1.0, 0.001]), least=1) == (30, 1)
    assert bargain.shares_of(np.array([1.0, 0.001])) == (30, 0)


def test_what_the_rules_hold_in_place_cannot_be_declined() -> None:
    """A pinned session stays, and the answer says which rule holds it."""
    pins = ({"space": "hall", "weekday": "mon", "start": "18:00", "end": "20:00"},)
    scenario = make_scenario(make_need("choir", pins=pins), make_need("chess"), spaces=(make_space("hall"),))
    table = Table.of(scenario, (HOURS,), make_plan(place("choir", "hall")))
    done, after = answer_round(table, [answer("choir", answer="decline")])
    (one,) = done.answers
    assert not one.granted
    assert one.why is not None
    assert "is pinned" in one.why
    assert "choir" in {placed.need for placed in after.placements}
