"""Sentences, names and numbers for people, in every language of ``texts.yaml``."""

from scenarios.wording.changes import change_sentence, filter_phrases, miss_sentences
from scenarios.wording.language import (
    LANGUAGES,
    clock_span,
    date_text,
    label,
    money,
    number,
    percent,
    rule_text,
    text,
    weekday,
    weekday_short,
)
from scenarios.wording.recommending import option_sentences, recommendation_sentences, signed, stay_text, who_text
from scenarios.wording.sentences import (
    acceptance_sentence,
    decision_sentences,
    gap_sentence,
    place_name,
    place_of,
    reason_sentence,
)

__all__ = [
    "LANGUAGES",
    "acceptance_sentence",
    "change_sentence",
    "clock_span",
    "date_text",
    "decision_sentences",
    "filter_phrases",
    "gap_sentence",
    "label",
    "miss_sentences",
    "money",
    "number",
    "option_sentences",
    "percent",
    "place_name",
    "place_of",
    "reason_sentence",
    "recommendation_sentences",
    "rule_text",
    "signed",
    "stay_text",
    "text",
    "weekday",
    "weekday_short",
    "who_text",
]
