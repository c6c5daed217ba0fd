"""The classical theory of GANs: likelihood, the optimal discriminator, Jensen and Shannon, and what training does.

Everything is decided on finite measures with rational weights, by ball arithmetic, or on Gaussians by rigorous
quadrature; D is the probability that a point is real, P the data and Q = P_G the generated measure.

| file | decides |
| --- | --- |
| ``likelihood`` | the most likely model is the one of least KL(P, P_G) |
| ``covering`` | forward KL covers two modes, reverse KL has a minimum near each and one between them |
| ``optimal_discriminator`` | D* = p / (p + q), and where it is strictly inside (0, 1) |
| ``value`` | V(G, D*) = -2 log 2 + 2 JSD |
| ``disjoint`` | JSD is log 2 on disjoint supports, whatever their distance; bounds by total variation |
| ``danskin`` | the derivative of a maximum, and of V along the optimal discriminators |
| ``frozen_step`` | one generator step against a frozen discriminator |
| ``saturation`` | minimax and non-saturating gradients on the logit |
| ``nonsaturating`` | what the non-saturating generator descends |
| ``restricted`` | fewer discriminators give less, fewer samples give more |
| ``cross_entropy`` | training D is minimising cross-entropy |
| ``diverging_critic`` | a critic without a constraint diverges |
| ``wgan_step`` | the objectives of the WGAN algorithm are differences of means |

Shared: ``measures`` (weights and divergences), ``curves`` (derivatives along curves of measures), ``gaussians``
(expectations with proved tails), ``proofs`` (identities that sympy proves).
"""
