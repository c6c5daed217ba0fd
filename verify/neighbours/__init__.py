"""Neighbouring theorems: what the literature around Lipschitz GANs proves about training, penalties and samples.

Each file decides one statement on instances that are exact: rational matrices, orbits in ball arithmetic, finite sums.

=======================  ==============================================================================================
training                 what is decided
=======================  ==============================================================================================
``dirac_gan``            eigenvalues of the Dirac-GAN at its equilibrium, for every regulariser, and critical strengths
``simultaneous``         simultaneous gradient descent leaves the equilibrium at every step size
``alternating``          alternating gradient descent stays on the unit circle up to a step, and leaves it above
``r1_steps``             with R1 the two gradient descents contract between two strengths that are told
``continuous_ns``        the non-saturating flow comes in like 8 / t, the minimax flow not at all
``bilinear``             gradient descent, extragradient and optimism on the bilinear game
``spectra``              the step below which gradient descent contracts: 2 |Re| / |.|^2
``two_time_scales``      a faster discriminator keeps the Dirac-GAN with R1 stable
``full_rank``            full rank and a curved discriminator make the equilibrium attract
``clipping_orbit``       weight clipping keeps the Dirac-GAN outside a circle for ever
``wgan_gp_orbit``        a penalty towards slope g0 has no equilibrium and a spurious point of rest
``consensus_gradient``   the gradient of half the squared field, and a half too many in public code
=======================  ==============================================================================================

=======================  ==============================================================================================
penalties and critics    what is decided
=======================  ==============================================================================================
``unit_gradient``        a Wasserstein critic has slope one on the segments of the optimal coupling, not on others
``two_sided_penalty``    the two-sided penalty charges Wasserstein critics, and forces slope one where P = Q
``penalty_bias``         what the two-sided penalty makes of the Wasserstein distance of two points
``mean_square_slope``    the mean square slope of joining segments bounded by one is enough for W1
``minfunnel``            samples moved along the rays of a funnel have a W1 that is known
``moment_matching``      a linear critic under clipping compares moments, and nothing else
``few_points``           a critic with k features takes k + 1 points for the law
=======================  ==============================================================================================

=======================  ==============================================================================================
distances and samples    what is decided
=======================  ==============================================================================================
``minibatch_bias``       W1 between batches is biased upwards, and what it is for the uniform law
``prefers_mean``         in high dimension a batch is nearer to the mean than to another batch
``biased_gradients``     sample gradients of W1 are biased, those of the Cramér distance are not
``inf_convolution``      KL relaxed by W1 cuts the slope of the optimal critic
``perfect_critic``       disjoint supports admit a perfect discriminator without a gradient
``vanishing_gradient``   near such a discriminator the minimax generator learns nothing
``noise_bound``          W1 bounded by what noise adds and by the Jensen-Shannon divergence after it
``order_of_distances``   KL bounds TV, TV and JS bound each other, TV bounds W1; no arrow turns back
``cauchy``               the ratio of two centred normal numbers is a Cauchy number, without a mean
``principal_component``  the generator of rank one nearest to a normal law in W2 is its principal component
=======================  ==============================================================================================

Shared here are ``diracs`` (the Dirac-GAN in ball arithmetic), ``flows`` (its flow in proved steps), ``matrices`` (exact
tests of stability) and ``lines`` (measures on the line in rational numbers).
"""
