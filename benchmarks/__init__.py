"""How fast the exact solver is, against what else computes anything like it: ``python -m benchmarks``.

Each file of this folder with a ``BENCHMARK`` is one question. What they share:

=============  =====================================================================================================
points         the samples that are measured on, each made anew from a few words and a seed
contenders     what is timed: our solver and its rivals, each a call that does the work and returns its duality gap
plans          what a benchmark is made of, and at which scales
measuring      rounds in which all contenders take their turn, in this process or each in a fresh one of its own
rows           one line of a result, and its csv file; a ratio exists only where the certificate holds
targets        what was set out to be reached, and which rows reach it
runs           the benchmarks asked for, one after the other
presentation   tables for the terminal; ``digest`` makes those of the README, ``picture`` draws
=============  =====================================================================================================

A time without a certificate says nothing: a solver that stops early is fast. Every row therefore carries the relative
gap that ``problem.certify`` recomputed, and a row without a proof is UNCERTIFIED, has no ratio and fails the run.
"""
