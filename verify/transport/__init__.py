"""Optimal transport and the critics that are meant to measure it: statements of the lecture's second half.

==================  ================================================================================================
file                statement
==================  ================================================================================================
earth_mover         a plan with the marginals, its cost on the line, and a potential that proves it least
kr_duality          the earth mover's distance is a maximum over 1-Lipschitz critics, cross pairs being enough
continuity          W1 follows a translation continuously; JSD, TV and KL jump
gradient_bound      1-Lipschitz means gradients of norm at most one, on convex domains
weight_clipping     what clipped critics can reach: c times the difference of means; slope c^L n^(L-1)
spectral            the product of layer norms bounds the Lipschitz constant; power iteration falls short of the norm
least_squares       LSGAN's critic and the value half the triangular discrimination
energy_based        EBGAN's critic loss is m (1 - TV); the generator rests on constant energies alone
loss_sensitive      a margin is all that the loss-sensitive critic's margin term wants; slopes nu
hinge_exponential   hinge loss 2 (1 - TV), exponential loss twice the Bhattacharyya coefficient
==================  ================================================================================================

``piles`` holds integer masses on a lattice with their exact linear programs, ``weights`` pairs of exact distributions.
"""
