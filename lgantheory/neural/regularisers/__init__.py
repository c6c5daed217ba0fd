"""What makes a critic Lipschitz, or tries to: one file each, found by scanning this folder.

===============  =========================================================  ==================================
name             added to the minimised objective                           slopes, or what else, are taken
===============  =========================================================  ==================================
none             nothing
clipping         nothing; weights are cut to [-c, c]
spectral_norm    nothing; each layer is divided by its norm
gp               lam E (s - 1)^2                                            between real and fake samples
lp               lam E max(0, s - 1)^2                                      likewise
zero_centred     lam E s^2                                                  likewise
maxgp            lam max s^2, the penalty of an LGAN                        likewise, and at past steepest points
maxal            lam c^2 + mu c, c = max s - 1, mu updated                  likewise
swgan            lam E max(0, Omega - 1)^2, Omega = mean of s^2 on a pair   K points for each pair
dragan           lam E (s - 1)^2                                            around real samples
r1, r2           gamma/2 E s^2                                              at real samples, at fake samples
alr              lam E max(0, q - 1)^2                                      quotients q in adversarial directions
===============  =========================================================  ==================================
"""

from lgantheory.neural.regularisers.catalogue import get_regulariser, list_regularisers
from lgantheory.neural.regularisers.regulariser import Batches, Regulariser, interpolates

__all__ = ["Batches", "Regulariser", "get_regulariser", "interpolates", "list_regularisers"]
