"""How often the sides of an image can be halved, and what convolutional networks make of it."""

from typing import NamedTuple

from lgantheory.errors import InvalidParameter
from lgantheory.neural.networks.catalogue import require_shape

# Strided convolutions stop here: 32 -> 16 -> 8 -> 4, 28 -> 14 -> 7, 8 -> 4.
SMALLEST = 4


class Sizes(NamedTuple):
    """``halvings`` lead from (height, width) to (small_height, small_width)."""

    channels: int
    height: int
    width: int
    halvings: int

    def small(self, halvings: int) -> tuple[int, int]:
        """Both sides after so many halvings."""
        return self.height >> halvings, self.width >> halvings


def image_sizes(shape: tuple[int, ...]) -> Sizes:
    """The sizes of images (channels, height, width).

    Raises:
        InvalidParameter: it is no image, or one whose sides cannot both be halved once and keep 4 pixels.
    """
    if len(require_shape(shape)) != 3:
        raise InvalidParameter(
            f"got samples of shape {shape}; a convolutional network needs images (channels, height, width). "
            "Use 'mlp' for points."
        )
    channels, height, width = shape
    halvings = 0
    while _halves(height >> halvings) and _halves(width >> halvings):
        halvings += 1
    if not halvings:
        raise InvalidParameter(
            f"got images of {height} x {width} pixels; needed even sides of at least {2 * SMALLEST}. "
            "Pad or crop them, or use 'mlp'."
        )
    return Sizes(channels, height, width, halvings)


def _halves(side: int) -> bool:
    return side % 2 == 0 and side // 2 >= SMALLEST
