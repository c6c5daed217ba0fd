"""Dual ascent on a list of candidate arcs: bring violated arcs into the forest, restore equilibrium, move k.

A round takes the arc that each fake node violates most, worst first. An arc between two trees merges them; an arc
inside a tree pivots at frozen masses, as in the network simplex method. Shifts are kept current meanwhile, so that
arcs which the earlier ones of the round have satisfied are left out, and a few sweeps fit into a round. Then every tree
that was touched is brought to its optimum (``equilibrium``). Newton's method moves k whenever the violations have
fallen enough for its error to matter.
"""

import math
from typing import Any, NamedTuple, no_type_check

import numpy as np

from lgantheory.arrays import Array
from lgantheory.solvers.forest.compiling import compiled, inlined, part
from lgantheory.solvers.forest.equilibrium import NO_FLOW, equilibrate
from lgantheory.solvers.forest.trees import find, flatten, following, hang, merge, pivot

# Arbitrary, found by trial on a dozen instances: an arc enters if its violation is at least this share of the largest
# (half of that when its turn comes), and a round sweeps the candidates until the largest has fallen to the last share.
ENTERING = 0.2
SWEEPS = 5
SWEPT = 0.05

# k moves when the largest violation has fallen to this share of what it was at the last move, and if the move changes
# values by more than this share of it.
RELAXED = 0.3
MATTERS = 0.1

# Values count as spread over at least this share of what k allows: with all points at one place they are roundings.
LEAST = 0.1

# After so many moves in one phase k moves only where nothing is violated, and where it belongs is bracketed.
MOVES = 50

# k changes by no more than this factor at a time; and changes of values below this share of them may be rounding.
STRIDE = 3.0
ROUNDED = 1e-13

# With twice as many moves k has been bracketed as well as the flow allows, and this is close enough.
CLOSE = 1e-10

# Without any cost k belongs at 0: it falls until its charge is nothing beside a rounding of 1.
NOTHING = 1e-33

# Newton's method in a tree stops when its second-order error is this far below the violations; never later than ROUGH.
MARGIN = 0.1
ROUGH = 1e-3
FINE = 1e-9

# A phase has at most ROUNDS rounds. The last one runs until rounding is all that is left, that is until PATIENCE rounds
# have not halved the largest violation. It is limited all the same, and so is how often it is begun again.
ROUNDS = 20
PATIENCE = 300
LAST_ROUNDS = 5000
REPEATS = 4

# Largest violation that counts as none: roundings of the values, and of the masses times the scale of the loss.
VALUE_ROUNDINGS = 2e-14
SCALE_ROUNDINGS = 1e-15

# A violation this many times larger may still ask for less flow than an arc must carry to be kept (NO_FLOW). One that
# so many rounds have not halved is such a one: it counts as none from then on, so that k can move.
UNREPAIRED = NO_FLOW / SCALE_ROUNDINGS
STUCK = 20


class Candidates(NamedTuple):
    """Arcs by fake node: those of i are ``start[i] : start[i + 1]``; ``real`` counts nodes, fake ones first."""

    start: Array
    real: Array
    length: Array


class Scratch(NamedTuple):
    """Arrays that every round needs."""

    violation: Array
    arc: Array
    names: Array
    touched: Array
    offset: Array
    clock: Array


def new_scratch(fakes: int, size: int) -> Scratch:
    """For that many fake and that many nodes in all."""
    return Scratch(
        np.zeros(fakes),
        np.zeros(fakes, np.int64),
        np.zeros(size, np.int32),
        np.zeros(size, np.int32),
        np.zeros(size),
        np.zeros(1, np.int32),
    )


class State(NamedTuple):
    """The forest and what it solves; ``values`` are f minus the balance point."""

    nodes: Array
    values: Array
    weights: Array
    fakes: int
    lam: float
    sides: Any
    work: Any
    scratch: Scratch


@part
@no_type_check
def priced(state, candidates, k):
    """Each fake node's most violated arc, and the largest violation."""
    values, violation, arc = state.values, state.scratch.violation, state.scratch.arc
    worst = 0.0
    for i in range(state.fakes):
        most, where = 0.0, -1
        value = values[i]
        for e in range(candidates.start[i], candidates.start[i + 1]):
            excess = values[candidates.real[e]] - value - k * candidates.length[e]
            if excess > most:
                most, where = excess, e
        violation[i] = most
        arc[i] = where
        worst = max(worst, most)
    return worst


@part
@no_type_check
def slope_step(state, k):
    """A step for k with the trees as they are; each root's ``offset`` is how its shift moves with k.

    The optimal value at fixed k has derivative 2 lam k - C, C = <flow, d>. With the shifts eliminated, C falls with k
    at the rate sum_v h_v o_v^2 - sum_T (sum_T h_v o_v)^2 / sum_T h_v: h curvatures, o offsets, T trees. Masses have
    tails like powers or exponentials, so Newton's method is applied to log(2 lam k) = log C as an equation for log k;
    near the solution that is the same as for the derivative itself.
    """
    nodes, offset = state.nodes, state.scratch.offset
    cost = rate = 0.0
    for root in range(len(nodes)):
        if nodes[root].parent >= 0:
            continue
        first = second = 0.0
        total = nodes[root].curvature
        offset[root] = 0.0
        v = following(nodes, root, root)
        while v >= 0:
            length = nodes[v].length
            cost += nodes[v].flow * length
            o = offset[nodes[v].parent] + (-length if v < state.fakes else length)
            offset[v] = o
            h = nodes[v].curvature
            total += h
            first += h * o
            second += h * o * o
            v = following(nodes, v, root)
        nodes[root].offset = 0.0
        if total > 0.0:
            rate += max(second - first * first / total, 0.0)
            nodes[root].offset = -first / total
    charge = 2.0 * state.lam * k
    if not cost > 0.0:
        return k / STRIDE - k if charge * k > NOTHING else 0.0
    step = math.log1p((cost - charge) / charge) / (1.0 + k * rate / cost)
    return k * math.expm1(min(max(step, -math.log(STRIDE)), math.log(STRIDE)))


@part
@no_type_check
def touch_all(state, by):
    """Mark every tree as touched, its values moved to first order; ``by`` is how much k has just moved."""
    nodes = state.nodes
    for v in range(len(nodes)):
        if nodes[v].parent < 0:
            state.values[v] += by * nodes[v].offset
            nodes[v].offset = 0.0
            state.scratch.touched[nodes[v].tree] = 1


@part
@no_type_check
def equilibrate_touched(state, k, accuracy):
    """Bring the trees with a touched node to their optimum."""
    nodes, roots, touched = state.nodes, state.scratch.names, state.scratch.touched
    for i in range(state.fakes):
        if touched[i]:
            touched[i] = 0
            touched[nodes[i].tree] = 1
    count = 0
    for v in range(len(nodes)):
        if nodes[v].parent < 0 and touched[nodes[v].tree]:
            roots[count] = v
            count += 1
    for v in range(len(nodes)):
        touched[v] = 0
    for c in range(count):
        equilibrate(nodes, state.values, state.sides, state.fakes, state.weights, k, roots[c], state.work, accuracy)


@part
@no_type_check
def sweep(state, candidates, k, largest, bar):
    """Bring in the arcs found by ``priced`` that violate by ``bar`` or more; how many.

    Those that violate most come first, by classes: each is what is left above half of the class before.
    """
    nodes, values, scratch = state.nodes, state.values, state.scratch
    moved, pivots = 0, 0
    at_least = largest
    while at_least > bar:
        at_most, at_least = at_least, max(0.5 * at_least, bar)
        for i in range(state.fakes):
            if not at_least <= scratch.violation[i] <= at_most:
                continue
            j, length = candidates.real[scratch.arc[i]], candidates.length[scratch.arc[i]]
            low, low_offset = find(nodes, nodes[i].tree)
            high, high_offset = find(nodes, nodes[j].tree)
            if low == high:
                scratch.clock[0] += 1
                if not pivot(nodes, state.fakes, (i, j, length), 0.5 * bar / k, scratch.clock[0]):
                    continue
                pivots += 1
            else:
                violation = values[j] + high_offset - values[i] - low_offset - k * length
                if violation <= 0.5 * bar:
                    continue
                merge(nodes, (i, j, length), (low, high), violation)
            scratch.touched[i] = 1
            scratch.violation[i] = 0.0
            moved += 1
    flatten(nodes, values, scratch.names)
    if pivots > 0:
        for root in range(len(nodes)):
            if nodes[root].parent < 0:
                hang(nodes, values, state.fakes, root, k)
    return moved


@part
@no_type_check
def farthest(state):
    """The largest value there is, up to sign."""
    most = 0.0
    for v in range(len(state.values)):
        most = max(most, abs(state.values[v]))
    return most


@part
@no_type_check
def negligible(state):
    """The violation that is only rounding: of the values, and of the masses they are computed from."""
    mass = bend = 0.0
    for v in range(len(state.nodes)):
        mass += state.nodes[v].mass
        bend += state.nodes[v].curvature
    spread = farthest(state)
    scale = min(mass / bend, max(spread, 1.0)) if bend > 0.0 else 0.0
    return VALUE_ROUNDINGS * spread + SCALE_ROUNDINGS * scale


@inlined
@no_type_check
def ascend(state, candidates, k, goals):
    """Rounds until the largest violation has fallen to a target and k fits the flow, or rounds or progress run out.

    ``goals`` are that target and the violation that is only rounding; when they are equal, every tree is balanced to
    the last bit. Returns k, the largest violation, and the one that is only rounding by now.
    """
    target, none = goals
    last_phase = target <= none
    polished = not last_phase
    relaxed, best, last, waited = np.inf, np.inf, np.inf, 0
    lowest, highest, moves, blocked, floor = 0.0, np.inf, 0, False, 0.0
    for _ in range(LAST_ROUNDS if last_phase else ROUNDS):
        none = max(negligible(state), floor)
        target = none if last_phase else max(target, none)
        spread = max(farthest(state), LEAST * k)
        worst = priced(state, candidates, k)
        if blocked:  # only arcs at nodes whose mass has underflowed are violated; k may move all the same
            worst = 0.0
        accuracy = FINE
        if worst > none and not (last_phase and polished):
            accuracy = min(max(MARGIN * math.sqrt(worst / spread), FINE), ROUGH)
        if worst <= (target if moves > MOVES else max(RELAXED * relaxed, target)):
            relaxed = worst
            step = slope_step(state, k)
            drift = abs(step) / k * spread
            if worst <= target:
                if polished and (
                    (drift <= MATTERS * target and step < k)  # far below its place, k moves little and yet all it may
                    or 0.5 * last <= drift <= (ROUNDED if moves < 2 * MOVES else CLOSE) * spread
                ):
                    break
                if not polished:
                    step = 0.0
                elif last_phase and step > 0.0:  # all is at the optimum for this k, and the sign of the step is sure
                    lowest = max(lowest, k)
                elif last_phase:
                    highest = min(highest, k)
            if k + step >= highest > k or k + step <= lowest < k:
                step = math.sqrt(k) * math.sqrt(highest if step > 0.0 else lowest) - k
            if drift > MATTERS * worst or worst <= target:
                k += step
                touch_all(state, step)
                equilibrate_touched(state, k, accuracy)
                last, best, waited, moves, blocked = drift, np.inf, 0, moves + 1, False
                if worst <= target:
                    relaxed, polished = np.inf, True
                continue
            for v in range(len(state.nodes)):
                state.nodes[v].offset = 0.0
        waited = 0 if worst < 0.5 * best else waited + 1
        best = worst if waited == 0 else best
        if waited > STUCK and worst <= UNREPAIRED * negligible(state):
            floor = worst
            continue
        if waited > PATIENCE:
            break
        largest = worst
        for number in range(SWEEPS):
            if number > 0:
                largest = priced(state, candidates, k)
                if largest <= max(SWEPT * worst, none):
                    break
            if sweep(state, candidates, k, largest, max(ENTERING * largest, none)) == 0:
                blocked = number == 0
                break
        equilibrate_touched(state, k, accuracy)
    return k, priced(state, candidates, k), none


@inlined
@no_type_check
def first_slope(state):
    """A first k: what the flow at k = 0 would give, but no more than changes the masses by their own size."""
    sent = cost = bend = 0.0
    for v in range(len(state.nodes)):
        bend += state.nodes[v].curvature
        if state.nodes[v].parent >= 0:
            sent += state.nodes[v].flow
            cost += state.nodes[v].flow * state.nodes[v].length
    if not cost > 0.0:
        return min(1.0, 1.0 / state.lam)
    slope = cost / (2.0 * state.lam)
    return min(slope, sent / cost * sent / bend) if bend > 0.0 else slope


@compiled
@no_type_check
def advance(state, candidates, k, goals, begin, times):
    """The only entry of this module from Python, so that what it calls is compiled once.

    Args:
        begin: how accurate an equilibrium of all trees comes first; 0 if they are at theirs. k = 0 asks for a first k.
        times: how often ``ascend`` is called, unless nothing is violated or no progress made before.

    Returns:
        k, the largest violation among the candidates, and the one that is only rounding.
    """
    if begin > 0.0:
        if k == 0.0:
            touch_all(state, 0.0)
            equilibrate_touched(state, 0.0, begin)
            k = first_slope(state)
        touch_all(state, 0.0)
        equilibrate_touched(state, k, begin)
    violation, none, best = 0.0, negligible(state), np.inf
    for _ in range(times):
        k, violation, none = ascend(state, candidates, k, goals)
        if violation <= none or not violation < 0.5 * best:
            break
        best = violation
    return k, violation, none
