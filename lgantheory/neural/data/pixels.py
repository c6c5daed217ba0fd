"""Pixels of 0 to 255 and samples of -1 to 1: ``(v - 127.5) / 127.5`` and back."""

import numpy as np
from jaxtyping import Float, UInt8

from lgantheory.arrays import Array

SCALING = "scaled to [-1, 1] by (v - 127.5) / 127.5"


def from_bytes(pixels: UInt8[Array, "..."]) -> Float[Array, "..."]:
    """Samples of -1 to 1, float32."""
    return (pixels.astype(np.float32) - 127.5) / 127.5


def to_bytes(samples: Float[Array, "..."]) -> UInt8[Array, "..."]:
    """The nearest pixels; samples outside [-1, 1] are cut off there."""
    return np.clip(np.rint(samples * 127.5 + 127.5), 0.0, 255.0).astype(np.uint8)
