"""The optimal discriminator and the value of the game."""

from fractions import Fraction

from flint import arb

from lgantheory.claims import Check, Verdict
from paper_checks.divergences import LOG2, RESOLUTION, P, Q, best, digits, identity, jensen_shannon, total, value
from paper_checks.printed import Printed
from verify.balls import at_most, equal, exact

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
COIN = (HALF, HALF)


def _optimal_discriminator() -> list[Check]:
    """Stationary by proof, and larger than at other D: ``a log D + b log(1 - D)`` is strictly concave."""
    import sympy

    a, b, x = sympy.symbols("a b x", positive=True)
    slope = sympy.diff(a * sympy.log(x) + b * sympy.log(1 - x), x)
    at = {"a": HALF, "b": THIRD}
    found = [identity("a log D + b log(1 - D) is stationary at D = a/(a+b)", slope.subs(x, a / (a + b)), at)]
    top = best(P, Q)
    for step in (Fraction(-1, 10), Fraction(1, 10)):
        moved = [d + step for d in top]
        found.append(at_most("no other D has a larger V", value(P, Q, moved), value(P, Q, top), RESOLUTION))
    return found


def _underbrace() -> list[Check]:
    """With the brace read as printed the function is (a + b) log D, which rises up to D = 1."""
    name = "a log D + b log D is largest at D = a/(a+b)"
    return [at_most(name, exact(Fraction(9, 10)).log(), exact(Fraction(3, 5)).log(), RESOLUTION)]


def _inside() -> list[Check]:
    return [at_most("D* < 1 where there is real mass alone", best((1,), (0,))[0], 1, RESOLUTION, strict=True)]


def _inside_common() -> list[Check]:
    return [
        check
        for d in best(P, Q)
        for check in (
            at_most("D* > 0", 0, d, RESOLUTION, strict=True),
            at_most("D* < 1", d, 1, RESOLUTION, strict=True),
        )
    ]


def _value() -> list[Check]:
    """Route one puts D* into V; route two is the divergence; the third is the number."""
    found = value(P, Q, best(P, Q))
    return [
        equal("V(G, D*) = -2 log 2 + 2 JSD", found, 2 * jensen_shannon(P, Q) - 2 * LOG2, RESOLUTION),
        digits("V(G, D*) is the number", found, "-1.2317944244"),
        equal("V(G, D*) = -log 4 where P_G = P_data", value(P, P, best(P, P)), -2 * LOG2, RESOLUTION),
    ]


def _halves(added: arb) -> list[Check]:
    """``sum p log((p/2) / m) + sum q log((q/2) / m)`` and what is added to it, against V(G, D*)."""
    terms = [(a, b, Fraction(a + b) / 2) for a, b in zip(P, Q, strict=True)]
    chain = total([exact(x) * (exact(Fraction(x, 2)) / exact(m)).log() for a, b, m in terms for x in (a, b)])
    return [
        equal(
            "the integrals with the halves inside, and what is added, are V(G, D*)",
            chain + added,
            _best_value(),
            RESOLUTION,
        )
    ]


def _best_value() -> arb:
    return value(P, Q, best(P, Q))


def _is_divergence() -> list[Check]:
    return [equal("V(G, D*) = JSD at P_G = P_data", value(COIN, COIN, best(COIN, COIN)), 0, RESOLUTION)]


MINIMAX = (
    Printed(
        "max V(G, D)",
        r"$D^* = a/(a+b)$ maximises $a \log D + b \log(1 - D)$",
        ids=("lecture 3",),
        decide=_optimal_discriminator,
        right="a, b > 0; with a = b = 0 every D will do",
    ),
    Printed(
        "max V(G, D), second slide",
        r"the brace under $(1 - D(x))$ is labelled D",
        ids=("X2",),
        expected=Verdict.REFUTED,
        decide=_underbrace,
        right="the brace belongs under D(x) alone: $1 - D$ is what the logarithm takes "
        "(moved in the text, perhaps not on the slide)",
        decide_right=_optimal_discriminator,
        witness="a = 3, b = 2: with the label as printed D = 9/10 beats D = 3/5 by 5 log(3/2)",
    ),
    Printed(
        "max V(G, D), second slide",
        r"$0 < D^*(x) < 1$",
        ids=("E13",),
        expected=Verdict.REFUTED,
        decide=_inside,
        right=r"$0 \leq D^* \leq 1$, strictly where both densities are positive",
        decide_right=_inside_common,
        witness="one place with real mass and no generated mass: D* = 1",
    ),
    Printed(
        "max V(G, D), third slide",
        r"$V = \int P_{data} \log((P_{data}/2)/m) + \int P_G \log((P_G/2)/m) + 2 \log(1/2) - 2 \log 2$, "
        r"m = $(P_{data} + P_G)/2$",
        ids=("X3",),
        expected=Verdict.REFUTED,
        decide=lambda: _halves(-4 * LOG2),
        right=r"the halves stay inside and nothing is added, or they leave and $-2 \log 2$ is added once, "
        "as on the next slide (perhaps notes beside the formula, which the text has run together)",
        decide_right=lambda: _halves(arb(0)),
        witness=r"every pair of measures: off by $4 \log 2$",
    ),
    Printed(
        "max V(G, D), fourth slide",
        r"$V(G, D^*) = -2 \log 2 + 2 JSD(P_{data}\|P_G)$",
        ids=("lecture 4",),
        decide=_value,
    ),
    Printed(
        "Algorithm",
        r"$V(G_0, D_0^*)$ is the JS divergence between $P_{data}$ and $P_{G_0}$",
        ids=("X4",),
        expected=Verdict.REFUTED,
        decide=_is_divergence,
        refs=("classical.value/is-the-divergence", "classical.value"),
        right=r"it is $-2 \log 2 + 2 JSD$, as four slides before",
        decide_right=_value,
        witness=r"$P_G = P_{data}$: the divergence is 0 and $V = -\log 4$",
    ),
)
