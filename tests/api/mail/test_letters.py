"""What mails say: every kind in every language, and nothing that people wrote becomes more than text."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, get_args
from uuid import UUID

import pytest

from api.addresses import address_of, sender_of
from api.mail import letters
from api.mail.letters import TEXTS, Letter, compose
from api.mail.message import message_of
from api.wire.mails import MAILS, MailKind
from scenarios.wording import LANGUAGES
from tests.api.mail.mails import CONFIRM, UNTIL, VALUES
from tests.scenarios.pages import Page
from tests.scenarios.test_wording import forms_of, names_in

KINDS: tuple[MailKind, ...] = get_args(MailKind)
MAIL_ID = UUID("01996d3e-0000-7000-8000-000000000001")


def letter(kind: MailKind = "decision", lang: str = "fi", **changes: Any) -> Letter:
    """Compose a mail of a kind."""
    mail = MAILS[kind].model_validate({**VALUES[kind], **changes})
    return compose(kind, mail, lang, "Pikkukylä", "https://vuorot.example.org/")


def message(sent: Letter, sender: str = "Kylä <vuorot@example.org>", to: str = "kuoro@example.org") -> EmailMessage:
    """Make a letter's message and read it as a receiver does."""
    raw = message_of(sent, sender_of(sender), to, MAIL_ID, UNTIL)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    assert raw.isascii()
    return message_from_bytes(raw, policy=default)


def parts(read: EmailMessage) -> tuple[str, str]:
    """Return plain text and HTML of a message."""
    plain, html = read.get_body(("plain",)), read.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


def test_every_kind_is_listed_and_has_its_texts() -> None:
    """A kind has a record of what it tells, a subject, an opening and the words of its link."""
    assert set(MAILS) == set(KINDS) == set(VALUES)
    assert {f"{kind}.{part}" for kind in KINDS for part in ("subject", "opening", "link")} <= set(TEXTS)


def test_every_text_of_mails_has_every_language_with_the_same_values() -> None:
    """A key without a language, with an empty form, or with other values in one language, is a hole."""
    for key, entries in TEXTS.items():
        assert set(entries) == set(LANGUAGES), key
        assert all(form.strip() for entry in entries.values() for form in forms_of(entry)), key
        assert len({frozenset(names_in(entry)) for entry in entries.values()}) == 1, key


def test_every_text_of_mails_is_used() -> None:
    """A text that no code names is dead."""
    code = (letters.FOLDER / "letters.py").read_text(encoding="utf-8")
    named = set(re.findall(r'"([a-z_.]+)"', code))
    kinds = tuple(f"{kind}." for kind in KINDS)
    assert [key for key in TEXTS if key not in named and not key.startswith((*kinds, "role."))] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_speaks_every_language(kind: MailKind, lang: str) -> None:
    """Text and page say the same, name who sends it, and lead to the link; nothing is left unfilled."""
    plain, html = parts(message(letter(kind, lang)))
    page = Page(html)
    assert page.wrong == []
    url = "https://vuorot.example.org" + VALUES[kind]["link"]
    assert [attributes["href"] for tag, attributes in page.tags if tag == "a"] == [url]
    assert ("html", {"lang": lang}) in page.tags
    words = " ".join(plain.split())
    assert url in words
    for part in ("Pikkukylä", *(line for _, lines in letter(kind, lang).items for line in lines)):
        assert part in words
        assert part in page.words
    assert not re.search(r"[{}]|None|\bsubject\b", plain)


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "fi",
            "Koulu, Sali, ma klo 17.00-18.30, 7.9.2026-14.12.2026|Ei vuoroa.|Muut olivat edellä.|viimeistään 15.8.2126",
        ),
        ("sv", "Koulu, Sali, må kl. 17.00-18.30, 7.9.2026-14.12.2026|Ingen tur.|Andra kom före.|senast 15.8.2126"),
        ("en", "Koulu, Sali, Mon 17:00-18:30, 7 Sep 2026-14 Dec 2026|No session.|Others came first.|by 15 Aug 2126"),
    ],
)
def test_a_decision_tells_each_need(lang: str, expected: str) -> None:
    """Each need with its place and time or the reason, and until when to answer."""
    plain, _ = parts(message(letter("decision", lang)))
    for words in expected.split("|"):
        assert words in plain.replace("\N{EN DASH}", "-")


def test_a_login_link_ends_at_a_local_time() -> None:
    """The clock is that of the place, here three hours before UTC in summer."""
    plain, _ = parts(message(letter("login", "fi")))
    assert "1.8.2126 klo 15.00 asti" in plain


def test_a_title_stays_text() -> None:
    """What people wrote is no markup in the page, and the same letters in the text."""
    plain, html = parts(message(letter()))
    assert "Harjoitus & <b>laulu</b>" in plain
    assert "<b>" not in html
    assert "Harjoitus & <b>laulu</b>" in Page(html).words


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85", "\x1b"])
def test_no_title_forges_a_header(sign: str) -> None:
    """A break in a name stays within the subject's one line; there is one receiver and one subject."""
    read = message(letter(round=f"Kausi{sign}Bcc: x@example.org{sign}{sign}<p>"))
    assert read["Subject"] == "Päätös vuoroista: Kausi Bcc: x@example.org <p>"
    assert read["Bcc"] is None
    assert len(read.get_all("To", [])) == len(read.get_all("Subject", [])) == 1
    assert "\nBcc:" not in parts(read)[0]


@pytest.mark.parametrize("name", ["Ä" * 400, "a" * 400, "漢字" * 100, "a, b <c@example.org>"])
def test_long_and_strange_titles_arrive_as_they_are(name: str) -> None:
    """No line of the message is longer than mail servers take, and nothing of it is lost."""
    read = message(letter(round=name))
    plain, html = parts(read)
    assert name in plain
    assert name in Page(html).words
    assert read["Subject"] == f"Päätös vuoroista: {name}"


def test_a_coded_word_in_a_title_is_not_read() -> None:
    """A break hidden in a coded word stays hidden."""
    read = message(letter(round="=?utf-8?q?a=0D=0ABcc:_x@example.org?="))
    assert read["Subject"] == "Päätös vuoroista: = ?utf-8?q?a=0D=0ABcc:_x@example.org?="
    assert read["Bcc"] is None


def test_headers_say_who_and_that_nobody_wrote_it() -> None:
    """Answering machines leave it alone, and it has the same Message-ID each time it is sent."""
    read = message(letter())
    assert read["From"].addresses[0].display_name == "Kylä"
    assert read["To"] == "kuoro@example.org"
    assert read["Message-ID"] == f"<{MAIL_ID}@example.org>"
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["Date"].datetime == UNTIL
    assert read["Content-Language"] == "fi"


@pytest.mark.parametrize(
    "address", ["", "a", "a@", "@b", "a@b@c", "a b@example.org", "a@exa\r\nmple.org", "<a@b>", "ä@example.org", "a@.."]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    """Nothing but one address of a person reaches the mail server."""
    with pytest.raises(ValueError, match=r"."):
        address_of(address)


def test_an_international_domain_is_coded() -> None:
    """Mail servers take domains in ASCII."""
    assert address_of("kuoro@pikkukylä.example") == "kuoro@xn--pikkukyl-7za.example"


def test_a_sentence_of_one_language_stands_in_all() -> None:
    """A reason that a person wrote is told as it is."""
    told = {**CONFIRM, "outcomes": [{"need": "Konsertti", "reason": "Remontti"}]}
    assert "Reason: Remontti" in letter("decision", "en", **told).plain()


@pytest.mark.parametrize(
    ("lang", "expected"),
    [("fi", "15.8.2126 klo 15.30."), ("sv", "15.8.2126 kl. 15.30."), ("en", "15 Aug 2126, 15:30.")],
)
def test_the_time_until_which_a_session_is_kept_is_told(lang: str, expected: str) -> None:
    """Where it is not kept until the end of the day; who answers in the evening would come too late."""
    plain, _ = parts(message(letter("decision", lang, confirm_at="15:30")))
    assert expected in plain
    assert expected[:-1] in letter("confirm_reminder", lang, confirm_at="15:30").subject
