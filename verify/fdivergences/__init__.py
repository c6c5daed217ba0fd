"""f-divergences: whether the two tables of the lecture, row by row, say what they should, and where.

================  ==================================================================================================
``generators``    convex, f(1) = 0, and what follows: D_f >= 0, = 0 only at P = Q, f + c (u - 1) the same
``conjugates``    the table of f*, on which t it is right, and f** = f
``integrals``     the printed integral is the D_f of the printed generator (three rows are not)
``singular``      the part where q = 0, and the value on measures without common atoms
``duals``         what exchanging P and Q does to a generator
``variational``   E_P T - E_Q f*(T) <= D_f for every critic T, with equality at f'(p/q); Donsker-Varadhan is tighter
``gan_row``       with T = log D the row of the GAN is V(G, D)
================  ==================================================================================================

Shared: ``rows`` (the tables, in any arithmetic), ``pairs`` (measures with rational weights, and sums over them as
balls), ``suprema`` (the supremum of a concave function, enclosed), ``proofs`` (identities by sympy).
"""
