"""The report of a study: one page for each language, with its pictures inside, and no outside request."""

from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from models.result import ScarceHour
from models.scenario import Scenario
from scenarios import wording
from scenarios.report.page import TEMPLATES, report_name
from scenarios.study.marginal import Extra
from scenarios.study.outcome import CaseOutcome, StudyOutcome
from scenarios.study.pictures import figure, legend, main_picture, matrix

FRONT_FILE = "front.svg"
SHOWN_HOURS = 10
"""Single hours whose estimates are shown."""
_ORDER = ("front", "undecided", "beaten", None)


def write_pages(outcome: StudyOutcome, scenario: Scenario, out: Path) -> list[Path]:
    """Write the report, a page for each language, and the main picture by itself, into an existing folder."""
    template = _environment().get_template("study.html")
    written = []
    for lang in wording.LANGUAGES:
        others = [(code, report_name(code), other.name) for code, other in wording.LANGUAGES.items() if code != lang]
        path = out / report_name(lang)
        path.write_text(template.render(**_words(outcome, scenario, lang), other_languages=others), encoding="utf-8")
        written.append(path)
    picture = main_picture(outcome, "en")
    if picture:
        (out / FRONT_FILE).write_text(picture, encoding="utf-8")
        written.append(out / FRONT_FILE)
    return written


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader([TEMPLATES.parent / "study", TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _words(outcome: StudyOutcome, scenario: Scenario, lang: str) -> dict[str, Any]:
    """Return everything that the page shows, and the functions that its templates call."""
    cases = sorted(outcome.cases, key=lambda case: _ORDER.index(case.place))
    made = outcome.marginal
    return {
        "lang": lang,
        "t": partial(_text, lang),
        "num": partial(wording.number, lang=lang),
        "pct": partial(wording.percent, lang=lang),
        "figure": partial(figure, lang=lang),
        "outcome": outcome,
        "cases": cases,
        "planned": sum(case.state == "done" for case in cases),
        "on_front": sum(case.place == "front" for case in cases),
        "same": ", ".join(
            wording.text(f"measure.{name}", lang) for name in outcome.front if name not in outcome.varying()
        ),
        "picture": Markup(main_picture(outcome, lang)),
        "matrix": Markup(matrix(outcome, lang)),
        "legend": [(Markup(mark), title) for mark, title in legend(outcome)],
        "standing": partial(_standing, lang),
        "extra": partial(extra_sentence, scenario=scenario, lang=lang),
        "hours": () if made is None else made.hours[:SHOWN_HOURS],
        "hour": partial(_hour, scenario, lang),
    }


def _text(lang: str, key: str, **values: str | int | float) -> str:
    return wording.text(key, lang, **values)


def _standing(lang: str, case: CaseOutcome) -> str:
    return wording.text(f"place.{case.place or case.state}", lang)


def _hour(scenario: Scenario, lang: str, one: ScarceHour) -> str:
    span = wording.clock_span(60 * one.hour, 60 * one.hour + 60, lang)
    return f"{wording.place_name(scenario, one.space)}, {wording.weekday(one.weekday, lang)} {span}"


def extra_sentence(one: Extra, scenario: Scenario, lang: str) -> str:
    """Name what there is more of."""
    if one.space is None:
        return wording.text(f"extra.{one.kind}", lang, euros=wording.money(one.euros or 0, lang))
    values = {"place": wording.place_name(scenario, one.space)}
    if one.weekday is not None and one.first is not None and one.last is not None:
        values["weekday"] = wording.weekday(one.weekday, lang)
        values["span"] = wording.clock_span(60 * one.first, 60 * one.last, lang)
    return wording.text(f"extra.{one.kind}", lang, **values)
