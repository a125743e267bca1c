"""Results for one scenario side by side: what is decided, who gains and who loses, and what moved."""

from scenarios.comparison.improving import Improved, Improvement, improve
from scenarios.comparison.runs import Made, read_runs
from scenarios.comparison.sides import Side
from scenarios.comparison.together import Comparison, compare

__all__ = ["Comparison", "Improved", "Improvement", "Made", "Side", "compare", "improve", "read_runs"]
