"""The value of an f-divergence between two finitely supported measures.

Where only P has mass, ``q f(p/q)`` means its limit ``f'(oo) p``; where only Q has, ``f(0) q``; and ``0 * oo = 0``.
Leaving the first part out, as a sum over ``q > 0`` does, gives KL = 0 for measures without a common atom.
"""

import math
from typing import Any

import numpy as np

from lgantheory.arrays import Array
from lgantheory.divergences.catalogue import get_divergence
from lgantheory.divergences.divergence import FDivergence
from lgantheory.errors import InvalidMeasure
from lgantheory.measures import DiscreteMeasure, distinct_places, require_one_space


def f_divergence(divergence: str | FDivergence, p: Any, q: Any) -> float:
    """``D_f(P || Q) = sum_{q>0} q f(p/q) + f'(oo) P(q = 0)``, P the data; ``inf`` where it is infinite.

    Args:
        divergence: a name, such as ``"pearson"``, or an :class:`FDivergence`.
        p, q: two weight vectors on the same atoms, shape (m,), each summing to one; or two ``DiscreteMeasure``, of
            which points merge when they are equal to the last bit.

    Raises:
        InvalidMeasure: weights that are no probabilities, vectors of different length, a vector with a measure, or
            measures in different dimensions.

    >>> f_divergence("total_variation", [0.5, 0.5], [0.5, 0.5])
    0.0
    >>> f_divergence("kl", [1.0, 0.0], [0.0, 1.0])
    inf
    """
    row = get_divergence(divergence)
    a, b = _on_common_atoms(p, q)
    return math.fsum([row.at_one, *row.terms(a, b).tolist()])


def _on_common_atoms(p: Any, q: Any) -> tuple[Array, Array]:
    if isinstance(p, DiscreteMeasure) and isinstance(q, DiscreteMeasure):
        return _on_common_places(p, q)
    if isinstance(p, DiscreteMeasure) or isinstance(q, DiscreteMeasure):
        raise InvalidMeasure(
            "got a DiscreteMeasure and a vector of weights; needed two of a kind. "
            "Make both DiscreteMeasure(points, weights), so that the atoms are known."
        )
    a, b = _weights("p", p), _weights("q", q)
    if len(a) != len(b):
        raise InvalidMeasure(
            f"got {len(a)} weights p and {len(b)} weights q; needed one of each per atom. Give an atom that only one "
            "measure has the weight 0 in the other."
        )
    return a, b


def _weights(name: str, given: Any) -> Array:
    size = np.shape(given)[0] if np.ndim(given) == 1 else 1
    try:
        return DiscreteMeasure(np.arange(max(size, 1)), given).weights
    except InvalidMeasure as error:
        raise InvalidMeasure(f"{name}: {error}") from None


def _on_common_places(p: DiscreteMeasure, q: DiscreteMeasure) -> tuple[Array, Array]:
    require_one_space(p, q)
    (a, _), (b, _) = p.merged(), q.merged()
    places, index = distinct_places(np.concatenate([a.points, b.points]))
    weights = np.zeros((2, len(places)))
    weights[0, index[: a.size]] = a.weights
    weights[1, index[a.size :]] = b.weights
    return weights[0], weights[1]
