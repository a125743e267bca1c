"""People and their rights, by the client."""

from collections.abc import Iterator
from uuid import UUID

from api.client.group import Group
from api.client.transport import path
from api.wire.people import (
    AuditView,
    MembershipOrder,
    MembershipView,
    NewToken,
    PersonExport,
    TenantView,
    TokenOrder,
    TokenView,
)


class People(Group):
    """Who has which role, and what was done by whom."""

    def list(self, *, ended: bool = False) -> Iterator[MembershipView]:
        """List who has which role, the newest first; with those that have ended where asked for."""
        return self._api.pages(path("memberships"), MembershipView, ended=ended)

    def get(self, membership: UUID) -> MembershipView:
        """Tell of one membership."""
        return self._api.get(path("memberships", membership), MembershipView)

    def give_role(self, order: MembershipOrder) -> MembershipView:
        """Give a role: to a person, who is invited by mail, or to a program."""
        return self._api.post(path("memberships"), MembershipView, order)

    def invite_again(self, membership: UUID) -> MembershipView:
        """Send the invitation once more, with a new link."""
        return self._api.post(path("memberships", membership, "invitation"), MembershipView)

    def end(self, membership: UUID) -> None:
        """End a membership: its tokens and sessions are good for nothing from then on."""
        self._api.send("DELETE", path("memberships", membership))

    def export(self, person: UUID) -> PersonExport:
        """Return all that is kept about a person."""
        return self._api.get(path("people", person, "export"), PersonExport)

    def erase(self, person: UUID) -> None:
        """Erase a person: every role here ends, and nothing but the ids of memberships is kept."""
        self._api.send("DELETE", path("people", person))

    def changes(
        self,
        *,
        membership: UUID | None = None,
        action: str | None = None,
        kind: str | None = None,
        thing: str | None = None,
    ) -> Iterator[AuditView]:
        """List what was changed, the newest first."""
        return self._api.pages(path("audit"), AuditView, membership=membership, action=action, kind=kind, thing=thing)

    def tenant(self) -> TenantView:
        """Tell of one's own tenant, and what it may use."""
        return self._api.get(path("tenant"), TenantView)


class Tokens(Group):
    """Tokens, by which programs say who they are."""

    def list(self, *, membership: UUID | None = None) -> Iterator[TokenView]:
        """List tokens, the newest first: a planner all of the tenant, others their own."""
        return self._api.pages(path("tokens"), TokenView, membership=membership)

    def get(self, token: UUID) -> TokenView:
        """Tell of one token."""
        return self._api.get(path("tokens", token), TokenView)

    def make(self, order: TokenOrder) -> NewToken:
        """Make a token; its secret is in the answer and nowhere else."""
        return self._api.post(path("tokens"), NewToken, order)

    def revoke(self, token: UUID) -> None:
        """Revoke a token: it is good for nothing from then on."""
        self._api.send("DELETE", path("tokens", token))
