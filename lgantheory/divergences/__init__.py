"""f-divergences: distances between distributions that a discriminator can estimate without their densities.

==========================================  =========================================
one convex function, and what follows        ``divergence`` (FDivergence)
the named ones, one file each               ``kl``, ``pearson``, ... found by ``catalogue``
the value on finite supports                ``discrete`` (f_divergence)
==========================================  =========================================

The names and generators are those of the lecture's table. Three of its rows come out differently here, because its
integrals do not belong to its generators: ``pearson`` divides by q, ``neyman`` by p, and ``jensen_shannon`` is twice
the Jensen-Shannon divergence JSD, which is ``jensen_shannon_weighted`` at its default weight 1/2. See
``verify/fdivergences``, where every row is decided.

To add one, write ``lgantheory/divergences/<name>.py`` with a ``DIVERGENCE``; nothing else changes.
"""

from lgantheory.divergences.catalogue import get_divergence, list_divergences
from lgantheory.divergences.discrete import f_divergence
from lgantheory.divergences.divergence import FDivergence

__all__ = ["FDivergence", "f_divergence", "get_divergence", "list_divergences"]
