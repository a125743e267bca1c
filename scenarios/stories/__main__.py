"""Plan the cases of stories again, ``python -m scenarios.stories NAME``; ``python -m api.manual`` then tells them."""

import argparse
from collections.abc import Sequence

from scenarios.stories import STORIES


def main(arguments: Sequence[str] | None = None) -> None:
    """Plan every case of the stories named, and keep the plans in docs/."""
    parser = argparse.ArgumentParser(prog="python -m scenarios.stories", description=main.__doc__)
    parser.add_argument("names", nargs="+", choices=STORIES, metavar="NAME", help=f"of {', '.join(STORIES)}")
    parser.add_argument("--seconds", type=float, default=60, help="at most, of each case; 60 unless given")
    given = parser.parse_args(arguments)
    for name in given.names:
        STORIES[name].plan_again(given.seconds)


if __name__ == "__main__":
    main()
