"""The texts file, and how each language writes numbers, money, times and dates.

A new language is a block under ``languages`` and a line under each text in ``texts.yaml``, and the rules' sentences
in ``models.rules`` (see `rule_text`).
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import ConfigDict, Field

from models.base import DAY_MINUTES, Frozen
from models.rules import RULE_BY_ID, Rule

TEXTS_FILE = Path(__file__).with_name("texts.yaml")

_RULE_TEXT: dict[str, Callable[[Rule], str]] = {
    "fi": lambda rule: rule.text_fi,
    "sv": lambda rule: rule.text_sv,
    "en": lambda rule: rule.text,
}


class Plural(Frozen):
    """Two forms of a text, chosen by its number ``n``."""

    one: str
    other: str


class Language(Frozen):
    """How a language writes numbers, times and dates."""

    model_config = ConfigDict(str_strip_whitespace=False)  # thousands are parted by a space in some languages

    name: str
    """In the language itself, as a link to it says."""
    decimal: str
    group: str
    """Between thousands."""
    clock: str
    """Pattern of a clock time with ``{hour}`` and ``{minute}``."""
    date: str
    """Pattern of a date with ``{day}``, ``{month}`` (number), ``{name}`` (of the month) and ``{year}``."""
    day: str
    """The same without a year."""
    weekdays: Annotated[tuple[str, ...], Field(min_length=7, max_length=7)]
    weekdays_short: Annotated[tuple[str, ...], Field(min_length=7, max_length=7)]
    months: Annotated[tuple[str, ...], Field(min_length=12, max_length=12)]
    percent: str
    """Pattern of a percentage with ``{number}``."""
    money: str
    """Pattern of a sum in EUR with ``{number}``."""
    pair: str
    """Pattern that joins the last two of a list, with ``{head}`` and ``{last}``."""


class Texts(Frozen):
    """Everything in the texts file."""

    languages: dict[str, Language]
    """By code as in BCP 47; the first is the main one."""
    texts: dict[str, dict[str, str | Plural]]
    """By key, then language."""
    labels: dict[str, dict[str, dict[str, str]]]
    """Words of scenarios, by group, word and language."""


# The loader in C is ten times as fast; a build of PyYAML without it has only the other.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

TEXTS = Texts.model_validate(yaml.load(TEXTS_FILE.read_text(encoding="utf-8"), _LOADER))
LANGUAGES: Mapping[str, Language] = TEXTS.languages


def text(key: str, lang: str, /, **values: str | int | float) -> str:
    """Return a text with its values filled in; numbers are written as the language does.

    Raises
    ------
    KeyError
        When the key, the language or a value is missing.
    """
    return filled(TEXTS.texts[key][lang], lang, **values)


def filled(entry: str | Plural, lang: str, /, **values: str | int | float) -> str:
    """Return a text's entry of a language with its values filled in, in the form that its number asks for.

    Raises
    ------
    KeyError
        When a value is missing.
    """
    if isinstance(entry, Plural):
        entry = entry.one if values["n"] == 1 else entry.other
    if not values:
        return entry
    return entry.format_map({name: _plain(value, lang) for name, value in values.items()})


def _plain(value: str | int | float, lang: str) -> str:
    if isinstance(value, str):
        return value
    return number(value, lang, 0 if isinstance(value, int) else 1)


def label(group: str, word: str, lang: str) -> str:
    """Return a scenario's word, such as a kind of room, in a language; a word of its own stands as it is written."""
    names = TEXTS.labels[group].get(word)
    return names[lang] if names else word.replace("_", " ")


def rule_text(rule_id: str, lang: str) -> str:
    """Return the sentence of a rule in a language."""
    return _RULE_TEXT[lang](RULE_BY_ID[rule_id])


@lru_cache(maxsize=8192)
def number(value: float, lang: str, digits: int = 0) -> str:
    """Write a number with so many decimals, as ``1 234,5`` in Finnish; thousands never break over lines."""
    language = LANGUAGES[lang]
    written = f"{abs(value):,.{digits}f}"
    minus = "\N{MINUS SIGN}" if value < 0 and any(figure in "123456789" for figure in written) else ""
    marks = {",": language.group, ".": language.decimal}
    return minus + "".join(marks.get(figure, figure) for figure in written)


def percent(share: float, lang: str, digits: int = 0) -> str:
    """Write a share of one as a percentage."""
    return LANGUAGES[lang].percent.format(number=number(100 * share, lang, digits))


def money(eur: float, lang: str, *, cents: bool = False) -> str:
    """Write a sum in EUR, with cents only where there are any, or in a column of sums always."""
    digits = 2 if cents or round(eur, 2) != round(eur) else 0
    return LANGUAGES[lang].money.format(number=number(eur, lang, digits))


@cache
def clock(minutes: int, lang: str) -> str:
    """Write minutes from midnight as the clock on the wall shows them, as ``18.00`` in Finnish."""
    return _clock(minutes % DAY_MINUTES, lang)


@cache
def clock_span(start: int, end: int, lang: str) -> str:
    """Write the clock times from start to end; an end at midnight is 24."""
    return f"{clock(start, lang)}\N{EN DASH}{_clock((end - 1) % DAY_MINUTES + 1, lang)}"


def _clock(minutes: int, lang: str) -> str:
    return LANGUAGES[lang].clock.format(hour=minutes // 60, minute=minutes % 60)


def weekday(day: int, lang: str) -> str:
    """Return the name of a weekday, 0 is Monday."""
    return LANGUAGES[lang].weekdays[day]


def weekday_short(day: int, lang: str) -> str:
    """Return the short name of a weekday, 0 is Monday."""
    return LANGUAGES[lang].weekdays_short[day]


@cache
def date_text(day: date, lang: str, *, year: bool = True) -> str:
    """Write a date, as ``2.9.2026`` in Finnish."""
    language = LANGUAGES[lang]
    pattern = language.date if year else language.day
    return pattern.format(day=day.day, month=day.month, name=language.months[day.month - 1], year=day.year)
