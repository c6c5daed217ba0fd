"""What is refuted about other sources: the LGAN paper itself, code published with papers, and papers close to it.

The other sources are read line by line. Of these, only what a claim of ``verify`` refutes is listed: nearly always a
reading that goes too far, such as folklore, an extension of a theorem that fails, or code taken at more than it says.
"""

from dataclasses import replace

from lgantheory.claims import Verdict
from paper_checks.poster_and_code import POSTER_AND_CODE
from paper_checks.printed import Document, Printed


def _erratum(place: str, printed: str, claim: str, right: str, witness: str, *ids: str) -> Printed:
    """An entry that one claim refutes, and the true claim of the same file corrects."""
    refs = (claim, claim.partition("/")[0])
    return Printed(place, printed, ids, Verdict.REFUTED, right=right, witness=witness, refs=refs)


def _reading(place: str, printed: str, claim: str, right: str, witness: str, *ids: str) -> Printed:
    """The same where the source does not print it."""
    return replace(_erratum(place, printed, claim, right, witness, *ids), reading=True)


ENTRIES = (
    _reading(
        "LGAN paper, first version, abstract",
        "the compact dual of the Wasserstein distance also suffers from uninformative gradients, read as: always",
        "compact_dual/always-uninformative",
        "it may, says the later abstract: off the supports",
        "generated points with room around them: some optimum points to the real ones",
    ),
    _reading(
        "LGAN paper, Table 1, gradient vanishing",
        "the gradient of LGANs does not vanish, read as: is no smaller for distant samples",
        "lgan.far_failure/never-vanishing",
        r"$k > 0$ for $P_r \neq P_g$; it fades with the distance where $\phi + \varphi$ is bounded below",
        r"softplus, two points: $k \leq 2 \log(1 + s)/d$ with $s = d^2/(4 \lambda)$",
    ),
    _reading(
        "folklore about WGAN",
        "the optimal discriminator of WGAN is unique up to a constant",
        "theorem1/up-to-a-constant",
        "not even on the supports",
        "reals 0 and 10, fakes 1 and 11: f(10) - f(0) may be anything in [-10, 8]",
        "P7",
    ),
    _reading(
        "LGAN paper, Theorem 2 (b)",
        "every point of exactly one support has a tight partner, read for closed supports of any kind",
        "lgan.noncompact/closed-supports",
        "compact supports; otherwise almost everywhere",
        "fakes (1/n, 0), reals (1/n, n): the limit point (0, 0) has slopes below k only",
    ),
    _reading(
        "LGAN paper, Theorem 3, extended",
        "the gradient points from x to y, in any norm in place of the Euclidean one",
        "lgan.other_norms/points-at-y",
        "the Euclidean one; in others it has slope k towards y and dual norm k",
        r"sum norm: $k\,sign(y - x)$",
    ),
    _reading(
        "LGAN paper, remark on losses",
        "rescaling a loss keeps the assumption, read of one side alone",
        "lgan.adding_losses/rescaling",
        "if both sides are mirrored afterwards",
        r"$\phi = 2t, \varphi = -t$: no balance point, J falls without bound",
    ),
    _reading(
        "LGAN paper, remark on losses",
        "linear combinations of losses of different classes keep the assumption, read of each side by itself",
        "lgan.adding_losses/different-classes",
        "if both sides are mirrored afterwards",
        r"$\phi = t, \varphi = \log(1 + e^{-t})/2$: the slopes never meet",
    ),
    _reading(
        "LGAN paper, experiments",
        r"$(x + 1)^2$ and $\max(0, x + 1)$, trained as LGANs: read as if Theorem 2 were about them too",
        "theorem2/score-table",
        r"not for these two, which are outside the assumption: $\phi'$ is not positive everywhere",
        r"real 0, fakes 1 and 3, $\lambda = 1/3$: from 3 the slopes are 5/9 and 1/3, and k = 1",
    ),
    _reading(
        "slides, no gradient uninformativeness",
        "read as: moving fakes along the optimal flow lowers their Wasserstein distance, for every loss",
        "lgan.particle_flow/wasserstein",
        "it lowers the divergence of the LGAN; the distance for linear losses alone",
        r"reals -1 and 10, fakes 0 and -1, small $\lambda$: the fake at 0 moves away from 10",
    ),
    _reading(
        r"slides, eq. (2) read as the limit of eq. (3)",
        r"for small $\lambda$ the optimum is near the unrestricted one",
        "lgan.zero/everywhere",
        "where the supports are common; elsewhere the unrestricted one is infinite",
        "one real and one fake point",
    ),
    _reading(
        "code of MaxGP-MaxAL; target of WGAN-GP",
        r"$\lambda (k - 1)^2$ in place of $\lambda k^2$, read as: it keeps the equilibrium of LGANs",
        "lgan.penalty_forms/target-one",
        "no: it wants slope 1 also where the distributions are equal",
        r"softplus, $P_r = P_g$ uniform on 0 and 1: k is the root of $tanh(k/4)/2 = 2 \lambda (1 - k)$",
    ),
    _reading(
        "Mao et al. 2017, section 3.2",
        r"the value of LSGAN is Pearson's $\chi^2$ of p + q from 2q, read with $\sum (a - b)^2/b$ as Pearson's",
        "transport.least_squares/pearson",
        r"$\sum (p - q)^2/(p + q)$: Neyman's there, Pearson's where that is $\sum (b - a)^2/a$, as in the f-GAN table",
        "p = (1/4, 3/4), q = (3/4, 1/4): it is 1/2, and with 2q below 2/3",
    ),
    _erratum(
        "code of GAN_stability, class of consensus optimisation",
        "the second terms of the gradient of half the squared field carry a factor 1/2",
        "neighbours.consensus_gradient/half",
        "they do not",
        "at (1, 1) both entries are off by 0.0529",
    ),
    _reading(
        "code of the talk, evaluation",
        "p-values against reals rescaled by their own range, read as: they tell a perfect generator",
        "stability.ks_pvalue/own-range",
        "on the scale of the training data",
        "a law with a few far values: P(p < 0.01) > 0.9 for a perfect generator",
        "Z9b",
    ),
    _reading(
        "code of the talk, evaluation",
        "accuracy at the threshold 1/2, read as: it tells how well a critic separates",
        "stability.accuracy/threshold",
        "the loss does not see a constant, the accuracy does",
        "fakes at 3/5, reals at 7/10: told apart, accuracy 1/2",
        "Z13",
    ),
    *POSTER_AND_CODE,
)
DOCUMENT = Document("other_sources", "Other sources: LGAN paper, published code, neighbouring papers", ENTRIES)
