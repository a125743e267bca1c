"""The page of a meeting: who is how satisfied with which plan, in each language."""

from functools import partial
from pathlib import Path

from models.scenario import Scenario
from scenarios import wording
from scenarios.invoices import table_name
from scenarios.pages import environment, other_languages
from scenarios.table.laid import Told
from scenarios.table.meeting import Meeting

PAGE = "table"
"""Name of the files, before the language."""


def write_pages(meeting: Meeting, scenario: Scenario, folder: Path) -> None:
    """Write the page in every language into an existing folder."""
    template = environment(PAGE).get_template("table.html")
    for lang in wording.LANGUAGES:
        page = template.render(
            meeting=meeting,
            scenario=scenario,
            lang=lang,
            other_languages=other_languages(PAGE, lang),
            t=partial(_text, lang),
            num=partial(wording.number, lang=lang),
            pct=partial(wording.percent, lang=lang),
            session=partial(_session, scenario, lang),
        )
        (folder / table_name(PAGE, lang, "html")).write_text(page, encoding="utf-8")


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
