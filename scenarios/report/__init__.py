"""The report of a run: one self-contained page for each language."""

from scenarios.report.page import report_name, write_report

__all__ = ["report_name", "write_report"]
