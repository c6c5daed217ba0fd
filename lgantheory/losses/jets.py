"""First and second derivative of a loss function at one number, for compiled solvers.

A kernel compiled by numba is given the two functions of the loss as arguments, so there is one compiled kernel for all
losses. Every function has the form ``(t, code, work) -> (f'(t), f''(t))``: a named loss brings one of its own
(``LossFunction.scalar_jet``), and any other formula is a tape in ``code`` and ``work``, which the same machine runs
(``lgantheory.symbolic.tapes``). All that a kernel takes are numbers, the address of the function and those of the two
arrays, because numba spends thirteen microseconds on every function object that it is given::

    from numba import njit, types
    from lgantheory.losses.jets import function_at  # loads numba

    @njit(types.float64(types.intp, types.float64, types.intp, types.intp, types.float64), cache=True)
    def newton_step(address, sign, code, work, t):
        function = function_at(address)
        slope, bend = function(sign * t, code, work)
        return t - sign * slope / bend

    jet = jet_of(get_loss("softplus").real)
    newton_step(*jet.arguments, 0.5)

Inside, ``function`` may be handed on to other compiled functions, as an argument of type ``JET``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np

from lgantheory.arrays import Indices, Values
from lgantheory.losses.loss import LossFunction


@dataclass(frozen=True, eq=False)
class Jet:
    """How compiled code computes ``f'(t) = sign * function(sign * t)[0]`` and ``f''(t) = function(sign * t)[1]``.

    ``code`` is (s, 3) and ``work`` (r, 4), both without rows for named losses, but for the margin of least squares.
    Kernels know them by address: keep the jet for as long as its ``arguments`` are in use. ``work`` is scratch: one
    thread at a time may use it. Named losses are accurate to a few units in the last place for all finite ``t``, both
    derivatives never below 0 on the fake side where that is so; a tape is as accurate as its formula (``tapes``). At a
    kink ``f'`` is the left derivative.
    """

    function: Any
    sign: float
    code: Indices
    work: Values

    @cached_property
    def arguments(self) -> tuple[int, float, int, int]:
        """What a kernel is given: the address of the function, the sign, the addresses of ``code`` and of ``work``."""
        return self.function.address, self.sign, self.code.ctypes.data, self.work.ctypes.data


@lru_cache(maxsize=512)
def jet_of(function: LossFunction) -> Jet:
    """The jet of a loss function: of its own ``scalar_jet``, else of the tape of its expression.

    One jet for equal functions. The first one of a kind compiles, for a tenth of a second (a second for tapes), unless
    numba kept it on disk.
    """
    own = function.scalar_jet
    if own is None:
        return jet_of_tape(function.expression)
    work = np.zeros((1, 4) if own.parameters else (0, 4))
    work[:, : len(own.parameters)] = own.parameters
    return Jet(_compiled(own.function), own.sign, np.zeros((0, 3), dtype=np.int64), work)


def jet_of_tape(expression: Any) -> Jet:
    """The jet of any expression in the grammar of ``symbolic.expressions``, run by the machine for tapes."""
    from lgantheory.symbolic.tapes import machine, tape_of

    code, work = tape_of(expression)
    return Jet(_compiled(machine), 1.0, code, work)


@cache
def _compiled(function: Callable[..., Any]) -> Any:
    """A numba ``cfunc``, from the disk if it has been compiled before, and kept there if a folder can be written."""
    from numba import cfunc

    from lgantheory.symbolic.tapes import SIGNATURE

    try:
        return cfunc(SIGNATURE, cache=True, error_model="numpy")(function)
    except RuntimeError:  # numba's way to say that neither the folder of the module nor one of the user is writable
        return cfunc(SIGNATURE, error_model="numpy")(function)


def __getattr__(name: str) -> Any:
    """``function_at`` and ``JET``, the type of what it returns: made when asked for, since they need numba."""
    if name not in ("JET", "function_at"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from lgantheory.symbolic import tapes

    return getattr(tapes, name)
