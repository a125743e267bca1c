"""What pages have in common: how their templates are read, links and bars in them, and their names by language."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from scenarios import wording
from scenarios.invoices import table_name

TEMPLATES = Path(__file__).parent / "templates"
SHARED = "report"
"""Folder of the frame and the style that all pages have."""


@cache
def environment(folder: str = SHARED) -> Environment:
    """Return the templates of a folder before the shared ones; parsing them takes longer than a small report."""
    made = Environment(
        loader=FileSystemLoader([TEMPLATES / folder, TEMPLATES / SHARED]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"link": _link, "linked": _linked, "bar": _bar}
    return made


def other_languages(page: str, lang: str) -> list[tuple[str, str, str]]:
    """Return code, file name and name of a page's other languages."""
    others = (one for one in wording.LANGUAGES.items() if one[0] != lang)
    return [(code, table_name(page, code, "html"), other.name) for code, other in others]


def _link(url: str) -> Markup | str:
    """Make a web address a link; any other text stays text."""
    if not url.startswith(("https://", "http://")):
        return url
    return Markup('<a href="{url}" rel="noopener noreferrer">{url}</a>').format(url=url)


def _linked(text: str) -> Markup:
    """Make the web addresses in a text links."""
    return Markup(" ").join(map(_link, text.split(" ")))


def _bar(value: float, top: float) -> Markup:
    """Draw a bar; the number it shows stands beside it in every place."""
    width = 100 * min(max(0.0, value), top) / top if top > 0 else 0.0
    return Markup('<span class="barbox" aria-hidden="true"><span style="width:{}%"></span></span>').format(
        f"{width:.1f}"
    )
