"""``yhteistila propose``: links between needs, for a planner to accept or strike."""

from pathlib import Path

import click

from api.console import json_option, lang_option, print_json, print_lines, say


@click.command()
@click.argument("scenario")
@click.option(
    "--most", type=click.IntRange(min=1), default=2, show_default=True, help="Proposals for one need at most."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write all links there, those there are and the proposals, such as to the scenario's links.csv.",
)
@json_option
@lang_option
def propose(scenario: str, most: int, out: Path | None, as_json: bool, lang: str) -> None:
    """Propose links between needs that would gain from each other's company, each with its reason.

    What needs have in common is read from the data: leaders, people who come, organisation, rare equipment, language,
    theme, and children beside adults. A proposed link earns nothing until a planner writes accepted as its status in
    links.csv; struck ones stay there and are not proposed again.
    """
    from api.text import counted, proposal_lines, proposal_record
    from scenarios.affinity import propose as find
    from scenarios.files import read_links, read_scenario, write_links

    if out and not out.parent.is_dir():
        raise click.BadParameter(f"there is no folder {out.parent}; make it, or mend the path.", param_hint="--out")
    data = read_scenario(scenario)
    known = read_links(out) if out and out.exists() else ()
    proposals = find(data, most, known)
    if as_json:
        print_json([proposal_record(proposal, lang) for proposal in proposals])
    else:
        print_lines(proposal_lines(proposals, data, lang))
    if out:
        there = {frozenset((link.a, link.b)) for link in known}
        others = [link for link in data.links if frozenset((link.a, link.b)) not in there]
        try:
            write_links([*known, *others, *(proposal.link(lang) for proposal in proposals)], out)
        except OSError as error:
            raise click.BadParameter(f"cannot write {out}: {error.strerror or error}", param_hint="--out") from error
        before, new = counted(len(known) + len(others), "link"), counted(len(proposals), "proposal")
        say([f"Written to {out}: {before} from before and {new}."])
