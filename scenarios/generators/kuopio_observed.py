"""Real organisations of Kuopio with the activities that public pages state, and nothing more."""

from pathlib import Path

from models.base import Frozen, Origin
from models.needs import Need, Organisation
from scenarios.generators.tables import assumed, derived, fact, read_table

FIRST = "what really takes place comes before generated demand, so that no refusal of it is made up"
"""Why needs of stated activities weigh more."""


class OrganisationFact(Frozen):
    """A row of ``facts/organisations.csv``."""

    id: str
    name: str
    source_url: str


class ActivityFact(Frozen):
    """A row of ``facts/activities.csv``."""

    id: str
    organisation: str
    source_url: str


class Applicant(Frozen):
    """A row of ``assumptions/applicants.csv``: what the policy asks of an organisation and no source says."""

    organisation: str
    applicant_class: str
    theme: str
    basis: str


class Observed(Need):
    """A row of ``assumptions/observed.csv``: a need for an activity that a source states, with what it leaves open."""

    organisation: str = ""
    activity: str
    stated: tuple[str, ...] = ()
    """Fields that the source states, beside the organisation and the title."""
    derived: tuple[str, ...] = ()
    """Fields that follow from what the source states."""
    basis: str


def observed_organisations(folder: Path) -> list[Organisation]:
    """Make the organisations that have a stated activity; the others of the facts ask for nothing."""
    facts = {row.id: row for row in read_table(folder / "facts/organisations.csv", OrganisationFact)}
    return [
        Organisation(
            id=row.organisation,
            name=facts[row.organisation].name,
            applicant_class=row.applicant_class,
            theme=row.theme,
            origins={
                "*": fact(facts[row.organisation].source_url),
                "applicant_class": assumed(row.basis),
                "theme": assumed(row.basis),
            },
        )
        for row in read_table(folder / "assumptions/applicants.csv", Applicant)
    ]


def observed_needs(folder: Path) -> list[Need]:
    """Make the needs of stated activities, each value tagged as stated, derived or assumed."""
    facts = {row.id: row for row in read_table(folder / "facts/activities.csv", ActivityFact)}
    needs = []
    for row in read_table(folder / "assumptions/observed.csv", Observed):
        source = facts[row.activity]
        basis = row.basis.replace(";", ",")
        origins: dict[str, Origin] = {"*": assumed(basis), "weight": assumed(FIRST)}
        origins |= dict.fromkeys(row.derived, derived(f"{basis} ({source.source_url})"))
        origins |= dict.fromkeys(dict.fromkeys(("organisation", "title", *row.stated)), fact(source.source_url))
        values = {name: getattr(row, name) for name in Need.model_fields}
        needs.append(Need(**(values | {"organisation": source.organisation, "origins": origins})))
    return needs
