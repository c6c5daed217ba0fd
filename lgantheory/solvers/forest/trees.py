"""Rooted trees of transport arcs: link, cut, reroot, merge, pivot.

One record per node, all that a step touches on one or two cache lines. Nodes ``0 .. n - 1`` are fake, the others real;
every arc joins a fake node to a real one, and its mass goes from the fake to the real end whichever is the parent.
``value`` lies apart, since pricing reads nothing else.

Pivots leave the values of their tree behind; ``hang`` sets them again. Trees that merge before the next equilibrium
shift against each other: the shift is kept once per tree, in a union-find structure (``joined``, ``offset``), until
``flatten`` adds it to the values.
"""

from typing import no_type_check

import numpy as np

from lgantheory.solvers.forest.compiling import compiled, part

NODE = np.dtype(
    [
        ("parent", "i4"),  # -1 at a root
        ("first", "i4"),  # first child, then its siblings; -1 where there is none
        ("next", "i4"),
        ("previous", "i4"),
        ("stamp", "i4"),  # last time a search came by
        ("size", "i4"),  # at a root: how many nodes its tree has
        ("tree", "i4"),  # name of the node's tree at the last flattening: a node of it
        ("joined", "i4"),  # for such a name: the tree it was merged into, or itself
        ("length", "f8"),  # of the arc to the parent
        ("flow", "f8"),  # on that arc, never negative
        ("mass", "f8"),  # w |loss'|: what the node sends out or takes in at equilibrium
        ("curvature", "f8"),  # w loss''
        ("stiffness", "f8"),  # for the name of a tree: sum of its curvatures
        ("offset", "f8"),  # for the name of a tree: shift of its values against those of ``joined``
        ("excess", "f8"),  # for the name of a tree: fake less real mass, where no shift balances them; else 0
    ]
)


def new_nodes(size: int) -> np.ndarray:
    """Nodes without arcs."""
    nodes = np.zeros(size, NODE)
    for field in ("parent", "first", "next", "previous"):
        nodes[field] = -1
    nodes["size"] = 1
    nodes["tree"] = nodes["joined"] = np.arange(size)
    return nodes


@part
@no_type_check
def following(nodes, node, top):
    """The node after this one in a preorder of the tree below ``top``; -1 after the last."""
    if nodes[node].first >= 0:
        return nodes[node].first
    while node != top and nodes[node].next < 0:
        node = nodes[node].parent
    return nodes[node].next if node != top else -1


@part
@no_type_check
def link(nodes, child, parent, length, flow):
    """Hang the root ``child`` below ``parent``."""
    sibling = nodes[parent].first
    nodes[child].parent = parent
    nodes[child].length = length
    nodes[child].flow = flow
    nodes[child].previous = -1
    nodes[child].next = sibling
    if sibling >= 0:
        nodes[sibling].previous = child
    nodes[parent].first = child


@part
@no_type_check
def cut(nodes, child):
    """Take ``child``, with all below it, from its parent."""
    before, after = nodes[child].previous, nodes[child].next
    if before >= 0:
        nodes[before].next = after
    else:
        nodes[nodes[child].parent].first = after
    if after >= 0:
        nodes[after].previous = before
    nodes[child].parent = -1


@part
@no_type_check
def reroot(nodes, root):
    """Turn the arcs between ``root`` and the present root of its tree."""
    child, parent, length, flow = root, nodes[root].parent, nodes[root].length, nodes[root].flow
    if parent < 0:
        return
    cut(nodes, root)
    while parent >= 0:
        above, next_length, next_flow = nodes[parent].parent, nodes[parent].length, nodes[parent].flow
        if above >= 0:
            cut(nodes, parent)
        link(nodes, parent, child, length, flow)
        child, parent, length, flow = parent, above, next_length, next_flow


@part
@no_type_check
def hang(nodes, value, fakes, root, k):
    """Set the values below a root so that all arcs are tight."""
    node = following(nodes, root, root)
    while node >= 0:
        rise = k * nodes[node].length
        value[node] = value[nodes[node].parent] + (-rise if node < fakes else rise)
        node = following(nodes, node, root)


@part
@no_type_check
def find(nodes, name):
    """The tree that a tree has become part of, and the shift of its values since the last flattening."""
    offset = 0.0
    while nodes[name].joined != name:
        offset += nodes[name].offset
        name = nodes[name].joined
    return name, offset + nodes[name].offset


@part
@no_type_check
def flatten(nodes, value, names):
    """Add the shifts to the values and name each tree anew. ``names`` is scratch."""
    for v in range(len(nodes)):
        names[v], offset = find(nodes, nodes[v].tree)
        value[v] += offset
    for v in range(len(nodes)):
        nodes[v].tree = names[v]
        nodes[v].offset = 0.0
        nodes[v].joined = v


@part
@no_type_check
def merge(nodes, arc, trees, violation):
    """Join two trees by an arc (i, j, length), which the shift makes tight; its flow is 0 until the next equilibrium.

    Each tree gives way in inverse proportion to its stiffness, as it will at equilibrium to first order. One that has
    no balance of its own pulls the other along by what the excess asks for, to first order too but no farther than it
    was itself, so that both go on to a tree that can take it; brought to equilibrium alone, such pairs could part and
    meet again for ever.
    """
    (i, j, length), (low, high) = arc, trees
    total = nodes[low].stiffness + nodes[high].stiffness
    share = nodes[high].stiffness / total if total > 0.0 else 0.5
    nodes[low].offset += violation * share
    nodes[high].offset -= violation * (1.0 - share)
    if nodes[low].size > nodes[high].size:
        i, j, low, high = j, i, high, low
    nodes[low].joined = high
    nodes[low].offset -= nodes[high].offset
    excess = nodes[low].excess + nodes[high].excess
    if excess != 0.0:
        pull = min(max(excess, -violation * total), violation * total)
        nodes[high].offset -= pull / total if total > 0.0 else 0.0
        excess -= pull
    nodes[high].excess = excess
    nodes[high].size += nodes[low].size
    nodes[high].stiffness = total
    reroot(nodes, i)
    link(nodes, i, j, length, 0.0)


@part
@no_type_check
def meeting_point(nodes, i, j, clock):
    """Where the paths from two nodes of one tree to its root meet."""
    nodes[i].stamp = clock
    nodes[j].stamp = clock
    while True:
        if i >= 0:
            i = nodes[i].parent
            if i >= 0:
                if nodes[i].stamp == clock:
                    return i
                nodes[i].stamp = clock
        if j >= 0:
            j = nodes[j].parent
            if j >= 0:
                if nodes[j].stamp == clock:
                    return j
                nodes[j].stamp = clock


@part
@no_type_check
def send(nodes, fakes, node, top, amount):
    """Add ``amount`` to the flow of every second arc between a node and ``top``, and take it from the others.

    It is taken from the first arc, that of ``node`` itself: on the path of a fake node from arcs whose lower end is
    fake, on the path of a real one from those whose lower end is real.
    """
    kind = node < fakes
    while node != top:
        nodes[node].flow += -amount if (node < fakes) == kind else amount
        node = nodes[node].parent


@part
@no_type_check
def path(nodes, fakes, node, top):
    """From a node up to ``top``: the least flow that ``send`` takes from, its arc, and the node's offset from there."""
    kind = node < fakes
    least, arc, offset = np.inf, -1, 0.0
    while node != top:
        is_fake = node < fakes
        if is_fake == kind and nodes[node].flow < least:
            least, arc = nodes[node].flow, node
        offset += -nodes[node].length if is_fake else nodes[node].length
        node = nodes[node].parent
    return least, arc, offset


@part
@no_type_check
def pivot(nodes, fakes, arc, bar, clock):
    """Bring an arc (i, j, length) into its tree, at the same masses, in place of one whose flow it takes over.

    Only if it is violated by more than ``bar``, in the unit of lengths, given that the tree's arcs are tight; the
    values need not be up to date. And only if there is flow to take over: arcs that carry none are left to the next
    equilibrium. Returns whether it was done.
    """
    i, j, length = arc
    top = meeting_point(nodes, i, j, clock)
    from_fake, leaving_fake, low = path(nodes, fakes, i, top)
    from_real, leaving_real, high = path(nodes, fakes, j, top)
    amount = min(from_fake, from_real)
    if not (amount > 0.0 and high - low - length > bar):
        return False
    send(nodes, fakes, i, top, amount)
    send(nodes, fakes, j, top, amount)
    end, other, leaving = i, j, leaving_fake
    if from_real <= from_fake:
        end, other, leaving = j, i, leaving_real
    cut(nodes, leaving)
    reroot(nodes, end)
    link(nodes, end, other, length, amount)
    return True


@part
@no_type_check
def halved(nodes, name):
    """The tree that a node belongs to by ``joined`` alone; the way there is halved for the next time."""
    while nodes[name].joined != name:
        nodes[name].joined = nodes[nodes[name].joined].joined
        name = nodes[name].joined
    return name


@compiled
@no_type_check
def forest_of(nodes, fakes, reals, lengths):
    """Make new nodes a forest of these arcs, in their order, without those that would close a cycle."""
    for e in range(len(fakes)):
        i, j = fakes[e], reals[e]
        low, high = halved(nodes, i), halved(nodes, j)
        if low == high:
            continue
        if nodes[low].size > nodes[high].size:
            i, j, low, high = j, i, high, low
        reroot(nodes, i)
        link(nodes, i, j, lengths[e], 0.0)
        nodes[low].joined = high
        nodes[high].size += nodes[low].size
    for v in range(len(nodes)):
        nodes[v].joined = v
