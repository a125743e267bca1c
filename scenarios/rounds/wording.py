"""What an organisation is told of a decision on its need; nobody else is named."""

from models.result import Reason
from models.scenario import Scenario
from scenarios.wording import change_sentence, miss_sentences
from scenarios.wording.sentences import (
    basis_rules,
    basis_sentence,
    obstacle_sentences,
    outcome_sentence,
    override_sentences,
    weight_sentences,
)


def reason_text(scenario: Scenario, reason: Reason, lang: str) -> str:
    """Say what was decided, by which rules, what came closest and which small change would have helped."""
    told, rules, change = anonymous(reason), basis_rules(reason), reason.smallest_change
    return " ".join(
        [
            outcome_sentence(told, lang),
            *obstacle_sentences(told, scenario, lang),
            *override_sentences(told.overridden, lang),
            *([basis_sentence(rules, lang)] if rules else []),
            *weight_sentences(scenario.need_by_id[reason.need], scenario, lang),
            *miss_sentences(reason, scenario, lang),
            *([] if change is None else [change_sentence(change, scenario, lang, anonymous=True)]),
        ]
    )


def anonymous(reason: Reason) -> Reason:
    """Return a reason in which nobody else is named."""
    miss, change = reason.nearest_miss, reason.smallest_change
    return reason.model_copy(
        update={
            "holders": (),
            "given_up": tuple(skip.model_copy(update={"to": ()}) for skip in reason.given_up),
            "overridden": tuple(
                one.model_copy(update={"needs": (reason.need,), "message": one.reason}) for one in reason.overridden
            ),
            "smallest_change": None if change is None else change.model_copy(update={"moves": ()}),
            "nearest_miss": None if miss is None else miss.model_copy(update={"holders": ()}),
        }
    )
