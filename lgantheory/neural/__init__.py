"""Neural critics and GANs, measured against the exact optimum. The only folder that imports torch.

===============  ====================================================================================================
room             what is in it
===============  ====================================================================================================
``objective``    the critic's loss, slopes and charge in one fused pass
``regularisers`` every way to bound or charge a critic's slope, one file each
``networks``     critics and generators, one file each
``settings``     everything that a run depends on, and the presets of the papers' authors
``training``     critics on fixed samples; ``gan``: critics and generators together
``data``         real samples, one file for each source
``scores``       exact W1, kernel and Frechet distances between samples
``lipschitz``    bounds of a critic's Lipschitz constant from both sides
``certificates`` a critic against the exact optimum: gap, distance, directions, identities
``comparison``   methods, losses, weights and dimensions against the exact optimum, as a table
``experiments``  the experiments of the sources
===============  ====================================================================================================

Names are loaded on first use, as in ``lgantheory``: importing this package does not import torch.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
