"""The peers: ways to make a plan, each given the same Problem, seconds and threads. Each module says how and why."""

from collections.abc import Mapping

from benchmarks.peers.base import Peer
from benchmarks.peers.cpsat import CpSat
from benchmarks.peers.fcfs import FirstCome
from benchmarks.peers.fet import Fet
from benchmarks.peers.greedy import Greedy
from benchmarks.peers.highs import Highs
from benchmarks.peers.timefold import Timefold
from benchmarks.peers.yhteistila import Yhteistila

_EVERY: tuple[Peer, ...] = (Yhteistila(), FirstCome(), Greedy(), CpSat(), Highs(), Timefold(), Fet())

PEERS: Mapping[str, Peer] = {peer.name: peer for peer in _EVERY}
"""Every peer by its name."""
