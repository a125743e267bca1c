"""A small town without a fault, as the text of its files, for edits that make it faulty."""

from pathlib import Path

FILES = {
    "scenario.yaml": """\
id: town
title: Town
season:
  first: 2026-08-31
  last: 2027-05-30
  holidays:
    - {name: Christmas, first: 2026-12-24, last: 2026-12-26}
conflicts:
  - {a: hall, b: room, why: noise}
""",
    "policy.yaml": """\
id: policy
title: Policy
version: 1
hours_by_age:
  - {oldest: 12, latest: 20:00}
""",
    "sites.csv": "id,name,district\ncentre,Centre,Puijo\n",
    "spaces.csv": """\
id,site,name,kind,owner,capacity,features
hall,centre,Hall,hall,city,60,piano
room,centre,Room,room,city,20,
""",
    "availability.csv": "place,weekdays,start,end\nhall,mon-fri,16:00,22:00\nroom,mon-sun,08:00,22:00\n",
    "exceptions.csv": "place,first,last,reason,hours\nhall,2026-11-02,2026-11-02,works,\n",
    "organisations.csv": "id,name,applicant_class\nclub,Club,association\n",
    "needs.csv": """\
id,organisation,title,size,min_minutes,max_minutes,wishes,recurrence,spaces,pins,ages
choir,club,Choir,30,60,120,mon-thu 17:00-20:00,,hall,,
kids,club,Kids,15,60,60,sat 10:00-14:00,,,,7-12
""",
    "links.csv": "a,b,why,weight\nchoir,kids,families sing and play,150\n",
}
"""A small town without a fault."""

Edit = tuple[str, str, str]
"""File, what to replace in it, and by what."""


def write(folder: Path, *edits: Edit) -> Path:
    """Write the small town with some edits; what is replaced must be there."""
    files = dict(FILES)
    for name, old, new in edits:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
