"""Proof: what was measured, on which instances, and how to measure it again."""
