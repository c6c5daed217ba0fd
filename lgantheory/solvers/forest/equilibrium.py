"""The optimum over all flows on the arcs of one tree, at a fixed slope k.

Along an arc of a tree ``f_j - f_i = k d``, so a tree has one free number, its shift t. The arcs of the tree alone give
the problem

    minimise  sum_v w_v loss_v(z_v + k o_v)   over z,   with z_j <= z_i for each arc (fake i, real j),

where the offsets o make every arc tight at constant z: an isotonic regression on a tree, whose multipliers are the
flows. It is solved by recursive thresholding, which is exact for any convex losses: for any t, the nodes with optimal
z_v > t are the closed set U ("if the real end of an arc is in U, so is the fake end") of largest gain, where the gain
of a node is minus its derivative at t; on a tree that set is found in one pass up and one down. Arcs between U and its
complement carry no flow at the optimum: they are cut, and the parts solved alone. A part that no threshold near its own
balance divides is balanced by Newton's method, and its flows are the sums of the masses below each arc.

No node is ever left alone: an arc is cut only when the sums below it say that the other arcs of its lower end carry
more than the node's whole mass; a leaf's own arc carries the leaf's mass, which is positive.

Source of the threshold theorem: Hochbaum, "An efficient algorithm for image segmentation, Markov random fields and
related problems", J. ACM 48 (2001), Theorem 3.1; the case of trees is older folklore of isotonic regression.
"""

import math
from typing import NamedTuple, no_type_check

import numpy as np

from lgantheory.arrays import Array
from lgantheory.losses.jets import function_at
from lgantheory.solvers.forest.compiling import part
from lgantheory.solvers.forest.trees import cut, reroot

# A flow below this share of the lesser mass at its ends counts as none: some hundred roundings of the sums.
NO_FLOW = 1e-13

# A root this many times lighter than another node gives way to it: flows near a root are what rounding leaves of sums.
LIGHT = 100.0

# A threshold is worth trying where the imbalance is below this share of the mass; any other number would do.
NEAR_BALANCE = 0.3

# A tree whose losses cannot balance (fake mass bounded below and real mass above, say) is followed until it is this
# many times farther than values and slope are large. Then it is left that many slopes from where it began, so that a
# second run adds to the first and does not multiply it; arcs to others are violated by then, and merge it with them.
FARTHEST = 1e4

# Masses beyond this are taken for this, so that sums of them are numbers.
MOST = 1e200

# Newton steps for one shift. They are safeguarded by bisection, so a dozen is the rule and this is never reached.
STEPS = 300

PLACE = np.dtype([("node", "i4"), ("parent", "i4"), ("label", "i4"), ("mark", "i4"), ("offset", "f8"), ("gain", "f8")])
PIECE = np.dtype([("low", "i4"), ("high", "i4"), ("shift", "f8")])


class Sides(NamedTuple):
    """Both losses as compiled jets (``losses.jets``): addresses, signs, tapes; ``centre`` is the balance point.

    Values in the kernel are those of f minus ``centre``.
    """

    fake: int
    fake_sign: float
    fake_code: int
    fake_work: int
    real: int
    real_sign: float
    real_code: int
    real_work: int
    centre: float


class Work(NamedTuple):
    """Scratch of an equilibrium: the nodes of a tree in preorder, pieces contiguous."""

    place: Array
    twin: Array
    weight: Array
    mass: Array
    curvature: Array
    spare: Array
    spots: Array
    piece: Array
    sums: Array


def new_work(size: int) -> Work:
    """Scratch for trees of up to ``size`` nodes."""
    return Work(
        np.zeros(size + 1, PLACE),
        np.zeros(size + 1, PLACE),
        np.zeros(size + 1),
        np.zeros(size + 1),
        np.zeros(size + 1),
        np.zeros(size + 1),
        np.zeros(size + 2, np.int32),
        np.zeros(size + 1, PIECE),
        np.zeros((size + 1, 2)),
    )


@part
@no_type_check
def unroll(nodes, fakes, weights, root, work):
    """List a tree in preorder; its size."""
    place = work.place
    node, above, size = root, -1, 0
    while True:
        offset = 0.0
        if above >= 0:
            length = nodes[node].length
            offset = place[above].offset + (-length if node < fakes else length)
        place[size].node = node
        place[size].parent = above
        place[size].offset = offset
        work.weight[size] = weights[node]
        above = size
        size += 1
        if nodes[node].first >= 0:
            node = nodes[node].first
            continue
        while node != root and nodes[node].next < 0:
            node = nodes[node].parent
            above = place[above].parent
        if node == root:
            return size
        node = nodes[node].next
        above = place[above].parent


@part
@no_type_check
def size(x):
    """A number that is negative by rounding only, and NaN only where infinities met; never so large as to overflow."""
    return MOST if np.isnan(x) else min(max(x, 0.0), MOST)


@part
@no_type_check
def evaluate(sides, fakes, work, piece, shift, k):
    """Masses and curvatures of a piece at a shift; their sums over fake and over real nodes."""
    fake, real = function_at(sides.fake), function_at(sides.real)
    low, high = piece
    fake_mass = real_mass = fake_curvature = real_curvature = 0.0
    for s in range(low, high):
        t = sides.centre + (shift + k * work.place[s].offset)
        if work.place[s].node < fakes:
            slope, bend = fake(sides.fake_sign * t, sides.fake_code, sides.fake_work)
            work.mass[s] = size(work.weight[s] * sides.fake_sign * slope)
            work.curvature[s] = size(work.weight[s] * bend)
            fake_mass += work.mass[s]
            fake_curvature += work.curvature[s]
        else:
            slope, bend = real(sides.real_sign * t, sides.real_code, sides.real_work)
            work.mass[s] = size(-work.weight[s] * sides.real_sign * slope)
            work.curvature[s] = size(work.weight[s] * bend)
            real_mass += work.mass[s]
            real_curvature += work.curvature[s]
    return fake_mass, real_mass, fake_curvature, real_curvature


@part
@no_type_check
def carries(flow, mass, other):
    """Whether a flow between nodes of these masses is more than rounding; a mass that underflowed keeps its arc."""
    bar = NO_FLOW * min(mass, other)
    return flow > bar or (bar == 0.0 and flow >= 0.0)


@part
@no_type_check
def set_gains(fakes, work, low, high):
    """Minus the derivative of each node's term, by which it gains from a larger value."""
    for s in range(low, high):
        work.place[s].gain = -work.mass[s] if work.place[s].node < fakes else work.mass[s]


@part
@no_type_check
def thresholded(fakes, work, low, high):
    """Label the pieces that the closed set of largest gain divides [low, high) into; their number."""
    place, mass = work.place, work.mass
    set_gains(fakes, work, low, high)
    whole = True
    for s in range(high - 1, low, -1):
        p, gain = place[s].parent, place[s].gain
        if carries(-gain if place[s].node < fakes else gain, mass[s], mass[p]):
            place[p].gain += gain
        else:
            whole = False
    if whole:
        return 1
    place[low].label = 0
    place[low].mark = 1 if place[low].gain > 0.0 else 0
    pieces = 1
    for s in range(low + 1, high):
        p, gain = place[s].parent, place[s].gain
        is_fake = place[s].node < fakes
        above = place[p].mark
        # a fake child may leave its parent upwards only, a real one downwards only
        leaves = above == (0 if is_fake else 1) and not carries(-gain if is_fake else gain, mass[s], mass[p])
        place[s].mark = 1 - above if leaves else above
        place[s].label = pieces if leaves else place[p].label
        pieces += leaves
    return pieces


@part
@no_type_check
def drained(fakes, work, low, high):
    """Flows of a balanced piece, left in ``gain`` up to sign; label the pieces between arcs that carry none."""
    place, mass = work.place, work.mass
    set_gains(fakes, work, low, high)
    for s in range(high - 1, low, -1):
        place[place[s].parent].gain += place[s].gain
    place[low].label = 0
    pieces = 1
    for s in range(low + 1, high):
        p, gain = place[s].parent, place[s].gain
        leaves = not carries(-gain if place[s].node < fakes else gain, mass[s], mass[p])
        place[s].label = pieces if leaves else place[p].label
        pieces += leaves
    return pieces


@part
@no_type_check
def divide(nodes, fakes, work, piece, pieces, top, shift):
    """Make the labelled parts of a piece contiguous, cut the arcs between, and stack them from ``top`` on."""
    place, twin, index, sums = work.place, work.twin, work.spots, work.sums
    low, high = piece
    for c in range(pieces + 1):
        index[c] = 0
        sums[c, 0] = sums[c, 1] = 0.0
    for s in range(low, high):
        c = place[s].label
        index[c + 1] += 1
        sums[c, 0] += work.mass[s] if place[s].node < fakes else -work.mass[s]
        sums[c, 1] += work.curvature[s]
    for c in range(pieces):
        index[c + 1] += index[c]
        work.piece[top + c].low = low + index[c]
        work.piece[top + c].high = low + index[c + 1]
        step = -sums[c, 0] / sums[c, 1] if sums[c, 1] > 0.0 else 0.0
        work.piece[top + c].shift = shift + min(max(step, -1.0), 1.0)
    for s in range(low, high):
        c, p = place[s].label, place[s].parent
        spot = low + index[c]
        index[c] += 1
        place[s].mark = spot
        twin[spot].node = place[s].node
        twin[spot].offset = place[s].offset
        work.spare[spot] = work.weight[s]
        twin[spot].parent = -1
        if p >= 0:
            if place[p].label == c:
                twin[spot].parent = place[p].mark
            else:
                cut(nodes, place[s].node)
    for s in range(low, high):
        place[s].node = twin[s].node
        place[s].parent = twin[s].parent
        place[s].offset = twin[s].offset
        work.weight[s] = work.spare[s]


@part
@no_type_check
def balanced(sides, fakes, work, piece, shift, k, accuracy):
    """Bring a piece to balance by Newton's method, or find a threshold that divides it: shift, pieces, and excess.

    The last step is applied to the masses to first order; ``accuracy`` is the imbalance, relative to the mass, below
    which that is good enough.
    """
    low, high = piece
    below, above, reach = -np.inf, np.inf, 0.0
    started, farthest = shift, FARTHEST * (1.0 + abs(shift) + k)
    for _ in range(STEPS):
        fake_mass, real_mass, fake_curvature, real_curvature = evaluate(sides, fakes, work, piece, shift, k)
        excess, stiffness, mass = fake_mass - real_mass, fake_curvature + real_curvature, fake_mass + real_mass
        if excess > 0.0:
            above = min(above, shift)
        elif excess < 0.0:
            below = max(below, shift)
        relative = abs(excess) / mass if mass > 0.0 else 0.0
        # a step longer than a few times mass over curvature is beyond what the second order knows
        scale = np.inf
        if fake_curvature > 0.0:
            scale = fake_mass / fake_curvature
        if real_curvature > 0.0:
            scale = min(scale, real_mass / real_curvature)
        if not (scale < np.inf and scale > 0.0):
            scale = 1.0
        limit = max(4.0 * min(scale, 1.0 + abs(shift)), 2.0 * reach)
        step = 0.0
        if excess != 0.0:
            step = -excess / stiffness if stiffness > 0.0 else math.copysign(np.inf, -excess)
        if relative <= accuracy and abs(step) <= limit:
            shift += step
            for s in range(low, high):
                change = step * work.curvature[s]
                work.mass[s] = max(work.mass[s] + (change if work.place[s].node < fakes else -change), 0.0)
            return shift, thresholded(fakes, work, low, high), 0.0
        if relative < NEAR_BALANCE and high - low > 2:
            pieces = thresholded(fakes, work, low, high)
            if pieces > 1:
                return shift, pieces, 0.0
        if not abs(step) <= limit:
            step = -limit if excess > 0.0 else limit
            reach = limit
        following = shift + step
        if not below < following < above:
            following = 0.5 * (below + above)
        if following == shift:
            return shift, 1, 0.0
        if not abs(following - started) <= farthest:
            shift = started + math.copysign(FARTHEST * (1.0 + k), step)
            evaluate(sides, fakes, work, piece, shift, k)
            break
        shift = following
    return shift, 1, excess


@part
@no_type_check
def equilibrate(nodes, value, sides, fakes, weights, k, root, work, accuracy):
    """Make a tree optimal over the flows on its arcs, cutting those that carry none."""
    place = work.place
    work.piece[0].low, work.piece[0].high = 0, unroll(nodes, fakes, weights, root, work)
    work.piece[0].shift = value[root]
    top = 1
    while top > 0:
        top -= 1
        low, high, shift = work.piece[top].low, work.piece[top].high, work.piece[top].shift
        shift, pieces, excess = balanced(sides, fakes, work, (low, high), shift, k, accuracy)
        if pieces == 1:
            pieces = drained(fakes, work, low, high)
        if pieces > 1:
            divide(nodes, fakes, work, (low, high), pieces, top, shift)
            top += pieces
            continue
        root = heaviest = place[low].node
        stiffness = 0.0
        for s in range(low, high):
            v = place[s].node
            value[v] = shift + k * place[s].offset
            stiffness += work.curvature[s]
            nodes[v].mass = work.mass[s]
            if work.mass[s] > nodes[heaviest].mass:
                heaviest = v
            nodes[v].curvature = work.curvature[s]
            nodes[v].tree = root
            nodes[v].flow = max(-place[s].gain if v < fakes else place[s].gain, 0.0)
        nodes[root].size = high - low
        nodes[root].stiffness = stiffness
        nodes[root].excess = excess
        nodes[root].joined = root
        nodes[root].offset = 0.0
        if nodes[heaviest].mass > LIGHT * nodes[root].mass:
            reroot(nodes, heaviest)
