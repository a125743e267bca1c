"""The peers: ways to make a plan, each given the same Problem, seconds and threads. Each module says how and why."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from types import MappingProxyType

from benchmarks.peers.base import Peer

MODULES: Mapping[str, str] = MappingProxyType(
    {
        "yhteistila": "benchmarks.peers.yhteistila:Yhteistila",
        "fcfs": "benchmarks.peers.fcfs:FirstCome",
        "greedy": "benchmarks.peers.greedy:Greedy",
        "cpsat": "benchmarks.peers.cpsat:CpSat",
        "highs": "benchmarks.peers.highs:Highs",
        "timefold": "benchmarks.peers.timefold:Timefold",
        "fet": "benchmarks.peers.fet:Fet",
    }
)
"""Module and class of every peer by its name: a further peer is one more line."""


class _Peers(Mapping[str, Peer]):
    """Peers, each imported when it is asked for: no run pays the time and memory of another peer's libraries."""

    def __getitem__(self, name: str) -> Peer:
        module, _, kind = MODULES[name].partition(":")
        peer: Peer = getattr(import_module(module), kind)()
        return peer

    def __contains__(self, name: object) -> bool:
        return name in MODULES

    def __iter__(self) -> Iterator[str]:
        return iter(MODULES)

    def __len__(self) -> int:
        return len(MODULES)


PEERS: Mapping[str, Peer] = _Peers()
"""Every peer by its name."""
