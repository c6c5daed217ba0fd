"""Decided here: how smooth and how stable a GAN's objective is, as a talk on the stability of GANs has it.

| file | statement |
|---|---|
| ``descent`` | gradient descent with step 1/L: the squared gradients sum to at most 2 L (f(x_0) - inf f) |
| ``smoothness`` | L = alpha B + beta1 A2^2 + beta2 A1^2; with first moments alone, as printed, it is false |
| ``lipschitz_d1``, ``smooth_d2``, ``continuous_d3`` | which GANs' optimal discriminators meet (D1), (D2), (D3) |
| ``first_variation`` | the optimal discriminator is a subgradient of J in mu |
| ``inf_convolution`` | JSD with alpha W1: primal = dual, and the optimal phi has the slope min(alpha, its own) |
| ``moreau_yosida`` | JSD with MMD^2 / (2 lam): primal = dual, beta2 = 1 / (lam s^2) |
| ``two_cycle``, ``adam`` | W1 between points, and Adam: descent that goes to and fro for ever |
| ``activations``, ``deep_critic``, ``bounded_critic`` | which slopes turn at a bounded rate; what a sigmoid costs |
| ``algorithm`` | Algorithm 1 put right: number of steps, where the noise comes from, the missing constraint |
| ``mixture``, ``tanh_range`` | the data of Figure 3, and how close a generator that ends in tanh can come to them |
| ``accuracy``, ``ks_pvalue`` | two measures of success that are none |

Shared: ``atoms`` (exact measures on the line, W1), ``discriminators`` (Phi_mu with derivatives), ``generators``
(f_theta and J with their constants), ``written`` (instances that are not drawn).
"""
