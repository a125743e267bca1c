"""A small town for the command line: two rooms, and on Mondays more wishes than hours."""

from pathlib import Path

import pytest

TOWN = {
    "scenario.yaml": """\
id: town
title: Pikkukylä
season: {first: 2026-09-01, last: 2026-12-18, holidays: [{name: Syysloma, first: 2026-10-12, last: 2026-10-18}]}
""",
    "policy.yaml": """\
id: town-policy
title: Jakoperusteet
version: "2026-1"
""",
    "sites.csv": """\
id,name
school,Koulu
""",
    "spaces.csv": """\
id,site,name,kind,owner,capacity
hall,school,Sali,school_hall,city,40
room,school,Luokka,classroom,city,15
""",
    "availability.csv": """\
place,weekdays,start,end
hall,mon,17:00,20:00
room,mon-fri,17:00,20:00
""",
    "organisations.csv": """\
id,name,applicant_class
choir,Kuoro,association
club,Kerho,association
""",
    "needs.csv": """\
id,organisation,title,size,min_minutes,max_minutes,sessions,wishes
rehearsal,choir,Harjoitus,30,120,120,1,mon 17:00-20:00
concert,choir,Konserttiharjoitus,35,90,90,1,mon 17:00-20:00
chess,club,Shakki,10,60,120,2,mon-fri 17:00-20:00
""",
}
"""The rehearsal and the concert both need the hall, which has room for one of them."""


def write_town(folder: Path, **changes: str) -> Path:
    """Write the town's files, some with another content; file names are given without their ending."""
    folder.mkdir()
    for name, text in TOWN.items():
        (folder / name).write_text(changes.get(name.partition(".")[0], text), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the small town's scenario; no test changes it."""
    return write_town(tmp_path_factory.mktemp("scenarios") / "town")
