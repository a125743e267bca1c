"""The settings of the service: one table, read from the environment and from a TOML file.

Each setting is a field here: its name, its default, and what it is for. ``YHTEISTILA_PORT=8100`` in the environment,
or ``port = 8100`` in the file that ``YHTEISTILA_SETTINGS`` names, sets one; the environment comes first.
"""

import os
import tomllib
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from api.addresses import MailServer, sender_of
from api.wire.people import Limits
from models.base import BadInput, Issue
from models.nearest import did_you_mean
from scenarios.problems import Fault, fault_of

PREFIX = "YHTEISTILA_"
FILE = f"{PREFIX}SETTINGS"
"""Name of the variable that names the file of settings."""


class Settings(BaseSettings):
    """Everything that an installation may set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, use_attribute_docstrings=True, env_ignore_empty=True
    )

    data: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("yhteistila", appauthor=False)))
    """Folder of the embedded database and the first token."""
    database: SecretStr | None = None
    """URL of a PostgreSQL, such as postgresql://yhteistila@db/yhteistila; without it one is started in ``data``."""
    host: str = "127.0.0.1"
    """Address to listen on; behind a proxy that speaks HTTPS leave it as it is."""
    port: int = Field(default=8000, ge=0, le=65535)
    """Port to listen on; 0 takes a free one."""
    public_url: str | None = None
    """Address that people reach the service by, for links in mails and logins; without it, host and port."""
    proxies: str = "127.0.0.1, ::1"
    """Addresses and networks of proxies, by commas; whom they name in X-Forwarded-For counts as who asks."""
    pool_size: int = Field(default=20, ge=2, le=200)
    """Connections to the database that one process opens at most."""
    max_body_mb: float = Field(default=20.0, gt=0)
    """Largest body of a request, in megabytes (1,000,000 bytes)."""
    threads: int = Field(default=2, ge=1, le=64)
    """Threads of one run, where the run does not say."""
    workers: int = Field(default=1, ge=0, le=64)
    """Runs that one worker solves at once; with 0, `serve` has no worker beside the API."""
    run_memory_mb: int = Field(default=6000, ge=500)
    """Memory that one run may use, in megabytes."""
    run_seconds_max: float = Field(default=3600.0, gt=0)
    """Longest time that a run may ask for."""
    runs_at_once: int = Field(default=2, ge=1)
    """Runs of one tenant that may be solved at the same time."""
    runs_queued: int = Field(default=500, ge=1)
    """Runs of one tenant that may wait."""
    requests_a_minute: int = Field(default=1200, ge=1)
    """Requests that one token, session or address may make in a minute."""
    logins_a_minute: int = Field(default=10, ge=1)
    """Logins that one address may try in a minute, and links by mail that one person may ask for in 15."""
    session_days: int = Field(default=14, ge=1, le=365)
    """Days after which a browser has to log in again."""
    smtp_url: SecretStr | None = None
    """Where mail is handed in, such as smtp://user:password@mail.example.org:587; without it mail waits."""
    mail_from: str = "yhteistila@localhost"
    """Sender of the mails, such as Town <sessions@example.org>."""
    oidc_issuer: str | None = None
    """Address of an OpenID Connect provider for logins."""
    oidc_client_id: str | None = None
    """Name by which the provider knows this service."""
    oidc_client_secret: SecretStr | None = None
    """Secret that goes with it."""
    retention_months: int = Field(default=24, ge=1)
    """Months after which contact details of people who are no longer members are erased."""

    @field_validator("proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for one in value.split(","):
            ip_network(one.strip())
        return value

    @field_validator("smtp_url")
    @classmethod
    def _is_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            MailServer.of(value.get_secret_value())
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_sender(cls, value: str) -> str:
        try:
            sender_of(value)
        except ValueError:
            raise ValueError("it is no sender of mails; write it as Town <sessions@example.org>") from None
        return value

    @field_validator("public_url", "oidc_issuer")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if value is not None and not _is_web_address(value):
            raise ValueError("it is no address of the web; write it as https://sessions.example.org")
        return value

    @model_validator(mode="after")
    def _knows_its_provider(self) -> "Settings":
        if self.oidc_issuer is not None and self.oidc_client_id is None:
            raise ValueError("oidc_issuer has no client name; write oidc_client_id too, or remove it")
        return self

    @property
    def limits(self) -> Limits:
        """What a tenant may use that has no limits of its own."""
        return Limits.model_validate({name: getattr(self, name) for name in Limits.model_fields})

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- pydantic passes it by name
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments come before the environment, and this before the file."""
        named = os.environ.get(FILE)
        file = (TomlConfigSettingsSource(settings_cls, Path(named)),) if named else ()
        return (init_settings, env_settings, *file)


def read_settings(**given: Any) -> Settings:
    """Read the settings; what is given here comes first.

    Raises
    ------
    BadInput
        With every setting that cannot be used, or is not known.
    """
    _refuse_unknown()
    try:
        return Settings(**given)
    except ValidationError as error:
        raise BadInput([_refusal(fault_of(fault, Settings)) for fault in error.errors()]) from None


def _refusal(fault: Fault) -> Issue:
    """Tell what a setting was refused for, and where settings are mended."""
    where = f"setting {'.'.join(map(str, fault.path)) or os.environ.get(FILE, '')}"
    place = f"It is set in the environment ({PREFIX}NAME) or in the file that {FILE} names."
    return Issue(where=where, problem=fault.problem, mend=f"{fault.mend} {place}")


def _is_web_address(text: str) -> bool:
    """Tell whether a text is an address that links can begin with."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # A port that is no number, or an address in brackets that is none.
        return False


def _refuse_unknown() -> None:
    """Refuse variables that look like settings and are none, and a file that cannot be read."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {FILE}
    issues = [
        Issue(where=name, problem="there is no such setting.", mend=did_you_mean(name, known, "Remove it."))
        for name in os.environ
        if name.startswith(PREFIX) and name not in known
    ]
    file = os.environ.get(FILE)
    if file:
        try:
            tomllib.loads(Path(file).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            issues.append(Issue(where=FILE, problem=f"{file} cannot be read: {error}.", mend="Mend or remove it."))
    if issues:
        raise BadInput(issues)
