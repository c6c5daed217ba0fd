"""f-divergences, their special cases, Fenchel conjugates, and the lower bound that becomes a GAN."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import arb

from lgantheory.claims import Check, Verdict
from paper_checks.divergences import RESOLUTION, P, Q, formula, identity, kl, total
from paper_checks.gan_lecture.rows import BY_SLUG, ROWS, f_divergence, function
from paper_checks.gan_lecture.tables import integral
from paper_checks.printed import Printed
from verify.balls import at_most, equal, exact

APART = ((1, 0), (0, 1))


# -- divergences -------------------------------------------------------------------------------------------------------


def _covering() -> list[Check]:
    """P = (N(-3, 1) + N(3, 1)) / 2 has mean 0 and variance 10; -E_P log N(mu, v) = (log(2 pi v) + (10 + mu^2)/v)/2."""

    def cost(mu: Fraction, v: Fraction) -> arb:
        return ((2 * arb.pi() * exact(v)).log() + exact((10 + mu * mu) / v)) / 2

    best = cost(Fraction(0), Fraction(10))
    others = [(Fraction(mu), Fraction(v)) for mu in (-3, 0, 3) for v in (1, 5, 9, 11, 20) if (mu, v) != (0, 10)]
    name = "the Gaussian of least KL(P_data || P_G) has the mean and the variance of P_data"
    return [at_most(name, best, cost(*other), RESOLUTION) for other in others]


def _density() -> list[Check]:
    """N(0, 1/100) has the density 3.99 at zero."""
    top = 10 / (2 * arb.pi()).sqrt()
    return [at_most("p(x) is a probability, at most one", top, 1, RESOLUTION)]


def _interval() -> list[Check]:
    """N(0, 1/100) gives [-1/10, 1/10] the probability erf(1 / sqrt 2), and small intervals small ones."""
    root = arb(2).sqrt()
    found = [
        at_most("an interval has a probability", (n / (10 * root)).erf(), 1, RESOLUTION) for n in (arb(1), arb(10))
    ]
    narrow = (1 / (arb(2) ** 30 * root)).erf()
    return [
        *found,
        at_most("a point has no probability: an interval of width 2^-30 / 5 has less than 1e-6", narrow, 1e-6, 1e-7),
    ]


def _nonnegative() -> list[Check]:
    found = [row for row in ROWS if row.slug != "gan"]
    signs = [at_most("D_f is at least 0 where f(1) = 0", 0, f_divergence(row), RESOLUTION) for row in found]
    zeros = [equal("f(1) = 0", function(row.generator, "u")(arb(1)), 0, RESOLUTION) for row in found]
    return signs + zeros


def _special_cases() -> list[Check]:
    """KL, reverse KL, and (x - 1)^2 with (p - q)^2 / q, which the table later exchanges."""
    chi_square = integral(BY_SLUG["pearson"], "(p - q)**2/q")
    return [*integral(BY_SLUG["kl"], "p*log(p/q)"), *integral(BY_SLUG["rkl"], "q*log(q/p)"), *chi_square]


def _missing_mass() -> list[Check]:
    """The sum of q f(p/q) over q > 0, for measures on two different points: f(0) q, the rest of KL is lost."""
    f_at_zero = 0  # of u log u
    return [
        at_most("KL of disjoint measures is at most the sum over q > 0", kl(*APART).min(arb(10)), f_at_zero, RESOLUTION)
    ]


def _slope_at_infinity() -> list[Check]:
    """TV of disjoint measures is f(0) + f'(inf) = 1/2 + 1/2; the slope is the limit of f(u)/u."""
    import sympy

    u = sympy.Symbol("u", positive=True)
    f = formula(BY_SLUG["tv"].generator, {"u": u})
    both = sympy.limit(f, u, 0) + sympy.limit(f / u, u, sympy.oo)
    return [identity("f(0) Q(p = 0) + f'(inf) P(q = 0) is the total variation", both - 1, {})]


# -- conjugates --------------------------------------------------------------------------------------------------------


def _conjugate_of_kl() -> list[Check]:
    """Stationary at x = e^(t-1), where x t - x log x is e^(t-1)."""
    import sympy

    x, t = sympy.symbols("x t", positive=True)
    gain = x * t - x * sympy.log(x)
    top, at = sympy.exp(t - 1), {"t": Fraction(1, 3)}
    return [
        identity("x = exp(t - 1) is stationary", sympy.diff(gain, x).subs(x, top), at),
        identity("the value there is exp(t - 1)", gain.subs(x, top) - top, at),
    ]


def _attained() -> list[Check]:
    """Neyman at t = 1: u - (1 - u)^2 / u = 2 - 1/u, whose supremum 2 no u reaches."""
    import sympy

    u = sympy.Symbol("u", positive=True)
    gain = u - (1 - u) ** 2 / u
    proved = identity("u - (1 - u)^2/u = 2 - 1/u", gain - 2 + 1 / u, {"u": Fraction(7, 5)})
    verdict = Verdict.REFUTED if proved.verdict is Verdict.HOLDS else Verdict.UNDECIDED
    return [Check.of_verdict("some u reaches f*(1) = 2", verdict)]


def _supremum() -> list[Check]:
    """The values 2 - 1/u are below f*(1) = 2 and tend to it."""
    import sympy

    u = sympy.Symbol("u", positive=True)
    f, star = function(BY_SLUG["neyman"].generator, "u"), function(BY_SLUG["neyman"].conjugate, "t")
    gain = u - formula(BY_SLUG["neyman"].generator, {"u": u})
    found = [at_most("u - f(u) is at most f*(1)", v - f(v), star(arb(1)), RESOLUTION) for v in (arb(3), arb(100))]
    return [*found, identity("u - f(u) tends to 2", sympy.limit(gain, u, sympy.oo) - 2, {})]


def _twice() -> list[Check]:
    """With f = 0 for u > 0 and f(0) = 1: f*(t) = max(0, -1) for t <= 0 (u near 0, and u = 0), else infinite."""
    conjugate_on_the_left = max(0, -1)
    return [equal("f**(0) = f(0) for f = 0 on u > 0, f(0) = 1", -conjugate_on_the_left, 1, RESOLUTION)]


def _closed() -> list[Check]:
    """f** = f at a u where t = f'(u) is put in: f**(u) >= u t - f*(t) = f(u) >= f**(u)."""
    found = []
    for row in ROWS:
        f, slope, star = (
            function(text, name) for text, name in ((row.generator, "u"), (row.derivative, "u"), (row.conjugate, "t"))
        )
        u = exact(Fraction(7, 5))
        found.append(equal("u f'(u) - f*(f'(u)) = f(u)", u * slope(u) - star(slope(u)), f(u), RESOLUTION))
    return found


# -- the connection with GANs ------------------------------------------------------------------------------------------


def _bound() -> list[Check]:
    """``E_P T - E_Q f*(T)`` at T = f'(p/q), and at half of it, still in the domain of f*: t < c, where c >= 0."""
    found = []
    for row in ROWS:
        slope, star, d_f = function(row.derivative, "u"), function(row.conjugate, "t"), f_divergence(row)
        top = [slope(exact(a) / exact(b)) for a, b in zip(P, Q, strict=True)]
        found.append(equal("equality at D = f'(p/q)", _gain(top, star), d_f, RESOLUTION))
        found.append(at_most("any D gives a lower bound", _gain([t / 2 for t in top], star), d_f, RESOLUTION))
    return found


def _gain(critic: list[arb], star: Callable[..., arb]) -> arb:
    real = total([exact(a) * t for a, t in zip(P, critic, strict=True)])
    return real - total([exact(b) * star(t) for b, t in zip(Q, critic, strict=True)])


def _different() -> list[Check]:
    """With T = log D the critic's term -f*(T) is log(1 - D), so both objectives are one."""
    import sympy

    t, d = sympy.symbols("t d", positive=True)
    same = identity(
        "-f*(log D) = log(1 - D)", -_star_of_gan(t).subs(t, sympy.log(d)) - sympy.log(1 - d), {"d": Fraction(1, 3)}
    )
    verdict = {Verdict.HOLDS: Verdict.REFUTED, Verdict.REFUTED: Verdict.HOLDS}.get(same.verdict, Verdict.UNDECIDED)
    return [Check.of_verdict("V(G, D) of the GAN row is another function than the original one", verdict)]


def _star_of_gan(t: Any) -> Any:
    return formula(BY_SLUG["gan"].conjugate, {"t": t})


def _same() -> list[Check]:
    star = function(BY_SLUG["gan"].conjugate, "t")
    ds = [exact(Fraction(i, 5)) for i in range(1, 5)]
    return [equal("-f*(log D) = log(1 - D)", -star(d.log()), (1 - d).log(), RESOLUTION) for d in ds]


FGAN = (
    Printed(
        "Flaw in Optimization?",
        "maximum likelihood, the least KL, spreads over all of the data",
        ids=("lecture 2",),
        decide=_covering,
        right="a Gaussian for (N(-3,1) + N(3,1))/2 gets mean 0 and variance 10",
    ),
    Printed(
        "Flaw in Optimization?",
        r"the least reverse KL, $KL(P_G\|P_{data})$, is at one mode of the data: the figure, read of every minimum",
        ids=("lecture 2",),
        expected=Verdict.REFUTED,
        reading=True,
        refs=("classical.covering/always-a-mode", "classical.covering"),
        right="its global minima do, there; descent may end elsewhere",
        witness="a Gaussian for (N(-3,1) + N(3,1))/2: a local minimum at mean 0, deviation 2.744",
    ),
    Printed(
        "f-divergence",
        "p(x) and q(x) are the probability of sampling x",
        ids=("X6",),
        expected=Verdict.REFUTED,
        decide=_density,
        right="densities: they may exceed one, and where there is a density no x has a positive probability",
        decide_right=_interval,
        witness="N(0, 1/100) at 0: 3.99",
    ),
    Printed(
        "f-divergence",
        r"f convex, f(1) = 0: $D_f \geq f(1) = 0$, and 0 where p = q",
        ids=("lecture 12",),
        decide=_nonnegative,
        right="0 for p = q alone needs f strictly convex at 1; the step to $f(1)$ needs P absolutely continuous to Q",
    ),
    Printed(
        "f-divergence",
        r"$f = x \log x, -\log x, (x - 1)^2$ give $\int p \log(p/q), \int q \log(q/p), \int (p - q)^2/q$",
        ids=("lecture 13",),
        decide=_special_cases,
    ),
    Printed(
        "f-divergence",
        r"$D_f = \int q f(p/q)$, for any P and Q",
        ids=("E6",),
        expected=Verdict.REFUTED,
        decide=_missing_mass,
        right=r"$+ f'(\infty) P(q = 0)$, and $f(0)$ where p = 0",
        decide_right=_slope_at_infinity,
        witness=r"two different points: the sum over q > 0 gives KL = 0, and KL is infinite",
    ),
    Printed(
        "Fenchel Conjugate",
        r"$f^*(t) = \max_{x \in dom f} (x t - f(x))$: the maximum is reached",
        ids=("X7",),
        expected=Verdict.REFUTED,
        decide=_attained,
        refs=("fdivergences.conjugates/maximum", "fdivergences.conjugates"),
        right="a supremum, which may be infinite or reached by no x",
        decide_right=_supremum,
        witness="Neyman at t = 1: u - f(u) = 2 - 1/u is below f*(1) = 2 for every u",
    ),
    Printed(
        "Fenchel Conjugate",
        r"$(f^*)^* = f$ for every convex function",
        ids=("E16",),
        expected=Verdict.REFUTED,
        decide=_twice,
        right="for closed proper convex functions; all rows of the table are",
        decide_right=_closed,
        witness="f = 0 on u > 0, f(0) = 1: convex, and f** (0) = 0",
    ),
    Printed(
        "Fenchel Conjugate",
        r"$f = x \log x, f^* = e^{t-1}$, reached at $x = e^{t-1}$",
        ids=("lecture 14",),
        decide=_conjugate_of_kl,
    ),
    Printed(
        "Connection with GAN",
        r"$D_f \geq \int p D - \int q f^*(D)$, with equality for the best D",
        ids=("lecture 15",),
        decide=_bound,
        right="D with values in the domain of f*; best is $f'(p/q)$. A network of limited size gives less",
    ),
    Printed(
        "Connection with GAN",
        "the original GAN has a different V(G, D), read as: no row of the tables has its objective",
        ids=("E7",),
        expected=Verdict.REFUTED,
        reading=True,
        decide=_different,
        right=r"it is the GAN row up to $T = \log D$; in D itself that row is $E_P D + E_Q \log(1 - e^D)$, "
        "and does differ",
        decide_right=_same,
        witness=r"$-f^*(\log D) = \log(1 - D)$ for every D between 0 and 1",
    ),
)
