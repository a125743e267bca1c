"""``yhteistila compare``: results side by side."""

from pathlib import Path

import click

from api.console import json_option, print_json, print_lines, say


@click.command()
@click.argument("results", nargs=-1, required=True, metavar="RESULT RESULT...")
@json_option
def compare(results: tuple[str, ...], as_json: bool) -> None:
    """Put results for one scenario side by side: points by rule, counts, fairness and violations.

    RESULT is a folder that `solve` or `import` wrote, or a result file in one.
    """
    from api.tables import comparison_lines
    from models.base import BadInput, Issue
    from models.result import Result
    from scenarios.comparison import compare as side_by_side
    from scenarios.files import read_result

    if len(results) == 1:
        raise click.UsageError("Name two results or more to compare.")
    names = [Path(result).name for result in results]
    shown = names if len(set(names)) == len(names) and all(names) else results
    sides: list[tuple[str, Result]] = []
    issues: list[Issue] = []
    for name, path in zip(shown, results, strict=True):
        try:
            sides.append((name, read_result(path)))
        except BadInput as bad:
            issues += bad.issues
    if issues:
        raise BadInput(issues)
    made = side_by_side(sides)
    if not made.same_data:
        say(["These results are for different data of one scenario; their points may not be of one measure."])
    if len({tuple(side.agreements.items()) for side in made.sides}) > 1:
        say(["They rest on different agreements; what that changes, `costs SCENARIO PLAN --against PLAN` tells."])
    if as_json:
        print_json(made.model_dump(mode="json"))
    else:
        print_lines(comparison_lines(made))
