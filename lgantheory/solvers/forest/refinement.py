"""From a solution on a quarter of the points to a first forest on all of them.

The coarse problem has a random quarter of the points, each with the weight of all that are nearer to it than to the
others. Its optimal flow between two points becomes a staircase between their groups: members in turn, each taken until
its mass is used up. The masses agree from the start, so the values move by no more than the groups are wide.
"""

from typing import NamedTuple, no_type_check

import numpy as np
from scipy.spatial import KDTree

from lgantheory.arrays import Array, Indices
from lgantheory.solvers.forest.compiling import compiled
from lgantheory.solvers.forest.trees import following

# One point in so many is kept; problems with at most SMALL points on each side are solved as they are.
RATIO = 4
SMALL = 80


class Groups(NamedTuple):
    """Points chosen to stand for all, the group of each point, and the weights of the groups."""

    chosen: Indices
    of: Indices
    weights: Array


def groups(points: Array, weights: Array) -> Groups:
    """A random choice (the same at every call) of one point in ``RATIO``, and the points nearest to each."""
    kept = max(1, len(points) // RATIO)
    chosen = np.sort(np.random.default_rng(len(points)).permutation(len(points))[:kept])
    of = np.asarray(KDTree(points[chosen]).query(points)[1])
    of[chosen] = np.arange(kept)  # of points at one place each stands for itself
    return Groups(chosen, of, np.bincount(of, weights, kept))


@compiled
@no_type_check
def staircases(nodes, fakes, members, first, mass):
    """Pairs (fake, real) of members that replace the arcs of a forest of groups, in preorder of its trees.

    ``members[first[g] : first[g + 1]]`` are those of group g, ``mass`` what each has to give or take, used up here.
    """
    at = first.copy()
    low, high = np.empty(3 * len(members), np.int64), np.empty(3 * len(members), np.int64)
    count = 0
    root = v = np.int64(0)
    while root < len(nodes):
        v = following(nodes, v, root) if nodes[root].parent < 0 else -1
        if v < 0:
            root += 1
            v = root
            continue
        p = nodes[v].parent
        i, j = (v, p) if v < fakes else (p, v)
        left = nodes[v].flow
        while True:
            u, w = members[at[i]], members[at[j]]
            low[count], high[count] = u, w
            count += 1
            step = min(left, mass[u], mass[w])
            left -= step
            mass[u] -= step
            mass[w] -= step
            if mass[u] <= 0.0 and at[i] + 1 < first[i + 1]:
                at[i] += 1
            elif mass[w] <= 0.0 and at[j] + 1 < first[j + 1]:
                at[j] += 1
            else:
                break
            if left <= 0.0:
                break
    return low[:count], high[:count]


def refined_arcs(nodes: Array, fakes: int, pair: tuple[Groups, Groups], weights: Array) -> tuple[Indices, Indices]:
    """Arcs (fake, real), real ones counted after the fakes, between the members of groups joined by a coarse flow."""
    low, high = pair
    of = np.concatenate([low.of, fakes + high.of])
    by_group = np.argsort(of, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(of, minlength=len(nodes)))])
    child = np.flatnonzero(nodes["parent"] >= 0)
    sent = np.bincount(child, nodes["flow"][child], len(nodes))
    sent += np.bincount(nodes["parent"][child], nodes["flow"][child], len(nodes))
    mass = weights * (sent / np.concatenate([low.weights, high.weights]))[of]
    return staircases(nodes, fakes, by_group, first, mass)
