"""A little OpenID Connect provider on this machine, for tests: a real server, which can be told to misbehave."""

import hmac
import json
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "yhteistila", "provider-secret"


@cache
def made_key(_name: str) -> RSAKey:
    """Make a key, once for each name, as it takes a while."""
    return RSAKey.generate_key(2048, {"kid": "k1"})


def _base64(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


@dataclass
class LittleProvider:
    """What the server knows, and how it is to misbehave."""

    address: str
    subject: str = "subject-1"
    email: str = "a@example.org"
    verified: bool = True
    claims: dict[str, Any] = field(default_factory=dict)
    """Put over those of the id token; None leaves one out, times are from now on"""
    metadata: dict[str, Any] = field(default_factory=dict)
    """Put over what it says of itself"""
    signed_by: RSAKey | None = None
    """Another key than the one that it publishes"""
    algorithm: str = "RS256"
    key: RSAKey = field(default_factory=lambda: made_key("published"))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    """Codes that were given, each with what the browser came with"""

    def about(self) -> dict[str, Any]:
        """Say what the provider is (discovery)."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            **self.metadata,
        }

    def authorize(self, address: str) -> dict[str, str]:
        """Log the person in who comes by an address; return what the browser goes back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def token(self, form: dict[str, str], authorization: str) -> dict[str, str] | None:
        """Give the id token for a code, once, to who proves to have begun; else None."""
        asked = self.codes.pop(form.get("code", ""), None)
        if (
            asked is None
            or form["redirect_uri"] != asked["redirect_uri"]
            or create_s256_code_challenge(form["code_verifier"]) != asked["code_challenge"]
            or b64decode(authorization.removeprefix("Basic ")).decode() != f"{CLIENT}:{SECRET}"
        ):
            return None
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "sub": self.subject,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "email": self.email,
            "email_verified": self.verified,
            **self.claims,
        }
        claims = {
            name: now + int(value.total_seconds()) if isinstance(value, timedelta) else value
            for name, value in claims.items()
            if value is not None
        }
        return {"access_token": "unused", "token_type": "Bearer", "id_token": self._signed(claims)}

    def _signed(self, claims: dict[str, Any]) -> str:
        header = {"alg": self.algorithm, "kid": "k1"}
        if self.algorithm == "RS256":
            return jwt.encode(header, claims, self.signed_by or self.key)
        # As forgers do it: without a signature, or with the public key as if it were a shared secret.
        body = b".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
        mac = hmac.digest(self.key.as_pem(private=False), body, "sha256") if self.algorithm == "HS256" else b""
        return b".".join((body, _base64(mac))).decode()


@contextmanager
def provider() -> Iterator[LittleProvider]:
    """Run the provider on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/keys":
                self._say({"keys": [little.key.as_dict(private=False)]})
            elif self.path == "/.well-known/openid-configuration":
                self._say(little.about())
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            told = little.token(form, self.headers.get("Authorization", ""))
            self._say({"error": "invalid_grant"} if told is None else told, 400 if told is None else 200)

        def _say(self, document: dict[str, Any], status: int = 200) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        little = LittleProvider(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield little
        server.shutdown()
        thread.join()
