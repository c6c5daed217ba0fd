"""What each Lipschitz regulariser makes of the smallest problem there is: a real point at distance d of a fake one.

With one real point d and one fake point 0 the distance W1 is d, and a critic counts by its slopes s(x) on [0, d] alone.
The best slope and the value ``max f(d) - f(0) - charge`` show what a regulariser does to W1; all are decided in exact
rational arithmetic, against rival critics and against a remainder that proves the bound.

====================  ==============================================================================================
file                  statement
====================  ==============================================================================================
hard                  slopes bounded by K give K d: hard constraint, spectral norm, clipping of a linear critic
around_one            (|s| - 1)^2 and its one-sided form: slope 1 + d / 2 lam, value d + d^2 / 4 lam
around_zero           mean and largest squared slope: slope d / 2 lam, value d^2 / 4 lam
unsquared_hinge       the unsquared hinge: unbounded, flat or exact as lam is below, at or above d
augmented_lagrangian  multiplier steps: the slope tends to 1 geometrically
sobolev               mean squared slope within one: the slope solves d = 4 lam s (s^2 - 1)
at_the_points         R1, R2, ALP, DRAGAN look near the points: closed forms for linear critics, no bound for others
consistency           the consistency term of CT takes nothing from a critic without noise at the real points
====================  ==============================================================================================

``two_diracs`` holds the problem and what is checked of every charge.
"""
