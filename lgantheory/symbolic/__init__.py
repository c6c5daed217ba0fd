"""Loss functions as text, as exact expressions, and as proofs.

Three questions, one module each. *What did the user write?* ``expressions`` reads text into an exact sympy expression
in one real variable. *How is it computed?* ``compiled`` turns the expression into float64 functions, and ``conjugates``
into its Fenchel conjugate. *Is it increasing, convex, balanced?* ``proofs`` decides the sign of an expression on the
whole real line, with ``covers`` (enclosures on bounded pieces) and ``tails`` (expansions at infinity) below it.

Nothing here knows what a discriminator is; nothing here executes text.
"""

import sympy

T = sympy.Symbol("t", real=True)
"""The one variable of every loss."""
