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


RULES: tuple[Rule, ...] = (
    Rule(
        "space.double",
        "hard",
        "No two stays hold the same room, a whole and its part, or two rooms in conflict at the same time, set-up"
        " and buffers included; sharing is allowed only by consent of all in a shareable room and within its capacity.",
        "Kaksi vuoroa ei pidä samaa tilaa, tilaa ja sen osaa eikä kahta toisiaan häiritsevää tilaa yhtä aikaa,"
        " valmisteluajat mukaan lukien; jaettu käyttö vain kaikkien suostumuksella, jaettavassa tilassa"
        " ja henkilömäärän rajoissa.",
        "Två turer har inte samtidigt samma lokal, en lokal och en del av den eller två lokaler som stör varandra,"
        " förberedelsetider medräknade; delad användning endast med allas samtycke, i en lokal som kan delas"
        " och inom dess personantal.",
    ),
    Rule(
        "space.open",
        "hard",
        "On every date, the space is in use and its owner offers it to this applicant for the whole stay.",
        "Tila on käytössä ja omistaja tarjoaa sitä tälle hakijalle koko vuoron ajan jokaisena päivänä.",
        "Lokalen är i bruk och ägaren erbjuder den åt denna sökande under hela turen, varje datum.",
    ),
    Rule(
        "space.capacity",
        "hard",
        "The group is no larger than the space's capacity.",
        "Ryhmä mahtuu tilaan.",
        "Gruppen ryms i lokalen.",
    ),
    Rule(
        "space.fewest",
        "hard",
        "The group is no smaller than the space's least number of persons.",
        "Ryhmässä on vähintään tilan vähimmäismäärä henkilöitä.",
        "Gruppen har minst det lägsta antal personer som lokalen ges åt.",
    ),
    Rule(
        "space.features",
        "hard",
        "The space has every feature the need requires.",
        "Tilassa on kaikki tarvittavat ominaisuudet.",
        "Lokalen har alla egenskaper som behövs.",
    ),
    Rule(
        "space.choice",
        "hard",
        "The space is not one the need forbids, is in a district it names, and is on its list"
        " where only listed spaces will do.",
        "Tila ei ole hakijan kieltämä, se on hakijan nimeämällä alueella ja listalla, jos vain listan tilat käyvät.",
        "Lokalen är inte en som sökanden förbjudit, den ligger i ett område som sökanden nämnt och finns"
        " på listan, om endast listans lokaler duger.",
    ),
    Rule(
        "time.wish",
        "hard",
        "The whole stay lies inside the wished ranges.",
        "Koko vuoro on toivotuissa aikaikkunoissa.",
        "Hela turen ligger inom de önskade tiderna.",
    ),
    Rule(
        "time.duration",
        "hard",
        "Each stay lasts from the shortest to the longest asked duration, in real elapsed time.",
        "Vuoro kestää lyhimmästä pisimpään pyydettyyn kestoon, todellisena kuluneena aikana.",
        "Varje tur varar från den kortaste till den längsta önskade tiden, i verklig förfluten tid.",
    ),
    Rule(
        "time.grid",
        "hard",
        "Stays start and end on the space's grid, at clock times that exist once on that date.",
        "Vuorot alkavat ja päättyvät tilan aikajaolla, kellonaikoina jotka ovat olemassa kerran kyseisenä päivänä.",
        "Turerna börjar och slutar enligt lokalens tidsindelning, vid klockslag som finns exakt en gång det datumet.",
    ),
    Rule(
        "time.pattern",
        "hard",
        "The dates follow the need's recurrence within its part of the season, and enough of them are held.",
        "Päivät noudattavat pyydettyä toistuvuutta pyydetyllä kauden osalla, ja niistä toteutuu riittävä osa.",
        "Datumen följer den önskade upprepningen under den önskade delen av säsongen, och tillräckligt"
        " många av dem hålls.",
        policy=("min_dates_percent",),
    ),
    Rule(
        "time.age",
        "hard",
        "Groups of children and young people meet between the earliest and latest hour set for their age.",
        "Lasten ja nuorten ryhmät kokoontuvat iälle säädettyjen kellonaikojen välissä.",
        "Barn- och ungdomsgrupper samlas mellan de klockslag som gäller för deras ålder.",
        policy=("hours_by_age",),
    ),
    Rule(
        "people.clash",
        "hard",
        "No leader or audience group is asked to two places at once, travel between sites included.",
        "Kukaan ohjaaja tai osallistujaryhmä ei ole kahdessa paikassa yhtä aikaa, siirtymäaika mukaan lukien.",
        "Ingen ledare eller deltagargrupp är på två ställen samtidigt, restiden medräknad.",
        policy=("travel",),
    ),
    Rule(
        "things.pool",
        "hard",
        "No more of shared equipment or staff, such as chairs or caretakers, is in use at a time than there is, and"
        " only at the places it is for.",
        "Yhteisiä välineitä ja henkilöitä, kuten tuoleja tai vahtimestareita, on kerralla käytössä enintään niin monta"
        " kuin niitä on, ja vain paikoissa, joita varten ne ovat.",
        "Av gemensam utrustning och personal, som stolar eller vaktmästare, används samtidigt högst så mycket som det"
        " finns, och endast på de platser som den är till för.",
    ),
    Rule(
        "need.sessions",
        "hard",
        "A need gets no more sessions than it asks, and one a weekday.",
        "Tarve saa enintään pyydetyn määrän vuoroja, ja enintään yhden viikonpäivää kohti.",
        "Ett behov får högst så många turer som söktes, och högst en per veckodag.",
    ),
    Rule(
        "need.pin",
        "hard",
        "Every pinned session is placed where it is pinned.",
        "Jokainen lukittu vuoro on siellä, mihin se on lukittu.",
        "Varje låst tur är där den är låst.",
    ),
    Rule(
        "need.ban",
        "hard",
        "No session is placed where it is banned.",
        "Vuoroa ei sijoiteta kiellettyyn paikkaan tai aikaan.",
        "Ingen tur placeras på en förbjuden plats eller tid.",
    ),
    Rule(
        "office.capacity",
        "hard",
        "Offices take no more floor than a space has, where that is its limit.",
        "Toimistot eivät vie tilasta enempää lattia-alaa kuin siinä on, jos ala on tilan raja.",
        "Kontor tar inte mer golvyta än lokalen har, där ytan är dess gräns.",
    ),
    Rule(
        "office.relation",
        "hard",
        "Two needs whose spaces must be related are placed so: in one space or in two, next door, on one floor or not.",
        "Kaksi tarvetta, joiden tilojen suhteen on pidettävä, sijoitetaan niin: samaan tai eri tilaan, vierekkäin,"
        " samaan tai eri kerrokseen.",
        "Två behov vilkas lokaler måste förhålla sig så till varandra placeras så: i samma eller olika lokaler, intill"
        " varandra, på samma våning eller på olika.",
    ),
    Rule(
        "fairness.quota",
        "hard",
        "In no week do the sessions of an organisation, or of a need, take more minutes than a quota allows it.",
        "Järjestön tai tarpeen vuorot eivät vie yhtenäkään viikkona enempää minuutteja kuin kiintiö sallii.",
        "En organisations eller ett behovs turer tar inte någon vecka fler minuter än kvoten tillåter.",
        policy=("quotas",),
    ),
    Rule(
        "money.pot",
        "hard",
        "What the common pot pays of the prices of all sessions is no more than there is in it.",
        "Yhteisestä potista maksetaan vuorojen hinnoista enintään se, mitä siinä on.",
        "Ur den gemensamma potten betalas av turernas priser högst det som finns i den.",
        policy=("pot",),
    ),
    Rule(
        "centre.closed",
        "hard",
        "A candidate space hosts nothing unless the plan opens an option of the activity centre that has it.",
        "Ehdolla oleva tila on käytössä vain, jos jako avaa kansalaistoiminnan keskuksen vaihtoehdon, johon se kuuluu.",
        "En kandidatlokal används bara om fördelningen öppnar ett alternativ för aktivitetscentret som har den.",
    ),
    Rule(
        "centre.budget",
        "hard",
        "What is opened of the activity centre is within the budget, for opening and for running it, and no more"
        " options than allowed.",
        "Kansalaistoiminnan keskuksesta avattavat vaihtoehdot mahtuvat avaamisen ja käytön määrärahaan ja sallittuun"
        " määrään.",
        "Det som öppnas av aktivitetscentret ryms i budgeten för öppnande och drift och är högst så många alternativ"
        " som är tillåtet.",
        policy=("centre",),
    ),
    Rule(
        "centre.mix",
        "hard",
        "Of the room mixes of one site, one is opened at most.",
        "Yhden toimipaikan tilavaihtoehdoista avataan enintään yksi.",
        "Av ett verksamhetsställes lokalalternativ öppnas högst ett.",
    ),
    Rule(
        "order.tiers",
        "hard",
        "Who comes first: no unserved session could have, at its shortest, a place that only lower tiers hold; what"
        " these have elsewhere (pools, people, quotas) stays with them.",
        "Kuka on ensin: yksikään sijoittamaton vuoro ei saisi lyhimmilläänkään paikkaa, jota pitävät vain"
        " myöhemmässä järjestyksessä olevat; mitä näillä on muualla (välineet, ihmiset, kiintiöt), se pysyy niillä.",
        "Vem som kommer först: ingen tur utan plats skulle ens som kortast få en plats som bara de som kommer"
        " senare i ordningen har; det som dessa har på annat håll (utrustning, människor, kvoter) behåller de.",
        policy=("order",),
    ),
    Rule(
        "order.lot",
        "hard",
        "Where an unserved session would be worth exactly as much in the place of another, the lot has decided.",
        "Jos sijoittamaton vuoro olisi toisen paikalla täsmälleen yhtä arvokas, arpa on ratkaissut.",
        "Om en tur utan plats vore exakt lika mycket värd på en annans plats har lotten avgjort.",
        policy=("lot",),
    ),
    Rule(
        "skip.leave",
        "hard",
        "A series gives up dates only where the policy lets it: to one-off events that may have them, on no more dates"
        " than allowed, and listed in the plan.",
        "Sarja luovuttaa kertoja vain perusteiden sallimalla tavalla: kertaluonteisille tapahtumille, joille ne saa"
        " antaa, enintään sallitun määrän, ja suunnitelmaan merkittyinä.",
        "En serie avstår från tillfällen bara där grunderna tillåter det: till enstaka evenemang som får ha dem, högst"
        " så många som tillåts, och antecknade i planen.",
        policy=("skips",),
    ),
    Rule(
        "worth.hours",
        "soft",
        "Hours served, by weight; hours beyond the shortest duration earn less.",
        "Toteutuvat tunnit painolla; lyhimmän keston ylittävät tunnit tuottavat vähemmän.",
        "Timmar som hålls, efter vikt; timmar utöver den kortaste tiden ger mindre.",
        "weight * hour * dates * (100 * min(minutes, min_minutes) + extra_hour_percent * max(0, minutes - min_minutes))"
        " // 600000",
        "hours",
        policy=("weights", "worth.hour", "worth.extra_hour_percent"),
        scale="worth.hour",
    ),
    Rule(
        "worth.sessions",
        "soft",
        "Sessions served, by weight; a need's first session earns most.",
        "Toteutuvat vuorot painolla; tarpeen ensimmäinen vuoro tuottaa eniten.",
        "Turer som hålls, efter vikt; behovets första tur ger mest.",
        "for the need's i-th session: weight * sessions[i] // 100",
        "sessions",
        policy=("weights", "worth.sessions"),
        scale="worth.sessions",
    ),
    Rule(
        "worth.wish",
        "soft",
        "Days and times as wished, by the lowest level the stay touches.",
        "Päivä ja kellonaika toiveen mukaan, vuoron heikoimman toivetason mukaan.",
        "Dag och klockslag enligt önskemål, efter den lägsta önskenivå som turen berör.",
        "wish_hour * percent * minutes * dates // 6000",
        "primary hours",
        policy=("worth.wish_hour", "worth.secondary_percent", "worth.acceptable_percent"),
        scale="worth.wish_hour",
    ),
    Rule(
        "worth.space",
        "soft",
        "Spaces as wished, by order on the list.",
        "Tila toiveen mukaan, listan järjestyksessä.",
        "Lokal enligt önskemål, i listans ordning.",
        "space_hour * max(0, 100 - space_step_percent * rank) * minutes * dates // 6000",
        "wished-space hours",
        policy=("worth.space_hour", "worth.space_step_percent"),
        scale="worth.space_hour",
    ),
    Rule(
        "worth.fit",
        "soft",
        "Rooms of the right size: the group fills its room.",
        "Oikean kokoinen tila: ryhmä täyttää tilansa.",
        "Lokal av rätt storlek: gruppen fyller sin lokal.",
        "fit_hour * min(100, 10000 * size // (capacity * fit_full_percent)) * minutes * dates // 6000",
        "well-filled hours",
        policy=("worth.fit_hour", "worth.fit_full_percent"),
        scale="worth.fit_hour",
    ),
    Rule(
        "worth.continuity",
        "soft",
        "The same space, weekday and time as last season.",
        "Sama tila, viikonpäivä ja aika kuin viime kaudella.",
        "Samma lokal, veckodag och tid som förra säsongen.",
        "continuity_hour * (sum over dates of the best percent on its weekday) * minutes // 6000",
        "continued hours",
        policy=("worth.continuity_hour", "worth.continuity_day_percent", "worth.continuity_space_percent"),
        scale="worth.continuity_hour",
    ),
    Rule(
        "worth.tier",
        "soft",
        "Hours served by tier: who comes first in the order earns most.",
        "Toteutuvat tunnit järjestyksen mukaan: ensimmäisenä olevat tuottavat eniten.",
        "Timmar som hålls enligt ordningen: de som kommer först ger mest.",
        "tier_hour[tier] * minutes * dates // 60",
        "hours of the first tier",
        policy=("order", "worth.tier_hour"),
        scale="worth.tier_hour",
    ),
    Rule(
        "synergy.link",
        "soft",
        "Linked needs at one site on one weekday.",
        "Toisiinsa liitetyt tarpeet samassa toimipaikassa samana viikonpäivänä.",
        "Sammanlänkade behov på samma verksamhetsställe samma veckodag.",
        "for each link, site and weekday where both needs have a session: link * weight // 100",
        "shared days",
        policy=("worth.link",),
        scale="worth.link",
    ),
    Rule(
        "use.seats",
        "soft",
        "Seats filled: hours served count by the persons who come.",
        "Käytetyt paikat: toteutuvat tunnit osallistujamäärän mukaan.",
        "Fyllda platser: timmar som hålls räknas efter antalet deltagare.",
        "seat_hour * size * minutes * dates // 6000",
        "person-hours",
        policy=("worth.seat_hour",),
        scale="worth.seat_hour",
    ),
    Rule(
        "use.offpeak",
        "soft",
        "Quiet hours given use: minutes inside the hours that the policy calls quiet.",
        "Hiljaiset tunnit käyttöön: minuutit, jotka osuvat perusteissa hiljaisiksi sanottuihin tunteihin.",
        "Lugna timmar tas i bruk: minuter inom de timmar som grunderna kallar lugna.",
        "offpeak * (minutes inside quiet_hours, over all dates) // 60",
        "quiet hours",
        policy=("quiet_hours", "worth.offpeak"),
        scale="worth.offpeak",
    ),
    Rule(
        "use.owner",
        "soft",
        "Owners' wishes: hours in a space for those whom its owner wishes there.",
        "Omistajien toiveet: tunnit tilassa niille, joita sen omistaja toivoo sinne.",
        "Ägarnas önskemål: timmar i en lokal för dem som dess ägare önskar dit.",
        "owner_hour * (sum of percent over owner_wishes that fit) * minutes * dates // 6000",
        "owner-wished hours",
        policy=("owner_wishes", "worth.owner_hour"),
        scale="worth.owner_hour",
    ),
    Rule(
        "synergy.sequence",
        "soft",
        "Linked needs one directly after the other in one space, so that one set-up serves both.",
        "Toisiinsa liitetyt tarpeet heti peräkkäin samassa tilassa, jolloin yksi järjestely riittää molemmille.",
        "Sammanlänkade behov direkt efter varandra i samma lokal, så att en iordningställning räcker för båda.",
        "for each link, space and weekday where on a common date one need's session starts when the other's ends, or at"
        " most sequence_gap minutes after the first start on the grid behind the buffers: sequence * weight // 100",
        "shared set-ups",
        policy=("worth.sequence", "worth.sequence_gap"),
        scale="worth.sequence",
    ),
    Rule(
        "synergy.shared",
        "soft",
        "Linked needs that consent share a room: one meets wholly within the time of the other.",
        "Toisiinsa liitetyt suostuvat tarpeet jakavat tilan: toinen kokoontuu kokonaan toisen vuoron aikana.",
        "Sammanlänkade behov som samtycker delar lokal: det ena samlas helt under det andras tur.",
        "for each link of two needs that may share, shareable space and weekday where on a common date one need's"
        " session lies within the other's: shared * weight // 100",
        "shared rooms",
        policy=("worth.shared",),
        scale="worth.shared",
    ),
    Rule(
        "use.opening",
        "soft",
        "Few buildings opened for few evenings: each site and weekday used late costs.",
        "Mahdollisimman vähän avattuja rakennuksia ja iltoja: jokainen toimipaikka ja viikonpäivä, jota käytetään"
        " myöhään, maksaa.",
        "Så få öppnade byggnader och kvällar som möjligt: varje verksamhetsställe och veckodag som används sent"
        " kostar.",
        "for each site and weekday with a session that ends after opening_after: -opening",
        "evenings opened",
        policy=("worth.opening", "worth.opening_after"),
        scale="worth.opening",
    ),
    Rule(
        "use.fragment",
        "soft",
        "Few useless gaps: a gap that is too short for anybody, between two weekly or biweekly sessions on one date in"
        " a space that is not shared, costs.",
        "Mahdollisimman vähän turhia rakoja: kenellekään liian lyhyt rako kahden viikoittaisen tai joka toinen viikko"
        " pidettävän vuoron välissä samana päivänä maksaa, jos tilaa ei jaeta.",
        "Så få oanvändbara luckor som möjligt: en lucka som är för kort för alla, mellan två turer samma dag som hålls"
        " varje eller varannan vecka i en lokal som inte delas, kostar.",
        "for each space, date, end of one such session and start of another, more than 0 and less than"
        " fragment_minutes later, buffers counted as held: -fragment",
        "short gaps",
        policy=("worth.fragment", "worth.fragment_minutes"),
        scale="worth.fragment",
    ),
    Rule(
        "takeover.visibility",
        "soft",
        "Events where many pass by: hours of events count by the passers-by of their space at that time.",
        "Tapahtumat sinne, missä moni kulkee ohi: tapahtumien tunnit tilan sen hetken ohikulkijamäärän mukaan.",
        "Evenemang där många går förbi: evenemangens timmar räknas efter hur många som passerar lokalen just då.",
        "for each event: worth.visibility * (passers-by an hour, added up over its minutes) * dates // 60000",
        "passers-by",
        policy=("worth.visibility",),
        scale="worth.visibility",
    ),
    Rule(
        "takeover.variety",
        "soft",
        "Variety along a visitor's walk: every theme met among neighbouring places at a full hour earns once.",
        "Vaihtelua kävelyreitin varrella: jokainen teema, joka vierekkäisissä paikoissa on tasatunnilla, tuottaa"
        " kerran.",
        "Variation längs promenaden: varje tema som finns på närliggande platser vid en hel timme ger poäng en gång.",
        "for each walk, date and full hour of it, and reach neighbouring places: variety * number of themes of the"
        " organisations whose events go on there",
        "themes met",
        policy=("walks", "worth.variety"),
        scale="worth.variety",
    ),
    Rule(
        "office.area",
        "soft",
        "Floor well used by offices: square metres taken earn up to a space's area, and cost beyond it.",
        "Toimistojen lattia-ala hyvään käyttöön: neliöt tuottavat tilan alaan asti ja maksavat sen yli.",
        "Golvytan väl använd av kontor: kvadratmeter ger poäng upp till lokalens yta och kostar utöver den.",
        "for each space with an area and each date: area * min(m2 of its offices, its m2)"
        " - area * overuse_percent // 100 * (m2 beyond)",
        "square-metre days",
        policy=("worth.area", "worth.overuse_percent"),
        scale="worth.area",
    ),
    Rule(
        "office.near",
        "soft",
        "Related needs placed as they wish: in one space or in two, next door, on one floor or not.",
        "Tarpeet toivotussa suhteessa: samassa tai eri tilassa, vierekkäin, samassa tai eri kerroksessa.",
        "Behov placerade som de önskar i förhållande till varandra: i samma eller olika lokaler, intill varandra, på"
        " samma våning eller på olika.",
        "for each relation that need not hold, where both needs are placed and it holds: relation * weight // 100",
        "relations kept",
        policy=("worth.relation",),
        scale="worth.relation",
    ),
    Rule(
        "fairness.organisation",
        "soft",
        "Sessions shared among organisations; an organisation's first session earns most.",
        "Vuorot jakautuvat järjestöjen kesken; järjestön ensimmäinen vuoro tuottaa eniten.",
        "Turerna fördelas mellan organisationerna; en organisations första tur ger mest.",
        "for the organisation's i-th session: organisation_sessions[i]",
        "counted sessions",
        policy=("worth.organisation_sessions",),
        scale="worth.organisation_sessions",
    ),
    Rule(
        "fairness.floor",
        "soft",
        "A least number of sessions for those that the policy names; each session up to it earns.",
        "Vähimmäismäärä vuoroja niille, jotka säännöissä nimetään; jokainen vuoro siihen asti tuottaa pisteitä.",
        "Ett minsta antal turer för dem som kriterierna nämner; varje tur upp till det ger poäng.",
        "for each that a floor is for: points * min(floor's sessions, sessions placed of those asked)",
        "sessions of the floors",
        policy=("floors",),
        scale="floors",
    ),
    Rule(
        "fairness.equality",
        "soft",
        "Groups served alike; each percent of a group's sessions earns as much, up to the target of all.",
        "Ryhmiä palvellaan tasavertaisesti; ryhmän vuoroista jokainen prosentti yhteiseen tavoitteeseen asti tuottaa"
        " yhtä paljon.",
        "Grupper betjänas jämlikt; varje procent av en grupps turer ger lika mycket, upp till det gemensamma målet.",
        "for the i-th session of a group up to n = ceil(target * asked / 100): points * target // n,"
        " and 1 more for the first (points * target) % n",
        "sessions towards the targets",
        policy=("equality",),
        scale="equality",
    ),
    Rule(
        "skip.dates",
        "soft",
        "Few dates of series given up to one-off events: each costs, and its hours are not held.",
        "Mahdollisimman vähän kertatapahtumille luovutettuja sarjojen kertoja: jokainen maksaa, eivätkä sen tunnit"
        " toteudu.",
        "Så få tillfällen som möjligt avstås till enstaka evenemang: varje tillfälle kostar, och dess timmar hålls"
        " inte.",
        "for each date on which a series could be held and is not, by the first of skips that has the series, space and"
        " date: -points; no date within six hours of a change of clocks",
        "dates given up",
        policy=("skips",),
        scale="skips",
    ),
    Rule(
        "money.price",
        "soft",
        "Low prices: each euro that organisations pay themselves costs; a price that is not known counts as none.",
        "Edulliset hinnat: jokainen euro, jonka järjestöt maksavat itse, maksaa pisteitä; tuntematonta hintaa ei"
        " lasketa.",
        "Låga priser: varje euro som organisationerna själva betalar kostar poäng; ett okänt pris räknas inte.",
        "-price_euro * (price in cents - the pot's part in cents) // 100, rounded towards zero",
        "EUR paid by organisations",
        policy=("worth.price_euro",),
        scale="worth.price_euro",
    ),
    Rule(
        "travel.way",
        "soft",
        "Short ways: the hours that people travel from where they live to a session and back, on every date, cost;"
        " where it is not said where they live, none count.",
        "Lyhyet matkat: tunnit, jotka osallistujat käyttävät matkaan asuinalueeltaan vuorolle ja takaisin jokaisella"
        " kerralla, maksavat pisteitä; jos asuinaluetta ei ole kerrottu, matkaa ei lasketa.",
        "Korta vägar: timmarna som deltagarna reser från sitt bostadsområde till turen och tillbaka, varje gång, kostar"
        " poäng; där bostadsområdet inte är angivet räknas inga.",
        "-(travel_hour * 2 * size * dates * (sum over areas of percent * minutes one way) // 600000)",
        "person-hours of travel",
        policy=("travel", "worth.travel_hour"),
        scale="worth.travel_hour",
    ),
    Rule(
        "centre.cost",
        "soft",
        "What the opened options of the activity centre cost in a season, opening spread over the budget's seasons.",
        "Kansalaistoiminnan keskuksen avattujen vaihtoehtojen kustannukset kaudessa, avaaminen jaettuna määrärahan"
        " kausille.",
        "Vad de öppnade alternativen för aktivitetscentret kostar per säsong, öppnandet fördelat på budgetens"
        " säsonger.",
        "for each option opened: -(centre_cost * (running_cost + opening_cost / seasons, rounded up) // 100)",
        "EUR a season",
        policy=("centre", "worth.centre_cost"),
        scale="worth.centre_cost",
    ),
)

RULE_BY_ID: dict[str, Rule] = {rule.id: rule for rule in RULES}
HARD_RULES: tuple[str, ...] = tuple(rule.id for rule in RULES if rule.kind == "hard")
SOFT_RULES: tuple[str, ...] = tuple(rule.id for rule in RULES if rule.kind == "soft")
