"""The one table of rules. Policy, solver, verifier, score, explanation, docs and tests use these ids."""

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
    """The same sentence in Finnish."""
    formula: str = ""
    """Points of one placement, or of what it names, for soft rules."""
    unit: str = ""
    """Natural unit shown beside the points, for soft rules."""

    @property
    def family(self) -> str:
        """The module in ``solver/rules`` and in ``solver/verify`` that holds it."""
        return self.id.partition(".")[0]


RULES: tuple[Rule, ...] = (
    Rule(
        "space.double",
        "hard",
        "No two stays hold the same room, a whole and its part, or two rooms in conflict at the same time, buffers"
        " included; sharing is allowed only by consent of all in a shareable room and within its capacity.",
        "Kaksi vuoroa ei pidä samaa tilaa, tilaa ja sen osaa eikä kahta toisiaan häiritsevää tilaa yhtä aikaa,"
        " valmisteluajat mukaan lukien; jaettu käyttö vain kaikkien suostumuksella, jaettavassa tilassa"
        " ja henkilömäärän rajoissa.",
    ),
    Rule(
        "space.open",
        "hard",
        "On every date, the space is in use and its owner offers it to this applicant for the whole stay.",
        "Tila on käytössä ja omistaja tarjoaa sitä tälle hakijalle koko vuoron ajan jokaisena päivänä.",
    ),
    Rule(
        "space.capacity",
        "hard",
        "The group is no larger than the space's capacity.",
        "Ryhmä mahtuu tilaan.",
    ),
    Rule(
        "space.features",
        "hard",
        "The space has every feature the need requires.",
        "Tilassa on kaikki tarvittavat ominaisuudet.",
    ),
    Rule(
        "space.choice",
        "hard",
        "The space is not one the need forbids, is in a district it names, and is on its list"
        " where only listed spaces will do.",
        "Tila ei ole hakijan kieltämä, se on hakijan nimeämällä alueella ja listalla, jos vain listan tilat käyvät.",
    ),
    Rule(
        "time.wish",
        "hard",
        "The whole stay lies inside the wished ranges.",
        "Koko vuoro on toivotuissa aikaikkunoissa.",
    ),
    Rule(
        "time.duration",
        "hard",
        "Each stay lasts from the shortest to the longest asked duration, in real elapsed time.",
        "Vuoro kestää lyhimmästä pisimpään pyydettyyn kestoon, todellisena kuluneena aikana.",
    ),
    Rule(
        "time.grid",
        "hard",
        "Stays start and end on the space's grid, at clock times that exist once on that date.",
        "Vuorot alkavat ja päättyvät tilan aikajaolla, kellonaikoina jotka ovat olemassa kerran kyseisenä päivänä.",
    ),
    Rule(
        "time.pattern",
        "hard",
        "The dates follow the need's recurrence within its part of the season, and enough of them are held.",
        "Päivät noudattavat pyydettyä toistuvuutta pyydetyllä kauden osalla, ja niistä toteutuu riittävä osa.",
    ),
    Rule(
        "time.age",
        "hard",
        "Groups of children and young people meet between the earliest and latest hour set for their age.",
        "Lasten ja nuorten ryhmät kokoontuvat iälle säädettyjen kellonaikojen välissä.",
    ),
    Rule(
        "people.clash",
        "hard",
        "No leader or audience group is asked to two places at once, travel between sites included.",
        "Kukaan ohjaaja tai osallistujaryhmä ei ole kahdessa paikassa yhtä aikaa, siirtymäaika mukaan lukien.",
    ),
    Rule(
        "need.sessions",
        "hard",
        "A need gets no more sessions than it asks, and one a weekday.",
        "Tarve saa enintään pyydetyn määrän vuoroja, ja enintään yhden viikonpäivää kohti.",
    ),
    Rule(
        "need.pin",
        "hard",
        "Every pinned session is placed where it is pinned.",
        "Jokainen lukittu vuoro on siellä, mihin se on lukittu.",
    ),
    Rule(
        "need.ban",
        "hard",
        "No session is placed where it is banned.",
        "Vuoroa ei sijoiteta kiellettyyn paikkaan tai aikaan.",
    ),
    Rule(
        "worth.hours",
        "soft",
        "Hours served, by weight; hours beyond the shortest duration earn less.",
        "Toteutuvat tunnit painolla; lyhimmän keston ylittävät tunnit tuottavat vähemmän.",
        "weight * hour * dates * (100 * min(minutes, min_minutes) + extra_hour_percent * max(0, minutes - min_minutes))"
        " // 600000",
        "hours",
    ),
    Rule(
        "worth.sessions",
        "soft",
        "Sessions served, by weight; a need's first session earns most.",
        "Toteutuvat vuorot painolla; tarpeen ensimmäinen vuoro tuottaa eniten.",
        "for the need's i-th session: weight * sessions[i] // 100",
        "sessions",
    ),
    Rule(
        "worth.wish",
        "soft",
        "Days and times as wished, by the lowest level the stay touches.",
        "Päivä ja kellonaika toiveen mukaan, vuoron heikoimman toivetason mukaan.",
        "wish_hour * percent * minutes * dates // 6000",
        "primary hours",
    ),
    Rule(
        "worth.space",
        "soft",
        "Spaces as wished, by order on the list.",
        "Tila toiveen mukaan, listan järjestyksessä.",
        "space_hour * max(0, 100 - space_step_percent * rank) * minutes * dates // 6000",
        "wished-space hours",
    ),
    Rule(
        "worth.fit",
        "soft",
        "Rooms of the right size: the group fills its room.",
        "Oikean kokoinen tila: ryhmä täyttää tilansa.",
        "fit_hour * min(100, 10000 * size // (capacity * fit_full_percent)) * minutes * dates // 6000",
        "well-filled hours",
    ),
    Rule(
        "worth.continuity",
        "soft",
        "The same space, weekday and time as last season.",
        "Sama tila, viikonpäivä ja aika kuin viime kaudella.",
        "continuity_hour * percent * minutes * dates // 6000",
        "continued hours",
    ),
    Rule(
        "synergy.link",
        "soft",
        "Linked needs at one site on one weekday.",
        "Toisiinsa liitetyt tarpeet samassa toimipaikassa samana viikonpäivänä.",
        "for each link, site and weekday where both needs have a session: link * weight // 100",
        "shared days",
    ),
    Rule(
        "fairness.organisation",
        "soft",
        "Sessions shared among organisations; an organisation's first session earns most.",
        "Vuorot jakautuvat järjestöjen kesken; järjestön ensimmäinen vuoro tuottaa eniten.",
        "for the organisation's i-th session: organisation_sessions[i]",
        "counted sessions",
    ),
)

RULE_BY_ID: dict[str, Rule] = {rule.id: rule for rule in RULES}
HARD_RULES: tuple[str, ...] = tuple(rule.id for rule in RULES if rule.kind == "hard")
SOFT_RULES: tuple[str, ...] = tuple(rule.id for rule in RULES if rule.kind == "soft")
