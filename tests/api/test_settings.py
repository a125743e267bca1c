"""Settings come from the environment and a file, and what cannot be used is told."""

from pathlib import Path

import pytest

from api.settings import read_settings
from models.base import BadInput


def test_the_environment_comes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value in the environment wins over one in the file, which wins over the default."""
    file = tmp_path / "settings.toml"
    file.write_text("port = 8100\nworkers = 3\n", encoding="utf-8")
    monkeypatch.setenv("YHTEISTILA_SETTINGS", str(file))
    monkeypatch.setenv("YHTEISTILA_PORT", "8200")
    settings = read_settings()
    assert (settings.port, settings.workers, settings.threads) == (8200, 3, 2)
    assert read_settings(port=8300).port == 8300


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SMTP_URL", "mail.example.org:25", "setting smtp_url"),
        ("SMTP_URL", "smtp://who@mail.example.org", "a user needs a password"),
        ("MAIL_FROM", "nobody", "setting mail_from"),
        ("PORT", "many", "setting port"),
        ("OIDC_ISSUER", "https://id.example.org", "oidc_client_id"),
        ("PORTT", "8000", "YHTEISTILA_PORT"),
        ("SETTINGS", "nowhere.toml", "nowhere"),
    ],
)
def test_what_cannot_be_used_is_told(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    """A wrong value, a misspelt name and a missing file each give a message."""
    monkeypatch.setenv(f"YHTEISTILA_{name}", value)
    with pytest.raises(BadInput, match=said):
        read_settings()


def test_an_unknown_setting_in_the_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt name in the file is not passed over."""
    file = tmp_path / "settings.toml"
    file.write_text("prot = 8100\n", encoding="utf-8")
    monkeypatch.setenv("YHTEISTILA_SETTINGS", str(file))
    with pytest.raises(BadInput, match="prot"):
        read_settings()


@pytest.mark.parametrize("name", ["PUBLIC_URL", "OIDC_ISSUER"])
@pytest.mark.parametrize(
    "value", ["sessions", "ftp://example.org", "https://", "https://example.org:many", "https://[x"]
)
def test_an_address_that_no_link_can_begin_with_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """Else every mail would have a link that leads nowhere."""
    monkeypatch.setenv(f"YHTEISTILA_{name}", value)
    with pytest.raises(BadInput, match="Write it as https://"):
        read_settings()


@pytest.mark.parametrize(("name", "value"), [("MAIL_FROM", "nobody"), ("SMTP_URL", "mail.example.org"), ("PORT", "x")])
def test_settings_are_refused_in_our_own_words(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """What is wrong, then how to mend it, then where; nothing of the library that reads them."""
    monkeypatch.setenv(f"YHTEISTILA_{name}", value)
    with pytest.raises(BadInput) as refused:
        read_settings()
    (issue,) = refused.value.issues
    assert issue.mend.startswith("Write ")
    assert "YHTEISTILA_SETTINGS" in issue.mend
    assert "Value error" not in str(issue)
    assert ".." not in str(issue)
