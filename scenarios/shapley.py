"""The Shapley value of a cost game: what each player adds to the costs, averaged over all orders of coming.

Source: L. S. Shapley, "A value for n-person games", Contributions to the Theory of Games II (1953). Where there are too
many players for all coalitions, orders are drawn by lot: J. Castro, D. Gomez, J. Tejada, "Polynomial calculation of
the Shapley value based on sampling", Computers & Operations Research 36 (2009).
"""

from collections.abc import Callable
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Game = Callable[[Bools], Floats]
"""Costs of coalitions: (M, N) who is in each, to (M,); nobody costs nothing."""

MOST_PLAYERS = 12
"""With so many players, all coalitions are looked at; with more, orders are drawn."""
ORDERS = 4_000


class Shares(NamedTuple):
    """What each player bears, (N,), and the standard error of each; the shares sum to the cost of all."""

    value: Floats
    error: Floats


def shapley(game: Game, players: int, random: Generator) -> Shares:
    """Return the Shapley value, exact where there are few players, else from orders that are drawn."""
    return exact(game, players) if players <= MOST_PLAYERS else sampled(game, players, ORDERS, random)


def exact(game: Game, players: int) -> Shares:
    """Return the Shapley value from the costs of all coalitions."""
    coalition = np.arange(1 << players)
    inside = (coalition[:, None] >> np.arange(players) & 1).astype(np.bool_)
    cost, size = game(inside), inside.sum(axis=1)
    weight = np.array([1 / (players * comb(players - 1, k)) for k in range(players)])
    value = np.zeros(players)
    for player in range(players):
        without = coalition[~inside[:, player]]
        value[player] = weight[size[without]] @ (cost[without | 1 << player] - cost[without])
    return Shares(value, np.zeros(players))


def sampled(game: Game, players: int, orders: int, random: Generator) -> Shares:
    """Return the mean of what players add in some orders, at least two, and its standard error."""
    order = np.argsort(random.random((orders, players)), axis=1)
    added = np.zeros((orders, players))
    inside, before, each = np.zeros((orders, players), dtype=np.bool_), np.zeros(orders), np.arange(orders)
    for nth in range(players):
        inside[each, order[:, nth]] = True
        cost = game(inside)
        added[each, order[:, nth]] = cost - before
        before = cost
    return Shares(added.mean(axis=0), added.std(axis=0, ddof=1) / np.sqrt(orders))
