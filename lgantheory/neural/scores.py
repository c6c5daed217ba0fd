"""How close generated samples are to real ones: numbers, with what two real samples of the same size would get beside.

Samples are arrays or tensors (n, ...); whatever is behind the first axis is flattened. Nothing here is an Inception
score unless the user brings the Inception weights: see `inception_scores`.
"""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lgantheory.arrays import Array, FakePoints, RealPoints, Values
from lgantheory.errors import InvalidMeasure, InvalidParameter
from lgantheory.files.opening import refuse
from lgantheory.funnels import Estimate
from lgantheory.neural.data.pixels import to_bytes
from lgantheory.solvers.transport import wasserstein

Batch = Array | Tensor

DEGREE = 3
"""Degree of the polynomial kernel of KID."""

CHUNK = 1024
"""Rows of a kernel matrix, or images, that are held at once; arbitrary."""


def exact_w1(real: Batch, fake: Batch) -> float:
    """W1 between the two samples in the Euclidean distance, exact: the value of an optimal transport plan.

    Two samples of one population have a positive W1, which falls slowly with n in high dimension: compare with that.

    Raises:
        InvalidMeasure: other shapes, or numbers that are not finite.
    """
    return wasserstein(*_pair(real, fake)).value


def kid(real: Batch, fake: Batch, *, rng: np.random.Generator, blocks: int = 10) -> Estimate:
    """Squared maximum mean discrepancy, unbiased, with the kernel ``k(x, y) = (x.y / d + 1)^3``.

        1/(n (n-1)) sum_{i != j} [k(x_i, x_j)] + the same of y - 2/(n m) sum_{i, j} k(x_i, y_j)

    Zero in expectation for two samples of one population, so it may be negative. ``error`` is the standard error of the
    mean over ``blocks`` disjoint parts of the shuffled samples. The value itself also uses the pairs across parts, so
    that where both populations agree the error is too large, by a factor ``sqrt(blocks)``; elsewhere it is right.

    Source: Binkowski, Sutherland, Arbel, Gretton, "Demystifying MMD GANs" (2018), section 4.

    Raises:
        InvalidParameter: fewer than two blocks, or fewer than two samples of a side in one. InvalidMeasure: as
        `exact_w1`.
    """
    y, x = _pair(real, fake)
    if blocks < 2 or min(len(x), len(y)) < 2 * blocks:
        raise InvalidParameter(
            f"got {len(y)} real and {len(x)} fake samples in {blocks} blocks; needed two blocks or more with two "
            "samples of each side. Draw more samples or take fewer blocks."
        )
    parts = zip(*(np.array_split(rng.permutation(side), blocks) for side in (x, y)), strict=True)
    values = np.array([_mmd(*part) for part in parts])
    return Estimate(_mmd(x, y), float(values.std(ddof=1) / math.sqrt(blocks)))


def frechet_distance(real: Batch, fake: Batch) -> float:
    """`frechet_gaussians` of the means and the covariances (divided by n - 1) of two samples; biased upwards in n.

    Raises:
        InvalidParameter: fewer than two samples of a side. InvalidMeasure: as `exact_w1`.
    """
    sides = _pair(real, fake)
    if min(map(len, sides)) < 2:
        raise InvalidParameter("got fewer than two samples of a side; needed two or more, for a covariance.")
    (mean, covariance), (other, others) = ((s.mean(axis=0), np.atleast_2d(np.cov(s, rowvar=False))) for s in sides)
    return frechet_gaussians(mean, covariance, other, others)


def frechet_gaussians(mean: Values, covariance: Values, other: Values, others: Values) -> float:
    """Squared W2 of two Gaussians: ``|m - m'|^2 + tr C + tr C' - 2 tr (C^1/2 C' C^1/2)^1/2``.

    The last trace is the sum of the singular values of ``C^1/2 C'^1/2``, with symmetric roots: no root of a matrix that
    is not symmetric is taken, and nothing becomes complex.

    Source: Dowson and Landau, "The Frechet distance between multivariate normal distributions" (1982).
    """
    shared = np.linalg.svd(_root(covariance) @ _root(others), compute_uv=False).sum()
    gap = mean - other
    return max(0.0, float(gap @ gap + np.trace(covariance) + np.trace(others) - 2.0 * shared))


def ks_statistics(real: Batch, fake: Batch) -> Values:
    """Per coordinate, the largest difference of the two empirical distribution functions, (d,).

    Source: Kolmogorov and Smirnov; ``scipy.stats.ks_2samp``. No p-values: coordinates of a picture are not independent,
    and with enough samples every generator fails.

    Raises:
        InvalidMeasure: as `exact_w1`.
    """
    from scipy.stats import ks_2samp

    y, x = _pair(real, fake)
    statistics: list[Any] = [ks_2samp(s, t, method="asymp") for s, t in zip(x.T, y.T, strict=True)]
    return np.array([float(one.statistic) for one in statistics])


def sample_scores(
    real: Batch,
    fake: Batch,
    *,
    rng: np.random.Generator,
    most: int = 1000,
    embed: Callable[[Batch], Array] | None = None,
) -> dict[str, float]:
    """A row of scores, each with the score of real against real samples of the same number beside it.

    ``n = min(len(fake), len(real) // 2, most)`` fake samples and two disjoint sets of n real ones are drawn, so that
    both numbers of a pair have the same bias in n. Keys: ``n``, ``d``; ``w1``, ``kid``, ``kid_error``, ``ks_max``,
    ``ks_mean``; with ``embed``, such as that of `LeNet`, ``fd_lenet`` on its features; each also as ``real_...``.

    Raises:
        InvalidParameter: too few samples: n would be below 20. InvalidMeasure: as `exact_w1`.
    """
    n = min(len(fake), len(real) // 2, most)
    if n < 20:
        raise InvalidParameter(
            f"got {len(real)} real and {len(fake)} fake samples, at most {most} to be used; needed 20 fake and 40 real."
        )
    order = rng.permutation(len(real))
    first, second, made = real[order[:n]], real[order[n : 2 * n]], fake[rng.permutation(len(fake))[:n]]
    seed = int(rng.integers(2**32))
    row = {"n": float(n), "d": float(math.prod(real.shape[1:]))}
    for prefix, other in (("", made), ("real_", second)):
        scores = _scores(first, other, np.random.default_rng(seed), embed)
        row |= {prefix + key: value for key, value in scores.items()}
    return row


def inception_scores(real: Batch, fake: Batch, weights: str | Path, *, device: str = "cpu") -> dict[str, float]:
    """FID and IS of images (n, 3, h, w) in [-1, 1], by torchmetrics with the user's Inception weights.

    Args:
        real: images; fake: images.
        weights: torch-fidelity's file ``pt_inception-2015-12-05-6726825d.pth``. Nothing is downloaded, and a file that
            holds anything but tensors is refused before it is handed on.
        device: where the network runs.

    Source: Heusel et al. (2017); Salimans et al. (2016). FID takes tens of thousands of images to mean anything.

    Raises:
        InvalidParameter: torchmetrics or torch-fidelity is missing, or the images have not three channels.
        UnreadableFile: no such weights, or a file that is none.
    """
    place = Path(weights)
    if not place.is_file():
        refuse(place, "got no such file; needed the Inception weights of torch-fidelity, which are not shipped here.")
    if real.ndim != 4 or fake.ndim != 4 or real.shape[1] != 3 or fake.shape[1] != 3:
        raise InvalidParameter(
            f"got images of shapes {tuple(real.shape)} and {tuple(fake.shape)}; needed (n, 3, h, w), three colours."
        )
    try:
        from torchmetrics.image import fid, inception  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise InvalidParameter(
            f"got no torchmetrics ({error}); needed it for FID and IS: pip install torchmetrics torch-fidelity"
        ) from None
    _require_weights(place)
    distance = fid.FrechetInceptionDistance(feature_extractor_weights_path=str(place)).to(device)
    network = fid.NoTrainInceptionV3("inception-v3-compat", ["logits_unbiased"], str(place))
    score = inception.InceptionScore(feature=network).to(device)
    for images, is_real in ((real, True), (fake, False)):
        for chunk in torch.from_numpy(to_bytes(_array(images))).split(CHUNK):
            distance.update(chunk.to(device), real=is_real)
            if not is_real:
                score.update(chunk.to(device))
    mean, spread = score.compute()
    return {"fid": float(distance.compute()), "is": float(mean), "is_split_std": float(spread)}


def _require_weights(place: Path) -> None:
    """Refuse what is not a table of tensors; objects that would run code are not opened."""
    try:
        found = torch.load(place, map_location="cpu", weights_only=True)
    except Exception as error:  # noqa: BLE001  # a foreign file fails in any of the zip, pickle and tensor parsers
        reason = " ".join(str(error).split())[:100] or type(error).__name__
        refuse(place, f"got a file that is damaged or holds more than tensors ({reason}); needed Inception weights.")
    if not isinstance(found, dict) or not found or not all(isinstance(value, Tensor) for value in found.values()):
        refuse(place, "got a file without a table of tensors; needed Inception weights.")


def _scores(
    real: Batch, fake: Batch, rng: np.random.Generator, embed: Callable[[Batch], Array] | None
) -> dict[str, float]:
    apart, ks = kid(real, fake, rng=rng), ks_statistics(real, fake)
    row = {
        "w1": exact_w1(real, fake),
        "kid": apart.value,
        "kid_error": apart.error,
        "ks_max": float(ks.max()),
        "ks_mean": float(ks.mean()),
    }
    return row if embed is None else {**row, "fd_lenet": frechet_distance(embed(real), embed(fake))}


def _mmd(x: Array, y: Array) -> float:
    n, m, d = len(x), len(y), x.shape[1]
    own = [_kernel_sum(s, s, d) - float((((s * s).sum(axis=1) / d + 1.0) ** DEGREE).sum()) for s in (x, y)]
    return own[0] / (n * (n - 1)) + own[1] / (m * (m - 1)) - 2.0 * _kernel_sum(x, y, d) / (n * m)


def _kernel_sum(x: Array, y: Array, d: int) -> float:
    return math.fsum(float(((x[i : i + CHUNK] @ y.T / d + 1.0) ** DEGREE).sum()) for i in range(0, len(x), CHUNK))


def _root(covariance: Array) -> Array:
    """The symmetric root; eigenvalues below zero, which rounding makes, count as zero."""
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T


def _pair(real: Batch, fake: Batch) -> tuple[RealPoints, FakePoints]:
    y, x = (_array(side).astype(np.float64) for side in (real, fake))
    if y.ndim < 1 or y.shape[1:] != x.shape[1:] or not (y.size and x.size):
        raise InvalidMeasure(
            f"got real samples of shape {y.shape} and fake ones of shape {x.shape}; needed (m, ...) and (n, ...), at "
            "least one of each and the same behind the first axis."
        )
    if not (np.isfinite(y).all() and np.isfinite(x).all()):
        raise InvalidMeasure("got samples that are not finite; needed finite numbers. The generator has diverged.")
    return y.reshape(len(y), -1), x.reshape(len(x), -1)


def _array(samples: Batch) -> Array:
    return samples.detach().cpu().double().numpy() if isinstance(samples, Tensor) else samples
