"""Array types with axis letters, used in every signature of the library.

=====  =============================================================
n      fake points (support of P_g)
m      real points (support of P_r)
N      all support points, fake first, then real: N = n + m
d      dimension of the space
p      points at which something is asked, not necessarily support points
=====  =============================================================

Axes named in a signature are checked while the tests run (jaxtyping with beartype), and cost nothing otherwise.
"""

import numpy as np
from jaxtyping import Bool, Float, Int

Array = np.ndarray

FakePoints = Float[Array, "n d"]
RealPoints = Float[Array, "m d"]
SupportPoints = Float[Array, "N d"]
QueryPoints = Float[Array, "p d"]

FakeValues = Float[Array, "n"]
RealValues = Float[Array, "m"]
SupportValues = Float[Array, "N"]
QueryValues = Float[Array, "p"]

Distances = Float[Array, "n m"]
Values = Float[Array, "..."]
Indices = Int[Array, "..."]
Mask = Bool[Array, "..."]
