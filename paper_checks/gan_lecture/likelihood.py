"""Maximum likelihood and the divergence that it minimises."""

from fractions import Fraction

from flint import arb

from lgantheory.claims import Check, Verdict
from paper_checks.divergences import RESOLUTION, P, Q, digits, kl, total
from paper_checks.printed import Printed
from verify.balls import at_most, equal, exact

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
COIN = (HALF, HALF)
TWO_THIRDS = (2 * THIRD, THIRD)
OTHERS = (Q, (THIRD, THIRD, THIRD), (Fraction(9, 10), Fraction(1, 20), Fraction(1, 20)))


def _likelihood() -> list[Check]:
    """``E_P log P_G + KL(P || P_G)`` is minus the entropy of P, whatever P_G."""
    entropy = -total([exact(a) * exact(a).log() for a in P])
    means = [total([exact(a) * exact(b).log() for a, b in zip(P, q, strict=True)]) for q in OTHERS]
    return [
        equal("E_P log P_G + KL(P || P_G) is the same for every P_G", mean + kl(P, q), -entropy, RESOLUTION)
        for mean, q in zip(means, OTHERS, strict=True)
    ]


def _sampled_likelihood() -> list[Check]:
    """Of a fair coin, heads, heads, tails: the likelihood is largest at 2/3."""
    name = "the maximiser of the likelihood of a sample minimises KL(P_data || P_G)"
    return [at_most(name, kl(COIN, TWO_THIRDS), kl(COIN, COIN), RESOLUTION)]


def _balanced_likelihood() -> list[Check]:
    """With the frequencies of P itself no other P_G has a smaller divergence."""
    grid = [Fraction(i, 20) for i in range(1, 20)]
    name = "with the frequencies of P_data the maximiser minimises KL(P_data || P_G)"
    return [at_most(name, kl(COIN, COIN), kl(COIN, (x, 1 - x)), RESOLUTION) for x in grid]


def _mixture_likelihood() -> list[Check]:
    """Samples 0 and 1, P_G = N(0, s^2) / 2 + N(1, 1) / 2: the likelihood grows like 1 / s."""
    name = "the likelihood of the samples 0 and 1 under two Gaussians is at most that of s = 1"
    return [at_most(name, _mixture(arb(2) ** -40), _mixture(arb(1)), RESOLUTION)]


def _bounded_likelihood() -> list[Check]:
    """With s at least 1/10 no density exceeds 10 / sqrt(2 pi), nor the likelihood of two samples its square."""
    most = (10 / (2 * arb.pi()).sqrt()) ** 2
    name = "the likelihood of the samples 0 and 1 is bounded for s of at least 1/10"
    return [at_most(name, _mixture(arb(n) / 10), most, RESOLUTION) for n in (1, 2, 5, 10, 100)]


def _mixture(s: arb) -> arb:
    root = (2 * arb.pi()).sqrt()

    def density(x: int) -> arb:
        narrow = (-((x / s) ** 2) / 2).exp() / (s * root)
        return (narrow + (-arb((x - 1) ** 2) / 2).exp() / root) / 2

    return density(0) * density(1)


def _directions() -> list[Check]:
    return [equal("KL(P || Q) = KL(Q || P)", kl(P, Q), kl(Q, P), RESOLUTION)]


def _golden_directions() -> list[Check]:
    found = ((kl(P, Q), "0.3101634897"), (kl(Q, P), "0.3344398433"))
    return [digits("KL is the number", ball, number) for ball, number in found]


LIKELIHOOD = (
    Printed(
        "Maximum Likelihood Estimation = Minimize KL Divergence",
        r"$\theta^* = argmax_\theta E_{P_{data}}[\log P_G] = argmin_\theta KL(P_{data}\|P_G)$",
        ids=("lecture 1",),
        decide=_likelihood,
        right=r"$P_{data}$ has finite entropy and $P_G$ is positive where $P_{data}$ is",
    ),
    Printed(
        "Maximum Likelihood Estimation = Minimize KL Divergence",
        r"the $\theta$ that maximises the likelihood of the samples minimises $KL(P_{data}\|P_G)$: "
        "title, read without the sign of approximation in the derivation",
        ids=("E17",),
        expected=Verdict.REFUTED,
        reading=True,
        decide=_sampled_likelihood,
        right="in the limit of many samples (law of large numbers), or with the frequencies of $P_{data}$",
        decide_right=_balanced_likelihood,
        witness="a fair coin that shows heads, heads, tails: the likelihood is largest at 2/3, where KL = 0.059",
    ),
    Printed(
        "Maximum Likelihood Estimation",
        r"a Gaussian mixture with means and variances $\theta$: find the $\theta^*$ that maximises the likelihood",
        ids=("X1",),
        expected=Verdict.REFUTED,
        decide=_mixture_likelihood,
        right="the likelihood is unbounded: variances need a lower bound (and weights belong to the parameters)",
        decide_right=_bounded_likelihood,
        witness=r"samples 0 and 1, $N(0, s^2)/2 + N(1, 1)/2$: the likelihood grows like $1/s$",
    ),
    Printed(
        "Generator; Discriminator",
        r"$G^* = argmin_G Div(P_G, P_{data})$, read as: the order of the two in Div does not matter",
        ids=("X5",),
        expected=Verdict.REFUTED,
        reading=True,
        decide=_directions,
        right=r"the order counts: maximum likelihood is $KL(P_{data}\|P_G)$, and $D_f(P_{data}\|P_G)$ later on",
        decide_right=_golden_directions,
        witness="p = (1/2, 1/3, 1/6), q = (1/5, 3/10, 1/2): 0.3102 one way, 0.3344 the other",
    ),
)
