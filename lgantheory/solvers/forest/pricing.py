"""Which of the n m arcs are worth looking at: those whose slack ``k d - (f_j - f_i)`` is least.

The arcs are never stored. In few dimensions real nodes lie in boxes of 32 neighbours, and a box is passed over when
even its largest value at its least distance is slack; inside, no square root is taken:

    slack < tau   if and only if   r > 0 and k^2 d^2 < r^2,   r = f_j - f_i + tau.

In many dimensions squared distances come from matrix products in single precision with a bound of their error, and the
arcs that pass that test are measured again. Up to ``KEPT`` bytes of them are kept from scan to scan.
"""

from typing import Any, no_type_check

import numpy as np

from lgantheory.arrays import Array, Indices
from lgantheory.solvers.forest.ascent import Candidates
from lgantheory.solvers.forest.compiling import compiled, part, summing

# Arbitrary: reals in a box, dimensions up to which boxes pay, bytes of products held at once and kept if that is all.
BOX = 32
FEW = 12
KEPT = 64 * 2**20

# Arbitrary: the number of arcs wanted per node, and the most that one fake node gets;
# beyond CROWD the least of those found so far are dropped.
WANTED = 20
MOST = 60
CROWD = 4 * MOST

# Half the distance from 1 to the next number in single precision.
ROUNDING = 2.0**-24


@summing
@no_type_check
def distance(x, i, y, j):
    """Euclidean distance of two points, rows i and j, whose squares neither overflow nor vanish."""
    total = 0.0
    for c in range(x.shape[1]):
        gap = x[i, c] - y[j, c]
        total += gap * gap
    return np.sqrt(total)


@compiled
@no_type_check
def sampled(x, y, values, k, samples):
    """Slacks of a random sample of arcs, the same at every call."""
    n, m = len(x), len(y)
    slack = np.empty(samples)
    state = np.uint64(88172645463325252)
    for s in range(samples):
        state ^= state << np.uint64(13)
        state ^= state >> np.uint64(7)
        state ^= state << np.uint64(17)
        i, j = np.int64(state % np.uint64(n)), np.int64((state >> np.uint64(32)) % np.uint64(m))
        slack[s] = k * distance(x, i, y, j) - (values[n + j] - values[i])
    return slack


@part
@no_type_check
def thinned(found, reals, lengths_, count):
    """Bring the MOST arcs of largest excess to the front by Hoare's selection; the least excess among them."""
    low, high = 0, count - 1
    while low < high:
        middle = found[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while found[i] > middle:
                i += 1
            while found[j] < middle:
                j -= 1
            if i <= j:
                found[i], found[j] = found[j], found[i]
                reals[i], reals[j] = reals[j], reals[i]
                lengths_[i], lengths_[j] = lengths_[j], lengths_[i]
                i += 1
                j -= 1
        if j >= MOST - 1:
            high = j
        elif i <= MOST - 1:
            low = i
        else:
            break
    return found[MOST - 1]


@part
@no_type_check
def kept(found, reals, lengths_, count, into, end):
    """Append at most MOST arcs of one fake node, those of largest excess: the new end, and the largest excess."""
    real, length = into
    largest = 0.0
    if count > MOST:
        thinned(found, reals, lengths_, count)
        count = MOST
    for q in range(count):
        real[end], length[end] = reals[q], lengths_[q]
        largest = max(largest, found[q])
        end += 1
    return end, largest


@compiled
@no_type_check
def scan_boxes(x, boxes, corners, order, values, k, tau):
    """Arcs of slack below tau, those of least slack first to be kept: start, real, length, least slack."""
    n, m, d = len(x), len(order), x.shape[1]
    g, top = np.full((len(boxes), BOX), -np.inf), np.full(len(boxes), -np.inf)
    for s in range(m):
        c = s // BOX
        g[c, s - c * BOX] = values[n + order[s]]
        top[c] = max(top[c], values[n + order[s]])
    start = np.zeros(n + 1, np.int64)
    real, length = np.empty(MOST * n, np.int32), np.empty(MOST * n)
    found, reals, lengths_ = np.empty(CROWD + BOX), np.empty(CROWD + BOX, np.int32), np.empty(CROWD + BOX)
    square = np.empty(BOX)
    k2, end, largest = k * k, np.int64(0), 0.0
    for i in range(n):
        count = np.int64(0)
        bar = tau - values[i]
        for c in range(len(boxes)):
            r = top[c] + bar
            if r <= 0.0:
                continue
            away = 0.0
            for a in range(d):
                gap = max(corners[0, c, a] - x[i, a], x[i, a] - corners[1, c, a], 0.0)
                away += gap * gap
            if k2 * away > r * r:
                continue
            for s in range(BOX):
                square[s] = 0.0
            for a in range(d):
                for s in range(BOX):
                    gap = boxes[c, a, s] - x[i, a]
                    square[s] += gap * gap
            hits = 0
            for s in range(BOX):
                r = g[c, s] + bar
                hits += k2 * square[s] <= r * abs(r)
            if hits == 0:
                continue
            for s in range(BOX):
                r = g[c, s] + bar
                if k2 * square[s] <= r * abs(r):
                    lengths_[count] = np.sqrt(square[s])
                    found[count] = tau - values[i] + g[c, s] - k * lengths_[count]
                    reals[count] = n + order[c * BOX + s]
                    count += 1
            if count > CROWD:
                bar = tau - values[i] - thinned(found, reals, lengths_, count)
                count = MOST
        end, most = kept(found, reals, lengths_, count, (real, length), end)
        largest = max(largest, most)
        start[i + 1] = end
    return start, real[:end].copy(), length[:end].copy(), tau - largest


@compiled
@no_type_check
def scan_squares(squares, error, first, points, values, k, tau, into, end):
    """The same for one block of fake nodes from ``first`` on, given squared distances up to an error.

    ``squares`` has a multiple of ``BOX`` columns. The test is made in single precision, with its roundings in the bars.
    """
    x, y = points
    n, m = len(x), len(y)
    start, real, length = into
    columns = squares.shape[1]
    g = np.full(columns, -np.inf, np.float32)
    spread = np.max(np.abs(values))
    for j in range(m):
        g[j] = values[n + j]
    found, reals, lengths_ = np.empty(CROWD + BOX), np.empty(CROWD + BOX, np.int32), np.empty(CROWD + BOX)
    k2, largest = np.float32(k * k), 0.0
    for row in range(len(squares)):
        i = first + row
        full = tau - values[i] + 4.0 * ROUNDING * (2.0 * spread + tau)
        bar = np.float32(full)
        allowed = np.float32(k * k * error[i] * (1.0 + 4.0 * ROUNDING))
        count = np.int64(0)
        for c in range(columns // BOX):
            hits = 0
            for s in range(BOX):
                r = g[c * BOX + s] + bar
                hits += k2 * squares[row, c * BOX + s] - allowed <= r * abs(r)
            if hits == 0:
                continue
            for j in range(c * BOX, min((c + 1) * BOX, m)):
                r = g[j] + bar
                if k2 * squares[row, j] - allowed <= r * abs(r):
                    d = distance(x, i, y, j)
                    excess = values[n + j] - values[i] + tau - k * d
                    if excess >= 0.0:
                        found[count], reals[count], lengths_[count] = excess, n + j, d
                        count += 1
            if count > CROWD:
                bar = np.float32(full - thinned(found, reals, lengths_, count))
                count = MOST
        end, most = kept(found, reals, lengths_, count, (real, length), end)
        largest = max(largest, most)
        start[i + 1] = end
    return end, largest


@compiled
@no_type_check
def measure(x, y, length, nearest, low, high):
    """Fill in all distances, of each real node the nearest fake one with its distance, and the converse."""
    m = len(y)
    for i in range(len(x)):
        least = np.inf
        for j in range(m):
            d = distance(x, i, y, j)
            length[i * m + j] = d
            if d < nearest[j]:
                nearest[j], low[j] = d, i
            if d < least:
                least, high[i] = d, j


def all_arcs(x: Array, y: Array) -> tuple[Candidates, tuple[Indices, Indices]]:
    """Every arc as a candidate, and a forest of stars."""
    n, m = len(x), len(y)
    length, nearest = np.empty(n * m), np.full(m, np.inf)
    low, high = np.zeros(m, np.int64), np.zeros(n, np.int64)
    measure(x, y, length, nearest, low, high)
    real = np.broadcast_to(np.arange(n, n + m, dtype=np.int32), (n, m)).ravel()
    return Candidates(np.arange(0, n * m + 1, m), real, length), stars(low, high)


def stars(low: Indices, high: Indices) -> tuple[Indices, Indices]:
    """A forest of stars: each real node hangs at its nearest fake one, each fake node left at its nearest real one.

    Args:
        low: for each real node the number of its nearest fake node.
        high: for each fake node that of its nearest real node, counted from the first real one.
    """
    n, m = len(high), len(low)
    rest = np.flatnonzero(np.bincount(low, minlength=n) == 0)
    return np.concatenate([low, rest]), n + np.concatenate([np.arange(m), high[rest]])


@compiled
@no_type_check
def nearest_in(squares, first, least, at):
    """Update each column's least entry and its row, counted from ``first``; each row's column of least entry."""
    ends = np.zeros(len(squares), np.int64)
    for row in range(len(squares)):
        for j in range(len(least)):
            if squares[row, j] < least[j]:
                least[j], at[j] = squares[row, j], first + row
        ends[row] = np.argmin(squares[row])
    return ends


class Boxes:
    """Pricing in few dimensions."""

    def __init__(self, x: Array, y: Array) -> None:
        self.x, self.y = x, y
        self.order = neighbours_together(y)
        together = y[self.order]
        starts = np.arange(0, len(y), BOX)
        self.corners = np.stack([end.reduceat(together, starts, axis=0) for end in (np.minimum, np.maximum)])
        padded = np.zeros((len(starts) * BOX, y.shape[1]))
        padded[: len(y)] = together
        self.boxes = np.ascontiguousarray(padded.reshape(len(starts), BOX, -1).transpose(0, 2, 1))

    def scan(self, values: Array, k: float, tau: float) -> tuple[Candidates, float]:
        """Candidates of slack below tau, and the least slack of all arcs if that is below tau."""
        start, real, length, least = scan_boxes(self.x, self.boxes, self.corners, self.order, values, k, tau)
        return Candidates(start, real, length), least


class Products:
    """Pricing in many dimensions."""

    def __init__(self, x: Array, y: Array) -> None:
        self.x, self.y = x, y
        middle = y.mean(axis=0)
        low, high = x - middle, y - middle
        self.norms = np.sum(low**2, axis=1), np.sum(high**2, axis=1)
        width = -(-len(y) // BOX) * BOX
        # |x - y|^2 as one product: (-2 x, |x|^2, 1) times (y, 1, |y|^2); columns without a point stay far away
        self.left = np.column_stack([-2.0 * low, self.norms[0], np.ones(len(x))]).astype(np.float32)
        self.right = np.zeros((x.shape[1] + 2, width), np.float32)
        self.right[:, : len(y)] = np.vstack([high.T, np.ones(len(y)), self.norms[1]])
        self.right[-1, len(y) :] = np.inf
        # a product of two vectors of length d is off by at most (d + 3) roundings of the product of their lengths; the
        # sums and norms add a few roundings of their own
        largest = float(self.norms[1].max())
        d = x.shape[1]
        self.error = 2.0 * (d + 16) * ROUNDING * (self.norms[0] + largest)
        self.kept: list[Any] | None = [] if 4 * len(x) * len(y) <= KEPT else None

    def scan(self, values: Array, k: float, tau: float) -> tuple[Candidates, float]:
        """Candidates of slack below tau, and the least slack of all arcs if that is below tau."""
        n = len(self.x)
        start = np.zeros(n + 1, np.int64)
        real, length = np.empty(MOST * n, np.int32), np.empty(MOST * n)
        end, largest = 0, 0.0
        for first, squares in self._blocks():
            end, most = scan_squares(
                squares, self.error, first, (self.x, self.y), values, k, tau, (start, real, length), end
            )
            largest = max(largest, most)
        return Candidates(start, real[:end].copy(), length[:end].copy()), tau - largest

    def nearest(self) -> tuple[Indices, Indices]:
        """A forest of stars.

        Nearest by the products, that is to single precision: it is where the solver starts from, no more.
        """
        n, m = len(self.x), len(self.y)
        least, at = np.full(m, np.inf, np.float32), np.zeros(m, np.int64)
        ends = np.zeros(n, np.int64)
        for first, squares in self._blocks():
            ends[first : first + len(squares)] = nearest_in(squares, first, least, at)
        return stars(at, ends)

    def _blocks(self) -> Any:
        if self.kept:
            yield from self.kept
            return
        rows = max(1, KEPT // (4 * self.right.shape[1]))
        for first in range(0, len(self.x), rows):
            part = slice(first, first + rows)
            squares = self.left[part] @ self.right
            if self.kept is not None:
                self.kept.append((first, squares))
            yield first, squares


def pricing_of(x: Array, y: Array) -> Boxes | Products:
    """Pricing for points of that dimension."""
    return Boxes(x, y) if x.shape[1] <= FEW else Products(x, y)


def threshold(x: Array, y: Array, values: Array, k: float) -> float:
    """The slack below which there are about ``WANTED`` arcs per node."""
    n, m = len(x), len(y)
    share = min(WANTED * max(n, m) / (n * m), 1.0)
    slack = sampled(x, y, values, k, max(4096, 2 * min(n, m)))
    rank = min(int(share * len(slack)), len(slack) - 1)
    return float(np.partition(slack, rank)[rank])


def neighbours_together(points: Array) -> Array:
    """An order of the points in which every ``BOX`` consecutive ones are neighbours: halving along the longest side."""
    pieces, done = [np.arange(len(points))], []
    while pieces:
        piece = pieces.pop()
        if len(piece) <= BOX:
            done.append(piece)
            continue
        part = points[piece]
        axis = int(np.argmax(part.max(axis=0) - part.min(axis=0)))
        half = BOX * ((len(piece) // BOX + 1) // 2)
        order = np.argpartition(part[:, axis], half)
        pieces += [piece[order[half:]], piece[order[:half]]]
    return np.concatenate(done)
