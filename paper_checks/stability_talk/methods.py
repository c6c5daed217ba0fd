"""The table of methods, and Algorithm 1."""

from fractions import Fraction

from flint import arb

from lgantheory.claims import Check, Verdict
from paper_checks.divergences import RESOLUTION
from paper_checks.printed import Printed
from verify.balls import at_most, equal, exact

POINTS = [Fraction(i, 4) for i in range(-16, 17)]


def _sigmoid_curvature() -> list[Check]:
    """s(1 - s)(1 - 2s) with s = sigma(x): at most 1/(6 sqrt 3), reached at s = (3 - sqrt 3)/6."""
    most, root = 1 / (6 * arb(3).sqrt()), arb(3).sqrt()
    top = (3 - root) / 6
    curves = [s * (1 - s) * (1 - 2 * s) for s in (1 / (1 + (-exact(x)).exp()) for x in POINTS)]
    found = [at_most("|sigma''| is at most 1/(6 sqrt 3)", abs(c), most, RESOLUTION) for c in curves]
    return [*found, equal("the bound is reached", top * (1 - top) * (1 - 2 * top), most, RESOLUTION)]


def _directions() -> list[Check]:
    """Phi_w(x) = w x, real 1, generator theta = 0: one ascent of w, then one descent of theta, both of size 1/4."""
    step, theta, w = Fraction(1, 4), Fraction(0), Fraction(0)
    w += step * (1 - theta)
    moved = theta - step * -w
    return [
        at_most(
            "the critic's step raises the real point above the fake one", 0, w * (1 - theta), RESOLUTION, strict=True
        ),
        at_most(
            "the generator's step brings the fake point nearer", abs(1 - moved), abs(1 - theta), RESOLUTION, strict=True
        ),
    ]


def _steps() -> list[Check]:
    n_cr = 2
    return [equal("for t = 0, ..., n_cr makes n_cr critic steps", len(range(n_cr + 1)), n_cr, 0.5)]


def _prior() -> list[Check]:
    """f_theta(z) = 2 z: what the algorithm feeds to Phi has twice the mean of what the generator makes."""
    mean = Fraction(1)
    return [equal("f_theta(z) for z from mu_theta has the law mu_theta", 2 * (2 * mean), 2 * mean, RESOLUTION)]


def _noise() -> list[Check]:
    """With z from omega, E z = 1, what is fed to Phi has the mean of what the generator makes."""
    made = sum((Fraction(2) * z for z in (Fraction(1, 2), Fraction(3, 2))), Fraction()) / 2
    return [equal("f_theta(z) for z from omega has the mean of mu_theta", made, 2 * Fraction(1), RESOLUTION)]


def _from_zero() -> list[Check]:
    return [equal("for t = 1, ..., n_cr makes n_cr critic steps", len(range(1, 2 + 1)), 2, 0.5)]


METHODS = (
    Printed(
        "Methods",
        "a smooth activation function makes the gradient of the discriminator Lipschitz",
        ids=("talk 33",),
        decide=_sigmoid_curvature,
        right=r"with bounded weights; $|\sigma''| \leq 0.096225$",
    ),
    Printed(
        "Methods",
        "adversarial Lipschitz regularisation",
        undecidable="the code that was run, in which it does not occur",
    ),
    Printed(
        "Algorithm 1",
        "w goes up the gradient of the difference, theta down that of minus the mean",
        ids=("talk 34",),
        decide=_directions,
        right=r"unconstrained, the maximum over w is infinite; the step $\alpha$ is not the $\alpha$ of (D1)",
    ),
    Printed(
        "Algorithm 1",
        "its critic steps as printed, without a constraint, read as: they estimate the Wasserstein distance",
        ids=("Z10",),
        expected=Verdict.REFUTED,
        reading=True,
        refs=("stability.algorithm/no-constraint", "stability.algorithm"),
        right="with a step that keeps the critic 1-Lipschitz, such as spectral normalisation",
        witness="after two steps the objective is 9/2, and W = 3/2",
    ),
    Printed(
        "Algorithm 1",
        r"for $t = 0, \ldots, n_{cr}$, read with $n_{cr}$ as the number of critic steps",
        ids=("Z10",),
        expected=Verdict.REFUTED,
        reading=True,
        decide=_steps,
        refs=("stability.algorithm/count",),
        right="from t = 1",
        decide_right=_from_zero,
        witness=r"$n_{cr} = 2$: three steps",
    ),
    Printed(
        "Algorithm 1",
        r"$z \sim \mu_\theta$, prior samples, which $f_\theta$ then maps",
        ids=("Z10",),
        expected=Verdict.REFUTED,
        decide=_prior,
        refs=("stability.algorithm/prior",),
        right=r"$z \sim \omega$; $\mu_\theta$ is the law of $f_\theta(z)$",
        decide_right=_noise,
        witness=r"$f_\theta(z) = 2z$, E z = 1: the critic sees the mean 4, the generator makes 2",
    ),
)
