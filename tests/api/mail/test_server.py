"""The mail server's address, encryption and login."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from smtplib import SMTPAuthenticationError, SMTPException

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api.addresses import MailServer
from api.mail.server import connect
from tests.api.mail.sink import Sink


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a key and a certificate for this machine, signed by itself, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sink")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = tmp_path_factory.mktemp("tls") / "sink.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


def check_login(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
    """Let in one user."""
    assert isinstance(data, LoginPassword)
    return AuthResult(success=(data.login, data.password) == (b"u@x", b"p:q"), handled=False)


def tls(certificate: Path) -> ssl.SSLContext:
    """Return what a server with the certificate encrypts with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.mark.parametrize("throughout", [True, False])
def test_who_logs_in_does_so_encrypted(certificate: Path, monkeypatch: pytest.MonkeyPatch, throughout: bool) -> None:
    """By TLS from the first byte, or after STARTTLS; another password is refused."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(MailServer, "here", False)
    how = {"ssl_context" if throughout else "tls_context": tls(certificate)}
    with Sink(options={**how, "authenticator": check_login, "auth_require_tls": not throughout}) as sink:
        for password, right in (("p:q", True), ("wrong", False)):
            server = MailServer("127.0.0.1", sink.port, throughout, "u@x", password)
            if right:
                with connect(server, "example.org") as smtp:
                    assert smtp.noop()[0] == 250
            else:
                with pytest.raises(SMTPAuthenticationError):
                    connect(server, "example.org")


@pytest.mark.parametrize("throughout", [True, False])
def test_a_server_that_nobody_vouches_for_is_not_trusted(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, throughout: bool
) -> None:
    """Its certificate may be anybody's, so it gets neither password nor mail."""
    monkeypatch.setattr(MailServer, "here", False)
    options = {"ssl_context" if throughout else "tls_context": tls(certificate)}
    with Sink(options=options) as sink, pytest.raises(ssl.SSLCertVerificationError):
        connect(MailServer("127.0.0.1", sink.port, throughout, None, None), "example.org")


def test_no_password_goes_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """To another machine that does not encrypt there is no login."""
    with Sink(options={"authenticator": check_login, "auth_require_tls": False}) as sink:
        server = MailServer("127.0.0.1", sink.port, False, "u@x", "p:q")
        with connect(server, "example.org") as smtp:
            assert smtp.noop()[0] == 250
        monkeypatch.setattr(MailServer, "here", False)
        with pytest.raises(SMTPException, match="in the clear"):
            connect(server, "example.org")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", MailServer("mail.example.org", 25, False, None, None)),
        ("smtps://u%40x:p%3Aq@mail.example.org", MailServer("mail.example.org", 465, True, "u@x", "p:q")),
        ("smtp://u:p@[::1]:587", MailServer("::1", 587, False, "u", "p")),
    ],
)
def test_the_address_of_a_mail_server_is_read(url: str, expected: MailServer) -> None:
    """Host, port, TLS and who logs in."""
    assert MailServer.of(url) == expected


@pytest.mark.parametrize(
    "url", ["", "mail.example.org", "http://x", "smtp://", "smtp://h/p", "smtp://u@h", "smtp://h:x"]
)
def test_what_is_no_address_of_a_mail_server_is_refused(url: str) -> None:
    """It is said how to write one."""
    with pytest.raises(ValueError, match=r"."):
        MailServer.of(url)
