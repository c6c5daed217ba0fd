"""A summary of the LGAN paper (in Chinese), with the abstract of the paper."""

from fractions import Fraction

from lgantheory.claims import Check, Verdict
from paper_checks.divergences import RESOLUTION
from paper_checks.lgan_slides import linear_equilibria, softplus, strict_equilibrium
from paper_checks.printed import Document, Printed
from verify.balls import at_most, equal, exact


def _largest_slope() -> list[Check]:
    """Points at distance d, linear losses: lam s^2 - d s is least at d/(2 lam), where it is -d^2/(4 lam)."""
    d, lam = Fraction(3), Fraction(2)
    best = d / (2 * lam)
    found = [equal("the least value is -d^2/(4 lam)", lam * best**2 - d * best, -(d**2) / (4 * lam), RESOLUTION)]
    slopes = [best + Fraction(i, 4) for i in range(-3, 4)]
    return found + [
        at_most("no other slope is better", found_at(lam, d, best), found_at(lam, d, s), RESOLUTION) for s in slopes
    ]


def found_at(lam: Fraction, d: Fraction, slope: Fraction) -> Fraction:
    """The objective of a critic that has one slope."""
    return lam * slope**2 - d * slope


def _sampled_slope() -> list[Check]:
    """D(x) = x^2 on [0, 1]: chords and slopes at sampled points stay below k = 2."""
    samples = [Fraction(i, 7) for i in range(8)]
    return [at_most("the largest sampled slope is at most k", 2 * x, 2, RESOLUTION) for x in samples]


def _losses() -> list[Check]:
    """exp, -log sigma(-x) and x + sqrt(x^2 + 1): values, slopes and second differences at a few places."""
    losses = {
        "exp": lambda t: t.exp(),
        "-log sigma(-x)": softplus,
        "x + sqrt(x^2 + 1)": lambda t: t + (t * t + 1).sqrt(),
    }
    found, h = [], exact(Fraction(1, 4))
    for name, loss in losses.items():
        for t in (exact(Fraction(i)) for i in range(-3, 4)):
            found.append(at_most(f"{name} increases", loss(t), loss(t + h), RESOLUTION, strict=True))
            found.append(at_most(f"{name} is convex", 2 * loss(t), loss(t - h) + loss(t + h), RESOLUTION))
    return found


ENTRIES = (
    Printed(
        "Abstract",
        "without restriction the gradient is commonly uninformative",
        ids=("lgan 2.1",),
        refs=("uninformative",),
        right="on disjoint supports",
    ),
    Printed(
        "Abstract",
        "WGAN with 1-Lipschitz f does not suffer from uninformative gradients",
        ids=("lgan 2.2",),
        refs=("kantorovich",),
        right="on the pairs of an optimal coupling",
    ),
    Printed(
        "Abstract",
        "the compact dual of the Wasserstein distance may also suffer",
        ids=("lgan 2.3",),
        refs=("compact_dual",),
        right="off the supports; on them its optima are 1-Lipschitz",
    ),
    Printed(
        "Method",
        r"$\phi' > 0, \varphi' < 0$, second derivatives not negative, $\phi'(a) + \varphi'(a) = 0$ somewhere",
        refs=("conditions",),
    ),
    Printed(
        "Method; findings",
        r"under these conditions and $\lambda k^2$, $f^*$ exists and is unique (Theorem 1)",
        ids=("X14",),
        expected=Verdict.REFUTED,
        decide=linear_equilibria,
        refs=("theorem1",),
        right="uniqueness needs one of the two losses strictly convex, and is about the supports",
        decide_right=strict_equilibrium,
        witness=r"$\phi = x, \varphi = -x$ meet the conditions as listed; with $P_r = P_g$ every constant is optimal",
    ),
    Printed(
        "Findings",
        r"a unique Nash equilibrium, $P_r = P_g$ and $k(f^*) = 0$ (Theorems 2 and 4)",
        refs=("theorem4",),
    ),
    Printed(
        "Findings",
        "the gradient at generated samples points to real samples (Theorems 2 to 4), read: at each, as on the slides",
        ids=("lgan 2.6",),
        expected=Verdict.REFUTED,
        reading=True,
        refs=("theorem3/each-sample", "theorem3", "theorem2"),
        right="inside the segments to the real samples it hangs on; at the sample itself f may have a kink",
        witness="fake 0, reals -1 and 1: slope k to both sides",
    ),
    Printed(
        "Method",
        "MaxGP penalises the Lipschitz constant by the largest gradient among interpolated samples",
        ids=("P14", "regulariser maxgp"),
        decide=lambda: [*_largest_slope(), *_sampled_slope()],
        right="the largest sampled slope is at most k",
    ),
    Printed(
        "Method",
        "the same, read as: the largest gradient of a batch is the Lipschitz constant",
        expected=Verdict.REFUTED,
        reading=True,
        refs=("lgan.max_slope/any-batch", "lgan.max_slope"),
        right="it is at most k, and tends to k at the optimum as the segments fill",
        witness="a batch whose segments miss the steepest pair",
    ),
    Printed(
        "Findings",
        r"the losses $\exp$, $-\log \sigma(-x)$ and $x + \sqrt{x^2 + 1}$ belong to the family",
        decide=_losses,
        refs=("conditions",),
    ),
    Printed(
        "Findings",
        "LGANs are more stable than WGAN and their samples better (Table 2)",
        undecidable="training at full scale with several seeds for each loss, and scores with their spread over seeds",
    ),
    Printed(
        "Findings",
        "MaxGP can be better than other regularisers in practice",
        undecidable="critics trained with each regulariser, against exact optima on the same samples",
    ),
)
DOCUMENT = Document("lgan_summary", 'Summary of the paper "Lipschitz Generative Adversarial Nets"', ENTRIES)
