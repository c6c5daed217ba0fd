"""LGANs beyond the four theorems: what lam does, what the objective measures, and where the readings go too far.

=====================  ==============================================================================================
file                   what is decided
=====================  ==============================================================================================
adding_losses          which sums, multiples, shifts and rescalings of losses keep assumption (A)
weakly_increasing      flat at the balance point: no loss can do without phi' > 0 there
penalty_forms          which penalties keep P_r = P_g the only equilibrium: k* = 0 iff c W1 <= p'(0)
extension              McShane: the program on the supports is the problem over all functions
duality                every pair of densities bounds J* from below, the optimal flow attains it
scaling                similarities change J* and k* in one way; contractions gain nothing
slope_bounds           k* between two multiples of W1
divergence             what fake(a) + real(a) - J* is: zero only for P_r = P_g, of the order of W1^2
path                   J* along lam: concave, of slope k*^2
infinity               lam to infinity: the Wasserstein GAN, and the rate
zero                   lam to zero: the unrestricted discriminator, where there is one
far_failure            samples far apart: k* > 0, and yet it fades
noncompact             unbounded supports: first moments, and a partner lost at infinity
other_norms            Theorem 3 in other norms: dual norm k, slope k, another direction
max_slope              slopes between real and generated samples: at most k*, and k* along the flow
particle_flow          generated points moved along the flow: the divergence falls, W1 need not
sample_complexity      empirical measures: biased up, less so with every draw, 1/n at P_r = P_g
=====================  ==============================================================================================

``certified`` and ``curves`` hold what several of them need: balls around J*, k* and W1; closed forms of the losses.
"""
