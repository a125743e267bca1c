"""Comparisons and partnership tables, by the client."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from api.client.group import Group, until
from api.client.transport import path
from api.wire.studies import ComparisonOrder, ComparisonView, SeatOrder, SeatView, TableOrder, TableView

if TYPE_CHECKING:
    from scenarios.comparison import Comparison
    from scenarios.table.meeting import Meeting


class Comparisons(Group):
    """Runs put side by side."""

    def submit(self, order: ComparisonOrder) -> ComparisonView:
        """Ask for a comparison."""
        return self._api.post(path("comparisons"), ComparisonView, order)

    def list(self) -> Iterator[ComparisonView]:
        """List comparisons, the newest first."""
        return self._api.pages(path("comparisons"), ComparisonView)

    def get(self, comparison: UUID) -> ComparisonView:
        """Tell of one comparison."""
        return self._api.get(path("comparisons", comparison), ComparisonView)

    def cancel(self, comparison: UUID) -> ComparisonView:
        """End one that is not made yet."""
        return self._api.post(path("comparisons", comparison, "cancel"), ComparisonView)

    def wait(self, comparison: UUID, seconds: float | None = None) -> ComparisonView:
        """Return a comparison once it has ended.

        Raises
        ------
        TimeoutError
            When it has not after so many seconds.
        """
        return until(lambda: self.get(comparison), lambda one: one.ended, seconds)

    def result(self, comparison: UUID) -> "Comparison":
        """Return all of a comparison that is made."""
        from scenarios.comparison import Comparison

        return self._api.get(path("comparisons", comparison, "result"), Comparison)

    def file(self, comparison: UUID, name: str) -> bytes:
        """Return one of its files: a page, a workbook."""
        return self._api.send("GET", path("comparisons", comparison, "files", name)).content


class Tables(Group):
    """Meetings of the partnership table."""

    def open(self, order: TableOrder) -> TableView:
        """Open a table: those who sit at it may set their weights."""
        return self._api.post(path("tables"), TableView, order)

    def list(self) -> Iterator[TableView]:
        """List tables, the newest first."""
        return self._api.pages(path("tables"), TableView)

    def get(self, table: UUID) -> TableView:
        """Tell of one table."""
        return self._api.get(path("tables", table), TableView)

    def seat(self, table: UUID, stakeholder: str) -> SeatView:
        """Tell what counts for a stakeholder."""
        return self._api.get(path("tables", table, "seats", stakeholder), SeatView)

    def set_seat(self, table: UUID, stakeholder: str, order: SeatOrder, known: int) -> SeatView:
        """Set what counts for a stakeholder, of a seat of the version that one has seen."""
        return self._api.put(path("tables", table, "seats", stakeholder), SeatView, order, known)

    def start(self, table: UUID) -> TableView:
        """Close it for weights, and have plans sought."""
        return self._api.post(path("tables", table, "start"), TableView)

    def cancel(self, table: UUID) -> TableView:
        """End one whose plans are not all sought yet."""
        return self._api.post(path("tables", table, "cancel"), TableView)

    def wait(self, table: UUID, seconds: float | None = None) -> TableView:
        """Return a table that was started, once it has ended.

        Raises
        ------
        TimeoutError
            When it has not after so many seconds.
        """
        return until(lambda: self.get(table), lambda one: one.ended, seconds)

    def result(self, table: UUID) -> "Meeting":
        """Return what is on the table."""
        from scenarios.table.meeting import Meeting

        return self._api.get(path("tables", table, "result"), Meeting)

    def file(self, table: UUID, name: str) -> bytes:
        """Return one of its files: a page, or one of a plan such as ``1-compromise/plan.json``."""
        return self._api.send("GET", path("tables", table, "files", name)).content
