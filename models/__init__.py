"""Frozen data of Yhteistila: what a scenario, a plan and a result are. No I/O, no solver."""
