"""Critics and generators: one file each, found by scanning this folder.

=========  =======================================  ============================================================
name       maps                                     what it is
=========  =======================================  ============================================================
linear     critics of any shape                     ``w x + b``
mlp        critics and generators of any shape      equal hidden layers, one activation
groupsort  critics of any shape                     1-Lipschitz: orthonormal layers, GroupSort2 between them
dcgan      critics and generators of images         strided convolutions
resnet     critics and generators of images         residual blocks, as in WGAN-GP and the LGAN paper
=========  =======================================  ============================================================

A critic maps (b, *shape) to (b,) and has no batch normalisation, under which f(x) would depend on the rest of its batch
and have no slope of its own. A generator maps (b, latent) to (b, *shape).
"""

from lgantheory.neural.networks.catalogue import get_generator, get_network, list_generators, list_networks

__all__ = ["get_generator", "get_network", "list_generators", "list_networks"]
