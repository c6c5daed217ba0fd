"""The algorithm, what it maximises in practice, and the generator's two objectives."""

from fractions import Fraction
from typing import Any

from flint import arb

from lgantheory.claims import Check, Verdict
from paper_checks.divergences import LOG2, RESOLUTION, P, Q, best, compiled, identity, jensen_shannon, kl, total, value
from paper_checks.printed import Printed
from verify.balls import at_most, equal, exact

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
COIN = (HALF, HALF)


def _largest_of_three() -> list[Check]:
    """With f = max(x^2 - 1, -x, x / 2): off ties a small difference quotient is that of the active function."""

    def parts(x: Fraction) -> tuple[Fraction, ...]:
        return x * x - 1, -x, x / 2

    found, h = [], Fraction(1, 2**20)
    for x, active, slope in ((Fraction(2), 0, 4), (Fraction(-1, 2), 1, -1), (Fraction(1, 2), 2, HALF)):
        assert parts(x).index(max(parts(x))) == active
        quotient = (max(parts(x + h)) - max(parts(x - h))) / (2 * h)
        found.append(
            equal("off ties the slope of the maximum is that of the active function", quotient, slope, RESOLUTION)
        )
    return found


def _frozen_step(eta: Fraction) -> Check:
    """One step of P_G = (t, 1 - t) from t = 1/5 against P_data = (1/2, 1/2), with D frozen at D*."""
    t = Fraction(1, 5)
    d = best(COIN, (t, 1 - t))
    slope = exact(1 - d[0]).log() - exact(1 - d[1]).log()
    # the step as an exact number: the divergence after it needs weights without error
    moved = t - eta * Fraction(float(slope.mid()))
    name = f"a step of size {eta} with frozen D lowers the JS divergence"
    return at_most(
        name, jensen_shannon(COIN, (moved, 1 - moved)), jensen_shannon(COIN, (t, 1 - t)), RESOLUTION, strict=True
    )


def _cross_entropy() -> list[Check]:
    """Mean cross-entropy over both halves of a batch, against its V, at outputs of D that are fractions."""
    reals, fakes = (Fraction(9, 10), THIRD), (Fraction(1, 5), HALF)
    v = total([exact(x).log() for x in reals] + [exact(1 - x).log() for x in fakes]) / 2
    labelled = [(x, 1) for x in reals] + [(x, 0) for x in fakes]
    loss = -total([y * exact(x).log() + (1 - y) * exact(1 - x).log() for x, y in labelled]) / 4
    return [equal("cross-entropy is minus one half of V of the batch", loss, -v / 2, RESOLUTION)]


def _updates() -> list[Check]:
    """D(x) = sigma(w x), real 1, G = theta: w goes up the slope of V, then theta down it, both by a tenth of it."""
    import sympy

    w, theta = sympy.symbols("w theta", positive=True)
    v = sympy.log(_logistic(w)) + sympy.log(1 - _logistic(w * theta))
    at = {w: sympy.Rational(1, 2), theta: sympy.Rational(1, 3)}
    found = []
    for name, symbol, sign in (("D raises", w, 1), ("G lowers", theta, -1)):
        slope = sympy.nsimplify(sympy.diff(v, symbol).subs(at).evalf(6), rational=True)  # its sign is what counts
        moved = {**at, symbol: at[symbol] + sign * slope / 10}
        before, after = (compiled(str(v.subs(place)))() for place in (at, moved))
        low, high = (before, after) if sign > 0 else (after, before)
        found.append(at_most(f"the step of {name} V", low, high, RESOLUTION, strict=True))
    return found


def _logistic(logit: Any) -> Any:
    import sympy

    return 1 / (1 + sympy.exp(-logit))


def _restricted() -> list[Check]:
    most = value(P, Q, best(P, Q))
    ds = ([HALF] * 3, [Fraction(3, 5), HALF, Fraction(2, 5)], [Fraction(9, 10)] * 3)
    return [at_most("V(G, D) of a restricted D is at most max_D V", value(P, Q, d), most, RESOLUTION) for d in ds]


def _mini_batch() -> list[Check]:
    """One sample each of P_data = P_G = fair coin: V reaches 0 when they differ and -log 4 when they agree."""
    mean = (arb(0) + (-2 * LOG2)) / 2
    return [
        at_most("the maximum of V over a batch is a lower bound of max_D V in the mean", mean, -2 * LOG2, RESOLUTION)
    ]


def _saturation() -> list[Check]:
    """On the logit a the slopes are -D for log(1 - D) and -(1 - D) for -log D."""
    import sympy

    a = sympy.Symbol("a", positive=True)
    d = 1 / (1 + sympy.exp(-a))
    at = {"a": THIRD}
    return [
        identity("d/da log(1 - D) = -D", sympy.diff(sympy.log(1 - d), a) + d, at),
        identity("d/da (-log D) = -(1 - D)", sympy.diff(-sympy.log(d), a) + 1 - d, at),
    ]


def _non_saturating() -> list[Check]:
    """KL(P_G || P) - 2 JSD = 2 KL((P_G + P)/2 || P): what the frozen gradient of -log D belongs to is no JS."""
    middle = [Fraction(a + b) / 2 for a, b in zip(P, Q, strict=True)]
    left = kl(Q, P) - 2 * jensen_shannon(P, Q)
    return [equal("KL(P_G || P) - 2 JSD = 2 KL((P_G + P)/2 || P)", left, 2 * kl(middle, P), RESOLUTION)]


TRAINING = (
    Printed(
        "Algorithm",
        r"$f = \max(f_1, f_2, f_3)$: df/dx is $df_i/dx$ of the largest",
        ids=("lecture 7",),
        decide=_largest_of_three,
        right="off ties",
    ),
    Printed(
        "Algorithm",
        "the same, read as: at every x, ties included",
        expected=Verdict.REFUTED,
        reading=True,
        refs=("classical.danskin/everywhere", "classical.danskin"),
        right="at a tie there is no derivative; every slope between those of the active functions supports f",
        witness="two functions that cross with different slopes",
    ),
    Printed(
        "Algorithm",
        "a gradient step of G with D fixed decreases the JS divergence: the printed question mark, answered with yes",
        ids=("lecture 6",),
        expected=Verdict.REFUTED,
        reading=True,
        decide=lambda: [_frozen_step(Fraction(1))],
        right="for small steps",
        decide_right=lambda: [_frozen_step(Fraction(1, 10))],
        witness="P = (1/2, 1/2), P_G = (1/5, 4/5), step 1: P_G becomes (0.97, 0.03)",
    ),
    Printed(
        "In practice",
        r"maximising $V_m$ over binary classifiers is minimising cross-entropy",
        ids=("lecture 9",),
        decide=_cross_entropy,
        right=r"cross-entropy $= -V_m/2$ for as many real as generated examples",
    ),
    Printed(
        "Algorithm",
        r"$\theta_d$ goes up the gradient of $V_m$, $\theta_g$ goes down",
        decide=_updates,
        right="for small steps",
    ),
    Printed(
        "Algorithm",
        r"training can only find a lower bound of $\max_D V(G, D)$",
        ids=("lecture 8",),
        decide=_restricted,
        right="of the D that is found, on fresh samples",
    ),
    Printed(
        "Algorithm",
        r"the same, read of the value $V_m$ that training reaches on its own samples",
        ids=("lecture 8",),
        expected=Verdict.REFUTED,
        reading=True,
        decide=_mini_batch,
        refs=("classical.restricted/minibatch", "classical.restricted"),
        right="it is biased upwards when D is rich and the samples are few",
        decide_right=_restricted,
        witness=r"P = $P_G$ a fair coin, m = 1: the mean is $-\log 2$, and $\max_D V = -\log 4$",
    ),
    Printed(
        "Objective Function for Generator in Real Implementation",
        r"$E \log(1 - D)$ is slow at the beginning, $E[-\log D]$ is not",
        ids=("lecture 10",),
        decide=_saturation,
        right="on the logit the slopes are $-D$ and $-(1 - D)$",
    ),
    Printed(
        "Objective Function for Generator in Real Implementation",
        r"$V = E_{P_G}[-\log D]$ (NSGAN)",
        ids=("lecture 11",),
        decide=_non_saturating,
        right=r"with $D^*$ frozen its gradient is that of $2 KL((P_G + P)/2\|P)$",
    ),
    Printed(
        "Objective Function for Generator in Real Implementation",
        r"it takes the place of V in the algorithm, read as: it decreases JS as well",
        ids=("lecture 11",),
        expected=Verdict.REFUTED,
        reading=True,
        refs=("classical.nonsaturating/descends-js", "classical.nonsaturating"),
        right="it need not: small steps descend another divergence",
        witness=r"data (2, 1, 1)/4, $P_G$ = (1, 1, 2)/4 moved along (-1, 2, -1): slopes $-\log(9/8)$ and $\log(9/8)$",
    ),
)
