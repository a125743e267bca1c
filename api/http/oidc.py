"""Login by an OpenID Connect provider: authorization code with PKCE, state and nonce.

What has to be remembered between the two steps is derived from one random secret in a cookie of the browser that
began; nothing of it is kept here.
"""

import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.http.problems import Refused
from api.settings import Settings

MINUTES = 10
"""How long a login may take at the provider."""
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures by the provider's private key; none with a shared secret, and not none."""
_LEEWAY = 60
"""Seconds that the provider's clock may be off."""
_KEPT = 3600.0
"""Seconds after which the provider's addresses and keys are read again."""


@dataclass(frozen=True)
class Identity:
    """Whom the provider means."""

    issuer: str
    subject: str
    email: str | None
    """Lower case; only where the provider says that it has verified it."""


class Attempt:
    """One login that was begun, by the secret in the browser's cookie."""

    def __init__(self, secret: str | None = None) -> None:
        self.secret = secret or secrets.token_urlsafe(32)

    def _derived(self, what: str) -> str:
        digest = sha256(f"{what} {self.secret}".encode()).digest()
        return urlsafe_b64encode(digest).rstrip(b"=").decode()

    @property
    def state(self) -> str:
        """What comes back with the answer; shows that this browser began."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """What the id token holds; shows that it was made for this login."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """What the provider wants to see before it gives the token; shows that we began."""
        return self._derived("verifier")


class Provider:
    """The provider of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._issuer, self._client = settings.oidc_issuer, settings.oidc_client_id or ""
        secret = settings.oidc_client_secret
        self._secret = None if secret is None else secret.get_secret_value()
        self._lock = Lock()
        self._read_at = -_KEPT
        self._metadata: dict[str, Any] = {}

    def begin(self, attempt: Attempt, redirect_uri: str) -> str:
        """Return the address at the provider where the person logs in.

        Raises
        ------
        Refused
            404 where no provider is set; 502 where it cannot be reached.
        """
        address: str = prepare_grant_uri(
            self._known()["authorization_endpoint"],
            self._client,
            "code",
            redirect_uri,
            "openid email",
            attempt.state,
            nonce=attempt.nonce,
            code_challenge=create_s256_code_challenge(attempt.verifier),
            code_challenge_method="S256",
        )
        return address

    def finish(self, attempt: Attempt, state: str, code: str, redirect_uri: str) -> Identity:
        """Return whom the provider means.

        Raises
        ------
        Refused
            400 where the answer is not one to this login, or its token is not good; 502 where it cannot be reached.
        """
        if not compare_digest(state.encode(), attempt.state.encode()):
            raise Refused(400, "This is no answer to a login that this browser began; begin again.")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": attempt.verifier,
        }
        # OpenID Connect Core, section 9: client_secret_basic where there is a secret.
        auth = None if self._secret is None else httpx2.BasicAuth(self._client, self._secret)
        if auth is None:
            form["client_id"] = self._client
        answer = _asked("POST", self._known()["token_endpoint"], data=form, auth=auth)
        return self._identity(answer, attempt.nonce)

    def _identity(self, answer: dict[str, Any], nonce: str) -> Identity:
        try:
            token = jwt.decode(str(answer.get("id_token")), self._key_set(), algorithms=_ALGORITHMS)
            claims = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": self._issuer},
                    "aud": {"essential": True, "value": self._client},
                    "sub": {"essential": True},
                },
                {"nonce": nonce, "client_id": self._client, "access_token": answer.get("access_token")},
            )
            claims.validate(leeway=_LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Refused(400, f"The provider's token is not good ({type(error).__name__}); begin again.") from None
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Identity(claims["iss"], str(claims["sub"]), None if email is None else str(email).lower())

    def _known(self) -> dict[str, Any]:
        """Return the provider's addresses; read anew now and then."""
        if self._issuer is None:
            raise Refused(404, "No OpenID Connect provider is set (oidc_issuer).")
        with self._lock:
            if time.monotonic() - self._read_at > _KEPT:
                found = _asked("GET", get_well_known_url(self._issuer, external=True))
                used = ("authorization_endpoint", "token_endpoint", "jwks_uri")
                if found.get("issuer") != self._issuer or not all(_is_safe(found.get(name)) for name in used):
                    raise _strange(self._issuer)
                self._metadata, self._read_at = found, time.monotonic()
            return self._metadata

    def _key_set(self) -> KeySet:
        # Read for each login, which are few: a key that the provider took back is then good for nothing at once.
        return KeySet.import_key_set(_asked("GET", self._known()["jwks_uri"]))  # type: ignore[arg-type]


def _is_safe(address: Any) -> bool:
    """Tell whether nobody can listen: HTTPS, or a provider on the same machine."""
    parts = urlsplit(address if isinstance(address, str) else "")
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost"))


def _strange(issuer: str) -> Refused:
    return Refused(502, f"What {issuer} says of itself is not that of such a provider; see oidc_issuer.")


def _asked(method: str, address: str, **given: Any) -> dict[str, Any]:
    try:
        answer = httpx2.request(method, address, timeout=10, **given)
        told = answer.json()
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError):
        raise Refused(502, "The OpenID Connect provider cannot be reached; try again, or log in by mail.") from None
    if answer.status_code != 200 or not isinstance(told, dict):
        status = 400 if method == "POST" and 400 <= answer.status_code < 500 else 502
        raise Refused(status, f"The OpenID Connect provider refused it with {answer.status_code}; begin again.")
    return told
