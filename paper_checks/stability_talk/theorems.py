"""The two theorems of the talk and their regularity conditions."""

from fractions import Fraction

from flint import arb

from lgantheory.claims import Check, Verdict
from paper_checks.divergences import RESOLUTION
from paper_checks.gan_lecture.distances import duality
from paper_checks.printed import Printed
from verify.balls import at_most, equal, exact

POINTS = [Fraction(i, 4) for i in range(-16, 17)]


def descent() -> list[Check]:
    """With f = sqrt(1 + x^2): it has L = 1 and the infimum 1; sixteen steps of size 1/L from 3."""
    x, squares, steps = arb(3), arb(0), 16
    room = 2 * ((1 + x * x).sqrt() - 1)
    for _ in range(steps):
        slope = x / (1 + x * x).sqrt()
        squares += slope * slope
        x -= slope
    last = abs(x / (1 + x * x).sqrt())
    return [
        at_most("the squared gradients add up to 2 L (f(x_0) - inf f) at most", squares, room, RESOLUTION),
        at_most("the gradient after 16 steps is below its bound", last, (room / steps).sqrt(), RESOLUTION),
    ]


def _first_moments() -> list[Check]:
    """J = int log cosh, f_theta(z) = theta z: J''(0) = E z^2; alpha = beta_1 = 1, A = E|z|, B = beta_2 = 0."""
    smoothness = 2 / arb.pi()  # A^2
    rare = [at_most(f"L bounds J'' for z = {n} with probability 1/{n}", n, 1, RESOLUTION) for n in (2, 20)]
    return [at_most("L bounds J'' for normal z", 1, smoothness, RESOLUTION), *rare]


def _second_moments() -> list[Check]:
    """With A_2^2 = E z^2 next to beta_1 both bounds are reached."""
    second = [Fraction(1), Fraction(20**2, 20)]
    curvature = [Fraction(1), Fraction(20)]
    return [
        at_most("alpha B + beta_1 A_2^2 + beta_2 A_1^2 bounds J''", c, s, RESOLUTION)
        for c, s in zip(curvature, second, strict=True)
    ]


def _unit_interval() -> list[Check]:
    """Point masses at distance 3: with values in [0, 1] no D gains more than 1."""
    return [at_most("D into [0, 1] reaches W = 3", 3, 1, RESOLUTION)]


def _convex_in_theta() -> list[Check]:
    """Half the squared MMD of point masses at 0 and theta, Gaussian kernel of width 1."""
    j = [1 - (-exact(Fraction(t * t, 2))).exp() for t in (1, 2, 3)]
    return [at_most("J is convex in theta between 1 and 3", j[1], (j[0] + j[2]) / 2, RESOLUTION)]


def _convex_in_measure() -> list[Check]:
    """The same J at mixtures of the point masses at 1 and 3: a quadratic form."""
    cross = (-arb(2)).exp()
    square = (2 + 2 * cross) / 4
    means = [(-exact(Fraction(t * t, 2))).exp() for t in (1, 3)]
    middle = (square + 1 - (means[0] + means[1])) / 2
    return [at_most("J is convex along mixtures", middle, (2 - means[0] - means[1]) / 2, RESOLUTION)]


def _regular() -> list[Check]:
    """Phi' of point masses at 1 and -1: at most 2 exp(-1/2), which is reached at 0."""
    alpha = 2 * (-arb(0.5)).exp()
    found = [at_most("Phi is 2 exp(-1/2)-Lipschitz", abs(_slope(x)), alpha, RESOLUTION) for x in POINTS]
    return [*found, equal("the bound is reached", abs(_slope(Fraction(0))), alpha, RESOLUTION)]


def _slope(x: Fraction) -> arb:
    return sum((s * exact(x - y) * (-exact((x - y) ** 2 / 2)).exp() for y, s in ((1, 1), (-1, -1))), arb(0))


THEOREMS = (
    Printed(
        "Problem statement",
        r"$J = \max E_{\mu_0} \Phi - E_{\mu_\theta} \Phi$ over 1-Lipschitz $\Phi$",
        ids=("talk 32",),
        decide=duality,
    ),
    Printed(
        "Theoretical insights, first theorem",
        r"f L-smooth and bounded below, steps $1/L$: $\|\nabla f(x_k)\| \to 0$",
        ids=("talk 29",),
        decide=descent,
        right="stationary points only: the limit need not be a minimum",
    ),
    Printed(
        "Theoretical insights, Theorem (Chu et al.)",
        r"$\Phi_\mu$ maps into [0, 1], read with the Wasserstein metric of the problem statement as J",
        ids=("Z3",),
        expected=Verdict.REFUTED,
        reading=True,
        decide=_unit_interval,
        right="real values: with a sigmoid the metric of the same slides is not W",
        decide_right=duality,
        witness="point masses at distance 3: W = 3, and a critic into [0, 1] gains 1",
    ),
    Printed(
        "Theoretical insights, Theorem (Chu et al.)",
        r"J convex, a function of the measure $\mu_\theta$",
        decide=_convex_in_measure,
        refs=("stability.first_variation",),
        right=r"convex in the measure, not in $\theta$",
    ),
    Printed(
        "Theoretical insights, Theorem (Chu et al.)",
        r"the same, read as: convex in $\theta$",
        ids=("talk 3.5",),
        expected=Verdict.REFUTED,
        reading=True,
        decide=_convex_in_theta,
        refs=("stability.first_variation/convex-in-theta",),
        right="convex in the measure",
        decide_right=_convex_in_measure,
        witness=r"half the squared MMD of point masses at 0 and $\theta$: 0.865 at 2, 0.691 in the mean of 1 and 3",
    ),
    Printed(
        "Regularity conditions",
        "(D1) to (D3), (G1), (G2)",
        ids=("talk 31",),
        decide=_regular,
        right=r"for half the squared MMD (Gaussian kernel, width 1) $\alpha = 2 e^{-1/2}$, which is reached",
    ),
    Printed(
        "Problem statement; Regularity conditions",
        "both together, read as: the theorem applies to the Wasserstein metric of the talk",
        expected=Verdict.REFUTED,
        reading=True,
        refs=("stability.smooth_d2/wasserstein", "stability.continuous_d3/wasserstein", "stability.smooth_d2"),
        right="(D2) and (D3) fail for it; half the squared MMD meets all three",
        witness="for points -1 and 1 against 0 the potential is |x|, and a little mass turns it round",
    ),
    Printed(
        "Regularity conditions",
        r"$L = \alpha B + A^2 (\beta_1 + \beta_2)$, with A from (G1)",
        ids=("talk 30", "Z2"),
        expected=Verdict.REFUTED,
        decide=_first_moments,
        right=r"$L = \alpha B + \beta_1 A_2^2 + \beta_2 A_1^2$, where $A_2$ bounds second moments",
        decide_right=_second_moments,
        witness=r"$J = \int \log \cosh, f_\theta(z) = \theta z$, z normal: $L = 2/\pi$, and $J''(0) = 1$; "
        "for z = 20 with probability 1/20 it is 20 against 1",
    ),
)
