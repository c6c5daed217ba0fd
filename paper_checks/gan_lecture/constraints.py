"""What keeps the critic 1-Lipschitz: words, clipping, penalties, spectral norms; and the algorithm of WGAN."""

from fractions import Fraction

from flint import arb

from lgantheory.claims import Check, Verdict
from paper_checks.divergences import RESOLUTION, P
from paper_checks.printed import Printed
from verify.balls import at_most, equal, exact


def _smooth() -> list[Check]:
    """D(x) = x^2 has all derivatives; between 2 and 3 it rises by 5."""
    return [at_most("the smooth D(x) = x^2 is 1-Lipschitz between 2 and 3", Fraction(9 - 4), 1, RESOLUTION)]


def _lipschitz_kink() -> list[Check]:
    """|x| is 1-Lipschitz and has the slopes -1 and 1 at 0."""
    points = [Fraction(i, 4) for i in range(-8, 9)]
    return [at_most("|x| is 1-Lipschitz", abs(abs(x) - abs(y)), abs(x - y), RESOLUTION) for x in points for y in points]


def _unconstrained() -> list[Check]:
    """Point masses at 0 and 1: D = -s x gains s."""
    return [
        at_most("without a constraint D(x) gains more than any bound", b, _linear_gain(b + 1), RESOLUTION, strict=True)
        for b in (10, 10**6)
    ]


def _linear_gain(slope: int) -> int:
    """``D(0) - D(1)`` of D = -slope x."""
    return slope * (1 - 0)


def _smooth_explodes() -> list[Check]:
    """Between points at distance 1 a D of slopes up to 1 rises by one at most."""
    rise = max(map(_linear_gain, (-1, 0, 1)))
    return [at_most("a 1-Lipschitz D rises by 10 between points at distance 1", 10, rise, RESOLUTION)]


def _clipped() -> list[Check]:
    """Three layers of width 8, positive weights of at most c = 1/100: the slope is c^3 8^2."""
    slope = Fraction(1, 100) ** 3 * 8**2
    return [
        equal("clipping at c = 0.01 maximises over all 1-Lipschitz D: the largest slope is 1", slope, 1, RESOLUTION)
    ]


def _clipped_slope() -> list[Check]:
    """The slope of the network itself, layer after layer, against the formula."""
    c, width, layers = Fraction(1, 100), 8, 3
    out = [c] * width  # first layer, input 1; everything is positive, so ReLU does nothing
    for _ in range(layers - 2):
        out = [sum((c * x for x in out), Fraction())] * width
    return [
        equal(
            "the slope is c^L n^(L-1) = 6.4e-5",
            sum((c * x for x in out), Fraction()),
            Fraction(64, 10**6),
            RESOLUTION / 1000,
        )
    ]


def _gradient() -> list[Check]:
    """D = sqrt(1 + x^2): |D'| <= 1, and no chord is steeper; D = sqrt(1 + 4 x^2) breaks both."""
    points = [Fraction(i, 2) for i in range(-6, 7)]
    found = []
    for x in points:
        found.append(at_most("|D'| is at most 1", abs(exact(x)) / _norm(x), 1, RESOLUTION))
        found += [at_most("no chord of D is steeper", abs(_norm(x) - _norm(y)), abs(x - y), RESOLUTION) for y in points]
    return found


def _norm(x: Fraction) -> arb:
    return (1 + exact(x) ** 2).sqrt()


def _slit() -> list[Check]:
    """The angle on r >= 1 without the positive axis: gradient 1/r; beside the slit 0.001 and 2 pi - 0.001."""
    angle = exact(Fraction(1, 1000))
    rise, apart = 2 * arb.pi() - 2 * angle, 2 * angle.sin()
    return [at_most("the angle, whose gradient is at most 1, is 1-Lipschitz", rise, apart, RESOLUTION)]


def _volume() -> list[Check]:
    """D(x) = 2 x: the integrand is 1 everywhere."""
    import sympy

    x = sympy.Symbol("x", real=True)
    excess = sympy.Max(0, sympy.Abs(sympy.diff(2 * x, x)) - 1)
    finite = sympy.integrate(excess, (x, -sympy.oo, sympy.oo)).is_finite
    return [Check.of_verdict("the penalty of D(x) = 2 x is finite", Verdict.PROVED if finite else Verdict.REFUTED)]


def _mean_excess() -> list[Check]:
    """Under any probability distribution the mean of the excess of D(x) = 2 x is 1."""
    return [equal("the mean excess of D(x) = 2 x is 1", sum((a * max(0, 2 - 1) for a in P), Fraction()), 1, RESOLUTION)]


def _two_points(lam: int, slope: Fraction, power: int) -> Fraction:
    """Point masses at distance 1 and a critic of one slope: its gain less lam max(0, slope - 1)^power."""
    return slope - lam * max(Fraction(0), slope - 1) ** power


def _hinge() -> list[Check]:
    """With lam = 2: WGAN-GP (and its one-sided form) is best at the slope 1 + 1/(2 lam) = 5/4; the hinge is not."""
    gp = Fraction(5, 4)
    return [
        at_most(
            "the printed penalty prefers the slope of WGAN-GP to the slope 1",
            _two_points(2, Fraction(1), 1),
            _two_points(2, gp, 1),
            RESOLUTION,
        )
    ]


def _squared() -> list[Check]:
    slopes = [Fraction(i, 8) for i in range(17)]
    name = "with the square the slope 1 + 1/(2 lam) is best"
    return [at_most(name, _two_points(2, s, 2), _two_points(2, Fraction(5, 4), 2), RESOLUTION) for s in slopes]


def _spectral() -> list[Check]:
    """D(x) = x is a layer of norm 1."""
    return [at_most("the gradient of a spectrally normalised D is smaller than 1", 1, 1, RESOLUTION, strict=True)]


def _one_power_iteration() -> list[Check]:
    """W = diag(2, 1) from u = (1/10, 1): the squared estimate is the Rayleigh quotient of W^2 at v = W u."""
    u = (Fraction(1, 10), Fraction(1))
    v = (2 * u[0], u[1])
    squared = (4 * v[0] ** 2 + v[1] ** 2) / (v[0] ** 2 + v[1] ** 2)
    return [at_most("one power iteration estimates the norm 2 from below", squared, 4, RESOLUTION, strict=True)]


def _critic_step() -> list[Check]:
    """D(x) = w x, reals 1 and 2, fakes 0 and 1/2: the slope in w is the difference of the means, whatever w."""
    slope = Fraction(3, 2) - Fraction(1, 4)
    before, after = (w * slope for w in (Fraction(0), Fraction(0) + slope / 10))
    return [at_most("a step up the gradient raises the mean difference", before, after, RESOLUTION, strict=True)]


def _logarithm() -> list[Check]:
    """Without a sigmoid D takes every value, -1 for instance."""
    return [at_most("what the logarithm takes is positive", 0, -1, RESOLUTION, strict=True)]


CONSTRAINTS = (
    Printed(
        "WGAN",
        "D has to be smooth enough, read as: differentiable, in place of 1-Lipschitz",
        ids=("X10",),
        expected=Verdict.REFUTED,
        reading=True,
        decide=_smooth,
        right="1-Lipschitz, which is neither more nor less than smooth: the best D may have kinks",
        decide_right=_lipschitz_kink,
        witness="$x^2$ is smooth and has slopes above 1; |x|, the best D for a point between two, has a kink",
    ),
    Printed(
        "WGAN",
        "without the constraint the training of D does not converge",
        ids=("lecture 20",),
        decide=_unconstrained,
        right=r"for $P_G \neq P_{data}$",
    ),
    Printed(
        "WGAN",
        r"keeping D smooth forces D(x) to become $\infty$ and $-\infty$",
        ids=("E12",),
        expected=Verdict.REFUTED,
        decide=_smooth_explodes,
        right="the lack of smoothness does",
        decide_right=_unconstrained,
        witness="points at distance 1: a 1-Lipschitz D differs by 1 at most",
    ),
    Printed(
        "Weight Clipping",
        "clipping the weights, read as: maximises over all 1-Lipschitz D",
        ids=("lecture 21",),
        expected=Verdict.REFUTED,
        reading=True,
        decide=_clipped,
        right="over a part of the K-Lipschitz functions, where K depends on c and on the network",
        decide_right=_clipped_slope,
        witness="c = 0.01, three layers of width 8: the steepest positive network has slope 0.000064",
    ),
    Printed(
        "Improved WGAN (WGAN-GP)",
        r"D is 1-Lipschitz if and only if $\|\nabla D\| \leq 1$ everywhere",
        ids=("lecture 22",),
        decide=_gradient,
        right=r"D differentiable on a convex domain such as $R^d$",
    ),
    Printed(
        "Improved WGAN (WGAN-GP)",
        "the same, read of any domain, as none is named",
        ids=("lecture 22",),
        expected=Verdict.REFUTED,
        reading=True,
        decide=_slit,
        right="1-Lipschitz for the length of paths inside the domain",
        decide_right=_gradient,
        witness=r"the angle on r > 1 without one half-axis: gradient $1/r$, 6.281 across the slit of width 0.002",
    ),
    Printed(
        "Improved WGAN (WGAN-GP)",
        r"$- \lambda \int_x \max(0, \|\nabla D(x)\| - 1) dx$, read as: a finite penalty",
        ids=("E10",),
        expected=Verdict.REFUTED,
        reading=True,
        decide=_volume,
        right="a mean over a probability distribution, as on the same slide below",
        decide_right=_mean_excess,
        witness="D(x) = 2 x: infinite",
    ),
    Printed(
        "Improved WGAN (WGAN-GP)",
        r"$- \lambda E_{penalty} \max(0, \|\nabla D\| - 1)$ is the penalty of WGAN-GP",
        ids=("E9",),
        expected=Verdict.REFUTED,
        decide=_hinge,
        right=r"$\lambda E(\|\nabla D\| - 1)^2$ (it may stand in a picture that the text has lost); one-sided it is "
        r"WGAN-LP. The hinge is exact for $\lambda > d$ and unbounded for $\lambda < d$",
        decide_right=_squared,
        witness=r"points at distance 1, $\lambda = 2$: slope 1 with the hinge, 5/4 with the square",
    ),
    Printed(
        "Improved WGAN (WGAN-GP)",
        "a penalty along straight lines between samples suffices (quoted)",
        undecidable="an experiment: critics trained with penalties on lines and everywhere, against the exact W",
    ),
    Printed(
        "Improved WGAN (WGAN-GP)",
        "penalising large gradients alone works in theory, two-sided is faster (quoted beside the one-sided formula)",
        undecidable="an experiment for the speed; the quotation is about another penalty than the formula, see E9",
    ),
    Printed(
        "Spectrum Norm",
        "spectral normalisation keeps the norm of the gradient smaller than 1",
        ids=("E14",),
        expected=Verdict.REFUTED,
        decide=_spectral,
        refs=("transport.spectral/strictly-smaller", "transport.spectral"),
        right="at most 1, with exact norms and 1-Lipschitz activations; power iterations estimate norms from below",
        decide_right=_one_power_iteration,
        witness="one linear layer: the gradient has norm 1",
    ),
    Printed(
        "Spectrum Norm",
        "the same, read of one power iteration for each step, or of the norm of the reshaped kernel (Miyato et al.)",
        ids=("E14",),
        expected=Verdict.REFUTED,
        reading=True,
        refs=("transport.spectral/one-iteration", "transport.spectral/reshaped-kernel", "transport.spectral"),
        right="of exact norms; the reshaped kernel's norm is that of the convolution up to a factor, as the paper says",
        witness="one iteration estimates the norm from below; a kernel of ones is a convolution of larger norm",
    ),
    Printed(
        "Algorithm of WGAN",
        r"the critic maximises $(1/m) \sum D(x^i) - (1/m) \sum D(G(z^i))$, by steps up its gradient",
        decide=_critic_step,
        right="with one of the constraints above; without, the maximum is infinite",
    ),
    Printed(
        "Algorithm of WGAN",
        r"the generator minimises $(1/m) \sum \log D(x^i) - (1/m) \sum D(G(z^i))$",
        ids=("E8",),
        expected=Verdict.REFUTED,
        decide=_logarithm,
        right=r"$-(1/m) \sum D(G(z^i))$; the first sum does not depend on G",
        witness=r"D has no sigmoid, says the same slide: D(x) = -1 has no logarithm",
    ),
)
