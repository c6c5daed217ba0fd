"""The pairs (query, node) that can matter, found without a square root. Imports numba: import it late.

A node of value v at distance d of a query meets a bound b if ``v + k d < b``. That needs ``v < b`` and
``d^2 <= ((b - v) / k)^2``: both are seen without a root, and nearly all pairs fail. The test errs on the side of a
pair (``MARGIN``), and what it lets through is computed as ``measures.euclidean`` does, coordinate by coordinate. So the
results are those of the dense formula, to the last bit.

Nodes come in chunks of ``WIDTH``, coordinate by coordinate, so that every inner loop has a fixed length and becomes
vector instructions; only a chunk in which some pair passes is looked at again, node by node.

The functions are plain (``no_type_check``): numba compiles them, not the checks of types that tests put around them.
"""

import math
from typing import no_type_check

import numpy as np
from numba import njit

# Nodes per chunk: four vectors of eight doubles. Arbitrary; half and twice as many are equally fast.
WIDTH = 32

# Five roundings lie between d and the two numbers that are compared, half an epsilon each: twice that, relatively.
MARGIN = 5.0 * float(np.finfo(float).eps)


def chunks(points, values):
    """Nodes as chunks: coordinates (c, d, WIDTH) with d even, values (c, WIDTH); filled up with nodes at infinity."""
    size, d = points.shape
    rows = -(-size // WIDTH)
    coordinates, heights = np.zeros((rows * WIDTH, d + d % 2)), np.full(rows * WIDTH, np.inf)
    coordinates[:size, :d], heights[:size] = points, values
    split = coordinates.reshape(rows, WIDTH, d + d % 2).transpose(0, 2, 1)
    return np.ascontiguousarray(split), heights.reshape(rows, WIDTH)


def even(points):
    """Points with a coordinate of zero added if their number of coordinates is odd: distances stay the same bits."""
    return np.ascontiguousarray(np.pad(points, ((0, 0), (0, points.shape[1] % 2))))


@njit(inline="always", error_model="numpy")
@no_type_check
def _any_meets(query, coordinates, values, reach, squares):
    """Whether a node may meet the bound, given with 1 / k as ``reach``; leaves the squared distances in ``squares``."""
    p, q, x, y = query[0], query[1], coordinates[0], coordinates[1]
    for lane in range(WIDTH):
        a, b = p - x[lane], q - y[lane]
        squares[lane] = a * a + b * b
    for axis in range(2, len(query), 2):
        p, q, x, y = query[axis], query[axis + 1], coordinates[axis], coordinates[axis + 1]
        for lane in range(WIDTH):
            a, b = p - x[lane], q - y[lane]
            squares[lane] = squares[lane] + a * a + b * b
    meets = 0
    for lane in range(WIDTH):
        room = reach[0] - values[lane]
        radius = room * reach[1]
        meets |= int((room >= 0.0) & (squares[lane] <= radius * radius))
    return meets != 0


@njit("void(f8[:, ::1], Tuple((f8[:, :, ::1], f8[:, ::1])), f8, f8[::1])", error_model="numpy", cache=True)
@no_type_check
def lower_bounds(queries, nodes, k, bounds):
    """Lower each query's bound to ``min_v values_v + k |q - v|`` where that is less; k > 0."""
    coordinates, values = nodes
    inverse, squares = (1.0 + MARGIN) / k, np.empty(WIDTH)
    for q in range(len(queries)):
        bound = bounds[q]
        for chunk in range(len(values)):
            heights = values[chunk]
            if _any_meets(queries[q], coordinates[chunk], heights, (bound, inverse), squares):
                for lane in range(WIDTH):
                    bound = min(bound, heights[lane] + k * math.sqrt(squares[lane]))
        bounds[q] = bound


@njit("i8(f8[:, ::1], Tuple((f8[:, :, ::1], f8[:, ::1])), f8, f8[::1], i8[:, ::1])", error_model="numpy", cache=True)
@no_type_check
def list_pairs(queries, nodes, k, bounds, found):
    """Write the pairs with ``values_v + k |q - v| < bounds_q`` into ``found`` as far as they fit; returns how many."""
    coordinates, values = nodes
    inverse, squares, count = (1.0 + MARGIN) / k, np.empty(WIDTH), 0
    for q in range(len(queries)):
        for chunk in range(len(values)):
            heights = values[chunk]
            if _any_meets(queries[q], coordinates[chunk], heights, (bounds[q], inverse), squares):
                for lane in range(WIDTH):
                    if heights[lane] + k * math.sqrt(squares[lane]) < bounds[q]:
                        if count < len(found):
                            found[count, 0], found[count, 1] = q, chunk * WIDTH + lane
                        count += 1
    return count
