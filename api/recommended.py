"""What ``recommend`` prints: a table of placements with their changes, then what each means for others."""

from collections.abc import Iterator
from typing import Any

from api.tables import aligned
from models.recommendation import Option, Recommendation
from models.scenario import Scenario
from scenarios.wording import option_sentences, recommendation_sentences, signed, stay_text


def recommendation_lines(made: Recommendation, scenario: Scenario, lang: str) -> Iterator[str]:
    """List the placements, then say of each who has to give way and where they could go."""
    yield f"{made.need} ({scenario.need_by_id[made.need].title})"
    yield f"  {' '.join(recommendation_sentences(made, lang))}"
    if not made.options:
        return
    rows = [["", "change", "displaced", "with chain"], *map(_row, range(1, len(made.options) + 1), made.options)]
    stays = [stay_text(option.placement, scenario, lang) for option in made.options]
    for line, stay in zip(aligned(rows), ["", *stays], strict=True):
        yield f"  {line}  {stay}".rstrip()
    for number, option in enumerate(made.options, start=1):
        yield f"{number}. {stay_text(option.placement, scenario, lang)}"
        yield from (f"   {sentence}" for sentence in option_sentences(option, scenario, lang))


def _row(number: int, option: Option) -> list[str]:
    after = "" if option.chain is None else signed(option.chain.change, "en")
    return [f"{number}.", signed(option.change, "en"), str(len(option.displaced)), after]


def recommendation_record(made: Recommendation, scenario: Scenario, lang: str) -> dict[str, Any]:
    """Give a recommendation for ``recommend --json``, each placement with its sentences."""
    record: dict[str, Any] = made.model_dump(mode="json")
    for option, entry in zip(made.options, record["options"], strict=True):
        entry["text"] = " ".join(option_sentences(option, scenario, lang))
    return record | {"text": " ".join(recommendation_sentences(made, lang))}
