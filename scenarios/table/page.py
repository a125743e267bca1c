"""The page of a meeting: who is how satisfied with which plan, in each language."""

from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from models.scenario import Scenario
from scenarios import wording
from scenarios.table.laid import Told
from scenarios.table.meeting import Meeting

TEMPLATES = Path(__file__).parents[1] / "templates"
FOLDERS = (TEMPLATES / "table", TEMPLATES / "report")
"""Of the page itself, and of the style that all pages share."""


def page_name(lang: str) -> str:
    """Return the file name of the page in a language; the main one has no code."""
    return "table.html" if lang == next(iter(wording.LANGUAGES)) else f"table.{lang}.html"


def write_pages(meeting: Meeting, scenario: Scenario, folder: Path) -> None:
    """Write the page in every language into an existing folder."""
    template = _environment().get_template("table.html")
    for lang in wording.LANGUAGES:
        others = [(code, page_name(code), other.name) for code, other in wording.LANGUAGES.items() if code != lang]
        page = template.render(
            meeting=meeting,
            scenario=scenario,
            lang=lang,
            other_languages=others,
            t=partial(_text, lang),
            num=partial(wording.number, lang=lang),
            pct=partial(wording.percent, lang=lang),
            session=partial(_session, scenario, lang),
            bar=_bar,
        )
        (folder / page_name(lang)).write_text(page, encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDERS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _text(lang: str, key: str, **values: str | int | float) -> str:
    return wording.text(key, lang, **values)


def _session(scenario: Scenario, lang: str, told: Told) -> str:
    """Write who meets where and when."""
    need = scenario.need_by_id[told.need]
    asks = scenario.organisation_by_id[told.organisation].name
    place = wording.place_name(scenario, told.space)
    dates = wording.text("table.dates", lang, n=told.dates, first=wording.date_text(told.first, lang))
    when = f"{wording.weekday(told.weekday, lang)} {told.start}\N{EN DASH}{told.end}"
    return f"{need.title} ({asks}): {place}, {when}, {dates}"


def _bar(share: float) -> Markup:
    """Draw a share as a bar; its number stands beside it."""
    width = 100 * min(1.0, max(0.0, share))
    return Markup('<span class="barbox" aria-hidden="true"><span style="width:{}%"></span></span>').format(
        f"{width:.1f}"
    )
