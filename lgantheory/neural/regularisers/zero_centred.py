"""The zero-centred gradient penalty: the mean of the squared slopes."""

from typing import ClassVar

from torch import Tensor

from lgantheory.neural.regularisers.between import Between
from lgantheory.neural.regularisers.options import Number


class ZeroCentred(Between):
    """``lam E |grad f|^2`` between real and fake samples.

    Two Diracs at distance d, loss t: the slope is ``d / (2 lam)`` and the objective ``-d^2 / (4 lam)``, as for MaxGP.
    Elsewhere they differ: a mean bounds no maximum, so that this is not the penalty of an LGAN.

    Source: variant "cp" in the code of the LGAN paper's authors. No source fixes lam: 0.1 is what MaxGP has, so that
    the two can be compared.
    """

    name: ClassVar[str] = "zero_centred"
    source: ClassVar[str] = "LGAN authors' code, variant 'cp'; lam as for maxgp"
    target: ClassVar[str] = "penalty"

    def __init__(self, *, lam: Number = 0.1) -> None:
        super().__init__(lam=lam)

    def charge(self, slopes: Tensor) -> Tensor:
        """``lam mean s^2``."""
        return self.lam * slopes.square().mean()


REGULARISER = ZeroCentred
