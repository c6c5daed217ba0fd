r"""The Dirac-GAN at its equilibrium: eigenvalues of the players' field for each regulariser, and when they attract.

With a = f'(0), c = f''(0) and the strength gamma, the Jacobian of the field at (0, 0) has the eigenvalues

* minimax, non-saturating:                 +- i a                             (nothing attracts);
* R1, R2 (gamma / 2 E |D'|^2):             -gamma / 2 +- sqrt(gamma^2 / 4 - a^2), real from gamma = 2 a on;
* instance noise of variance gamma:        gamma c +- sqrt(gamma^2 c^2 - a^2), real from gamma = |a / c| on;
* consensus (gamma / 2 |v|^2):             -gamma a^2 +- i a, never real.

The logistic loss has a = 1/2, c = -1/4, the Wasserstein GAN a = 1, c = 0. The flow attracts exactly if all real parts
are negative: with R1 and consensus for each gamma > 0 where a != 0, with noise where c < 0 besides.

Two routes: the eigenvalues above; and the field, derived by sympy from the players' losses and regularisers, its
Jacobian at the origin as a rational matrix, its characteristic roots as proved balls. Noise enters that Jacobian by
its second moment alone, since its entries are polynomials of degree two in the noise. The error bars are the radii.

Source: Mescheder, Geiger, Nowozin, "Which training methods for GANs do actually converge?" (2018), sections 2 and 3.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from flint import acb, arb, ctx, fmpq_mat

from lgantheory.claims import Break, Check, Claim, Request, Verdict
from verify.balls import at_most, exact, of_ball
from verify.command import main
from verify.neighbours.diracs import eighths
from verify.neighbours.matrices import PRECISION, lyapunov, matrix, roots, spectral_abscissa

POLYNOMIAL = "for every strength, trace and determinant of the Jacobian are those of the eigenvalues told"
EIGENVALUES = "at this strength the characteristic roots are the eigenvalues told"
ATTRACTS = "every eigenvalue has a negative real part"
LYAPUNOV = "Lyapunov's equation has a positive definite solution exactly if the eigenvalues told are to the left"
TURNS_REAL = "the eigenvalues are real from the critical strength on, and not before"

UNREGULARISED = ("minimax", "non-saturating")
REGULARISED = ("R1", "R2", "instance noise", "consensus")

# (f, a = f'(0), c = f''(0)) by name; the square has no slope to pull by.
LOSSES = {
    "logistic": ("-log(1 + exp(-t))", Fraction(1, 2), Fraction(-1, 4)),
    "linear": ("t", Fraction(1), Fraction(0)),
    "square": ("-t**2/2", Fraction(0), Fraction(-1)),
}

# The smallest shift of an eigenvalue that counts; eigenvalues are of size one. Arbitrary.
RESOLUTION = 1e-6


@dataclass(frozen=True)
class Equilibrium:
    """A Dirac-GAN's equilibrium: the loss f, the regulariser and its strength gamma (for noise its variance)."""

    kind: str
    gamma: Fraction
    loss: str = "logistic"

    @property
    def slope(self) -> Fraction:
        """The slope a = f'(0)."""
        return LOSSES[self.loss][1]

    @property
    def curvature(self) -> Fraction:
        """The curvature c = f''(0)."""
        return LOSSES[self.loss][2]

    @property
    def centre(self) -> Fraction:
        """The mean of the two eigenvalues."""
        own = {"R1": -self.gamma / 2, "R2": -self.gamma / 2, "instance noise": self.gamma * self.curvature}
        return own.get(self.kind, -self.gamma * self.slope**2 if self.kind == "consensus" else Fraction(0))

    @property
    def discriminant(self) -> Fraction:
        """The square of half the difference of the two eigenvalues."""
        return (0 if self.kind in (*UNREGULARISED, "consensus") else self.centre**2) - self.slope**2

    @property
    def critical(self) -> Fraction | None:
        """The strength from which on the eigenvalues are real."""
        if self.kind in ("R1", "R2"):
            return 2 * self.slope
        return abs(self.slope / self.curvature) if self.kind == "instance noise" and self.curvature else None

    def __str__(self) -> str:
        return f"Dirac-GAN, {self.loss} loss, {self.kind}, strength {self.gamma}"


def instances(request: Request) -> Iterator[Equilibrium]:
    """Regularised logistic and, where that attracts, linear games with strengths in eighths."""
    for index in range(request.number):
        rng = np.random.default_rng([request.seed, index])
        kind = REGULARISED[index % len(REGULARISED)]
        loss = "linear" if kind != "instance noise" and index % 3 == 2 else "logistic"
        yield Equilibrium(kind, eighths(rng, 1, 32), loss)


def checks(case: Equilibrium) -> list[Check]:
    told, found = eigenvalues(case), roots(jacobian(case))
    real_part = max(z.real for z in told)
    hurwitz = (lyapunov(jacobian(case)) is not None) == bool(real_part < 0)
    return [
        Check.of_verdict(POLYNOMIAL, Verdict.PROVED if _proved(case.kind, case.loss) else Verdict.REFUTED),
        of_ball(EIGENVALUES, _apart(told, found), RESOLUTION),
        at_most(ATTRACTS, spectral_abscissa(jacobian(case)), 0, RESOLUTION, strict=True),
        Check.of_verdict(LYAPUNOV, Verdict.PROVED if hurwitz else Verdict.REFUTED),
        *_turns_real(case, found),
    ]


def eigenvalues(case: Equilibrium) -> list[acb]:
    """The two eigenvalues, from the formulas of the module's docstring."""
    with ctx.workprec(PRECISION):
        half, centre = exact(abs(case.discriminant)).sqrt(), exact(case.centre)
        ends = (half, -half) if case.discriminant >= 0 else (acb(0, half), acb(0, -half))
        return [acb(centre + end) for end in ends]


def jacobian(case: Equilibrium) -> fmpq_mat:
    """The Jacobian of the field at the origin, as sympy derives it from the players' losses."""
    import sympy

    entries = _symbolic_jacobian(case.kind, case.loss)
    values: list[Any] = [sympy.Rational(entry.subs(_symbols()[2], _sympy(case.gamma))) for entry in entries]
    return matrix([[Fraction(int(x.p), int(x.q)) for x in row] for row in (values[:2], values[2:])])


def _apart(told: list[acb], found: list[acb]) -> arb:
    """How far the farther of two eigenvalues is from its partner, in the order that suits better."""
    with ctx.workprec(PRECISION):
        orders = [[abs(t - f) for t, f in zip(told, order, strict=True)] for order in (found, found[::-1])]
        return min((gaps[0].max(gaps[1]) for gaps in orders), key=lambda ball: float(ball.mid()))


def _turns_real(case: Equilibrium, found: list[acb]) -> list[Check]:
    """Below the critical strength the roots found have imaginary parts, above they are real: one sign each."""
    critical = case.critical
    if critical is None or case.gamma == critical:
        return []
    with ctx.workprec(PRECISION):
        width = abs(arb(found[0].imag))
    if case.gamma < critical:
        return [at_most(TURNS_REAL, -width, 0, RESOLUTION, strict=True)]
    return [at_most(TURNS_REAL, width, 0, RESOLUTION)]


def _sympy(x: Fraction) -> Any:
    import sympy

    return sympy.Rational(x.numerator, x.denominator)


@cache
def _symbols() -> tuple[Any, Any, Any, Any]:
    import sympy

    return sympy.symbols("theta psi gamma z", real=True)


def field(kind: str, loss: str) -> tuple[Any, Any]:
    """The players' field in theta, psi, gamma (and the noise z), derived from their losses."""
    import sympy

    theta, psi, gamma, z = _symbols()
    text = LOSSES[loss][0]

    def f(value: Any) -> Any:
        return sympy.sympify(text).subs(sympy.Symbol("t"), value)

    game = f(psi * theta) + f(0)
    if kind == "instance noise":
        noise = sympy.sqrt(gamma) * z
        game = f(psi * (theta + noise)) + f(-psi * noise)
    gain = f(-psi * theta) if kind == "non-saturating" else -game
    charge = gamma / 2 * psi**2 if kind in ("R1", "R2") else 0
    v = (sympy.diff(gain, theta), sympy.diff(game - charge, psi))
    if kind == "consensus":
        energy = (v[0] ** 2 + v[1] ** 2) / 2
        v = (v[0] - gamma * sympy.diff(energy, theta), v[1] - gamma * sympy.diff(energy, psi))
    return v


@cache
def _symbolic_jacobian(kind: str, loss: str) -> tuple[Any, ...]:
    """Entries of the Jacobian at the origin, the noise integrated out: E 1 = 1, E z = 0, E z^2 = 1."""
    import sympy

    theta, psi, _, z = _symbols()
    moments = {0: 1, 1: 0, 2: 1}
    entries = []
    for part in field(kind, loss):
        for variable in (theta, psi):
            entry = sympy.simplify(sympy.diff(part, variable).subs({theta: 0, psi: 0}))
            terms = sympy.Poly(entry, z).terms()
            entries.append(sympy.expand(sum(factor * moments[power[0]] for power, factor in terms)))
    return tuple(entries)


@cache
def _proved(kind: str, loss: str) -> bool:
    """Whether trace and determinant agree with the formulas identically in gamma: both are quadratic in it."""
    import sympy

    gamma = _symbols()[2]
    a, b, c, d = _symbolic_jacobian(kind, loss)
    for strength in (Fraction(0), Fraction(1), Fraction(2), Fraction(3)):
        case = Equilibrium(kind, strength, loss)
        trace, det = (a + d).subs(gamma, _sympy(strength)), (a * d - b * c).subs(gamma, _sympy(strength))
        if trace != _sympy(2 * case.centre) or det != _sympy(case.centre**2 - case.discriminant):
            return False
    return max(sympy.degree(sympy.Poly(x, gamma)) for x in (a + d, a * d - b * c)) <= 2  # four values fix it


CLAIM = Claim(
    ref="neighbours.dirac_gan",
    statement=r"Dirac-GAN: \lambda = -\gamma/2 \pm \sqrt{\gamma^2/4 - f'(0)^2} with R1; "
    r"\gamma f''(0) \pm \sqrt{\gamma^2 f''(0)^2 - f'(0)^2} with noise; -\gamma f'(0)^2 \pm i f'(0) with consensus",
    source="Mescheder, Geiger, Nowozin 2018, sections 2 and 3",
    hypotheses={
        "regularised": "the strength gamma is positive",
        "sloped": "f'(0) is not zero",
        "curved": "f''(0) < 0 (where the regulariser is instance noise)",
    },
    instances=instances,
    checks=checks,
    breaks=(
        Break(
            drops="regularised",
            instance=lambda: Equilibrium("minimax", Fraction(0)),
            check=ATTRACTS,
            witness="logistic, no regulariser: +- i/2, so the flow turns around the equilibrium for ever",
        ),
        Break(
            drops="sloped",
            instance=lambda: Equilibrium("R1", Fraction(1), "square"),
            check=ATTRACTS,
            witness="f(t) = -t^2 / 2 with R1, gamma 1: eigenvalues -1 and 0; theta feels no pull",
        ),
        Break(
            drops="curved",
            instance=lambda: Equilibrium("instance noise", Fraction(1), "linear"),
            check=ATTRACTS,
            witness="Wasserstein GAN with noise of variance 1: +- i, as without noise",
        ),
    ),
    settles=("neighbour dirac-gan",),
)

if __name__ == "__main__":
    main((CLAIM,))
