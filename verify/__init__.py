"""One file per statement: ``python -m verify`` decides them all, ``python -m verify.theorem1`` one of them.

Each file defines ``CLAIM`` (what is true, expected HOLDS) and may define ``AS_PRINTED``: a tuple of claims that a
source states wrongly (expected REFUTED). Files are found by scanning this folder. Shared here are ``instances`` (seeded
problems), ``evidence`` (error bars that several statements need) and ``command`` (the command line).
"""
