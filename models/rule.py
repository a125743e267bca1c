"""What is said of one rule."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Rule:
    """One rule of the plan.

    A soft rule's ``text`` says what earns points; its formula counts per placement, or per what it names, and rounds
    down (``weight`` and ``percent`` in percent, ``minutes`` wall-clock minutes of one date, ``dates`` dates held).
    """

    id: str
    kind: Literal["hard", "soft"]
    text: str
    """One sentence, English."""
    text_fi: str
    """The same sentence in Finnish,"""
    text_sv: str
    """and in Swedish."""
    formula: str = ""
    """Points of one placement, or of what it names, for soft rules."""
    unit: str = ""
    """Natural unit shown beside the points, for soft rules."""
    policy: tuple[str, ...] = ()
    """Fields of the policy file that it reads; where there are none, places and needs say all."""
    scale: str = ""
    """The one of these by which a soft rule's points grow; where that is nothing, it earns nothing."""

    @property
    def family(self) -> str:
        """The module in ``solver/rules`` and in ``solver/verify`` that holds it."""
        return self.id.partition(".")[0]
