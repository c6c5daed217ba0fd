"""Spectral norms of linear layers, rounded up: exact for matrices and circular convolutions, bounds with zero padding.

A convolution on a torus is block diagonal in the Fourier basis, one block for each frequency. With zero padding it is a
compression of the one on a torus that holds the padded image: zeros are put in, and some outputs are left out, and
neither makes a norm larger. A stride s keeps every s-th output; in the Fourier basis it adds the s^2 blocks of the
frequencies that become one, side by side, over s.

Source: Sedghi, Gupta, Long, "The singular values of convolutional layers" (ICLR 2019), Theorem 6, for the torus.
"""

import math

import numpy as np

from lgantheory.arrays import Array

# A singular value is computed up to a few units in the last place times the size of its matrix; this many are added.
UNITS = 64.0 * float(np.finfo(float).eps)

# Above so many multiplications a singular value decomposition takes seconds; a bound by repeated squaring then serves.
WORK = 2e9

# Squarings of that bound. Each halves the exponent of what it overestimates by: with n columns at most n^(1 / 2^(q+1)).
SQUARINGS = 7


def matrix_norm(matrix: Array) -> float:
    """The largest singular value of a matrix (rows, columns), or of any of a stack of them, rounded up."""
    rows, columns = matrix.shape[-2:]
    if matrix.size == 0:
        return 0.0
    if matrix.size * min(rows, columns) <= WORK:
        largest = float(np.linalg.svd(matrix, compute_uv=False).max())
    else:
        largest = _by_squaring(matrix)
    return largest * (1.0 + UNITS * max(rows, columns))


def _by_squaring(matrix: Array) -> float:
    """``|A| <= |G^(2^q)|_F^(1/2^(q+1))`` with G the Gram matrix, scaled before each squaring so that nothing overflows.

    Source: Delattre et al., "Efficient bound of Lipschitz constant for convolutional layers by Gram iteration" (2023).
    """
    tall = matrix if matrix.shape[-2] >= matrix.shape[-1] else matrix.swapaxes(-1, -2).conj()
    gram, log, power = tall.swapaxes(-1, -2).conj() @ tall, 0.0, 0.5
    for _ in range(SQUARINGS):
        size = np.linalg.norm(gram, axis=(-2, -1), keepdims=True)
        size = np.where(size > 0.0, size, 1.0)
        log, power = log + power * np.log(size), 0.5 * power
        gram = (gram / size) @ (gram / size)
    with np.errstate(divide="ignore"):
        log = log + power * np.log(np.linalg.norm(gram, axis=(-2, -1), keepdims=True))
    return float(np.exp(log).max())


def convolution_norm(
    weight: Array, torus: tuple[int, ...], *, stride: tuple[int, int], dilation: tuple[int, int], groups: int
) -> float:
    """Bound of the norm of a two-dimensional convolution, exact where the image is the torus itself.

    Args:
        weight: (out, in / groups, height, width), as torch stores it.
        torus: height and width of the image with its padding; enlarged to hold the kernel and to divide by the stride.
    """
    reach = [dilation[i] * (weight.shape[2 + i] - 1) + 1 for i in range(2)]
    sizes = [stride[i] * math.ceil(max(torus[i], reach[i]) / stride[i]) for i in range(2)]
    spaced = np.zeros((*weight.shape[:2], *reach))
    spaced[:, :, :: dilation[0], :: dilation[1]] = weight
    symbol = np.fft.fft2(spaced, s=sizes).transpose(2, 3, 0, 1)
    (s, t), (height, width) = stride, sizes
    blocks = symbol.reshape(s, height // s, t, width // t, *weight.shape[:2]).transpose(1, 3, 4, 0, 2, 5)
    blocks = blocks.reshape(height // s, width // t, len(weight), -1) / math.sqrt(s * t)
    return max(matrix_norm(part) for part in np.split(blocks, groups, axis=2))
