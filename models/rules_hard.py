"""The hard rules: a plan that breaks one is no plan."""

from models.rule import Rule

HARD: tuple[Rule, ...] = (
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
)
