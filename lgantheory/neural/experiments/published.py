"""What others printed for pairs of the same kind: never ours, never mixed with ours, always named as published.

Source: the tables (csv files) beside the code of Korotin, Kolesov, Burnaev, "Kantorovich strikes back!" (2022). Their
critics see fresh samples at every step, a budget of their own and networks of their own; the funnels are drawn alike,
and are not the same ones.
"""

from typing import NamedTuple


class Published(NamedTuple):
    """Scores of one method: cosine, mean squared difference of gradients, W1; None where the number is not at hand."""

    dimension: int
    funnels: int
    method: str
    cosine: float | None = None
    l2: float | None = None
    w1: float | None = None
    w1_true: float | None = None


OURS = {"wgan": "clipping", "gp": "gp", "lp": "lp", "sn": "spectral_norm", "sortout": "groupsort", "dot": "exact"}
"""Which of our methods a published name comes nearest to; "dot" is optimal transport between batches."""

_COSINES = {
    (2, 4): {"wgan": 0.072, "gp": 0.845, "lp": 0.818, "sn": 0.213, "sortout": 0.773, "dot": 0.859},
    (8, 16): {"wgan": 0.214, "gp": 0.925, "lp": 0.925, "sn": 0.261, "sortout": 0.754, "dot": 0.474},
    (16, 16): {"wgan": 0.240, "gp": 0.913, "lp": 0.921, "sn": 0.254, "sortout": 0.850, "dot": 0.116},
    (32, 16): {"wgan": 0.205, "gp": 0.898, "lp": 0.899, "sn": 0.215, "sortout": 0.941, "dot": -0.134},
    (64, 64): {"wgan": 0.130, "gp": 0.606, "lp": 0.598, "sn": 0.118, "sortout": 0.834, "dot": -0.262},
    (128, 4): {"wgan": 0.362, "gp": 0.923, "lp": 0.926, "sn": 0.370, "sortout": 0.931, "dot": -0.350},
}
_L2 = {
    (2, 4): {"gp": 0.088, "dot": 0.162, "wgan": 0.849, "lp": 0.171, "sn": 0.738, "sortout": 0.213},
    (16, 16): {"gp": 0.205, "lp": 0.187, "sortout": 0.280, "dot": 1.77},
}
_W1 = {
    (2, 4): {"gp": 0.857, "dot": 0.820, "wgan": 0.031, "lp": 0.885, "sn": 0.152, "sortout": 0.760},
    (16, 16): {"gp": 1.81, "sortout": 1.46, "dot": 4.04},
    (64, 64): {"gp": 0.814, "sortout": 1.08, "dot": 12.1},
    (128, 4): {"gp": 1.14, "lp": 1.14, "sortout": 1.05, "wgan": 9.44, "dot": 18.9},
}
_TRUE = {(2, 4): 0.817, (16, 16): 1.74, (64, 64): 1.32, (128, 4): 1.14}


def published(dimension: int, funnels: int) -> list[Published]:
    """The rows of that dimension and number of funnels; none where nothing was printed."""
    key = (dimension, funnels)
    return [
        Published(*key, name, cosine, _L2.get(key, {}).get(name), _W1.get(key, {}).get(name), _TRUE.get(key))
        for name, cosine in _COSINES.get(key, {}).items()
    ]
