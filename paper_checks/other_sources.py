"""What is refuted about other sources: the LGAN paper itself, code published with papers, and papers close to it.

The sources above are read line by line. Of these, only what a claim of ``verify`` refutes is listed.
"""

from lgantheory.claims import Verdict
from paper_checks.printed import Document, Printed


def _erratum(place: str, printed: str, claim: str, right: str, witness: str, *ids: str) -> Printed:
    """An entry that one claim refutes, and the true claim of the same file corrects."""
    refs = (claim, claim.partition("/")[0])
    return Printed(place, printed, ids, Verdict.REFUTED, right=right, witness=witness, refs=refs)


ENTRIES = (
    _erratum(
        "LGAN paper, first version, abstract",
        "the compact dual of the Wasserstein distance also suffers from uninformative gradients",
        "compact_dual/always-uninformative",
        "it may, says the later abstract: off the supports",
        "generated points with room around them: some optimum points to the real ones",
    ),
    _erratum(
        "LGAN paper, Table 1, gradient vanishing",
        "the gradient of LGANs does not vanish, read as: is no smaller for distant samples",
        "lgan.far_failure/never-vanishing",
        r"$k > 0$ for $P_r \neq P_g$; it fades with the distance where $\phi + \varphi$ is bounded below",
        r"softplus, two points: $k \leq 2 \log(1 + s)/d$ with $s = d^2/(4 \lambda)$",
    ),
    _erratum(
        "LGAN paper, Table 1; folklore",
        "the optimal discriminator of WGAN is unique up to a constant",
        "theorem1/up-to-a-constant",
        "not even on the supports",
        "reals 0 and 10, fakes 1 and 11: f(10) - f(0) may be anything in [-10, 8]",
        "P7",
    ),
    _erratum(
        "LGAN paper, Theorem 2 (b)",
        "every point of exactly one support has a tight partner, for closed supports of any kind",
        "lgan.noncompact/closed-supports",
        "compact supports; otherwise almost everywhere",
        "fakes (1/n, 0), reals (1/n, n): the limit point (0, 0) has slopes below k only",
    ),
    _erratum(
        "LGAN paper, Theorem 3",
        "the gradient points from x to y, for any norm",
        "lgan.other_norms/points-at-y",
        "the Euclidean one; in others it has slope k towards y and dual norm k",
        r"sum norm: $k\,sign(y - x)$",
    ),
    _erratum(
        "LGAN paper, remark on losses",
        "rescaling a loss keeps the assumption",
        "lgan.adding_losses/rescaling",
        "if both sides are mirrored afterwards",
        r"$\phi = 2t, \varphi = -t$: no balance point, J falls without bound",
    ),
    _erratum(
        "LGAN paper, remark on losses",
        "linear combinations of losses of different classes keep the assumption",
        "lgan.adding_losses/different-classes",
        "if both sides are mirrored afterwards",
        r"$\phi = t, \varphi = \log(1 + e^{-t})/2$: the slopes never meet",
    ),
    _erratum(
        "LGAN paper, experiments",
        r"$(x + 1)^2$ and $\max(0, x + 1)$ trained as LGANs: points of one support have tight partners",
        "theorem2/score-table",
        r"not for these two, which are outside the assumption: $\phi'$ is not positive everywhere",
        r"real 0, fakes 1 and 3, $\lambda = 1/3$: from 3 the slopes are 5/9 and 1/3, and k = 1",
    ),
    _erratum(
        "LGAN paper, convergence",
        "moving generated samples along the optimal flow lowers their Wasserstein distance, for every loss",
        "lgan.particle_flow/wasserstein",
        "it lowers the divergence of the LGAN; the distance for linear losses alone",
        r"reals -1 and 10, fakes 0 and -1, small $\lambda$: the fake at 0 moves away from 10",
    ),
    _erratum(
        r"slides, eq. (2) as the limit of eq. (3)",
        r"for small $\lambda$ the optimum is near the unrestricted one",
        "lgan.zero/everywhere",
        "where the supports are common; elsewhere the unrestricted one is infinite",
        "one real and one fake point",
    ),
    _erratum(
        "code of MaxGP-MaxAL; WGAN-GP penalty",
        r"$\lambda (k - 1)^2$ in place of $\lambda k^2$ keeps the equilibrium",
        "lgan.penalty_forms/target-one",
        "no: it wants slope 1 also where the distributions are equal",
        r"softplus, $P_r = P_g$ uniform on 0 and 1: k is the root of $tanh(k/4)/2 = 2 \lambda (1 - k)$",
    ),
    _erratum(
        "Mao et al. 2017, section 3.2",
        r"the value of LSGAN is Pearson's $\chi^2$ of p + q from 2q",
        "transport.least_squares/pearson",
        r"it is $\sum (p - q)^2/(p + q)$, Neyman's",
        "any pair with p other than q: the denominators are 2q and p + q",
    ),
    _erratum(
        "code of GAN_stability, class of consensus optimisation",
        "the second terms of the gradient of half the squared field carry a factor 1/2",
        "neighbours.consensus_gradient/half",
        "they do not",
        "at (1, 1) both entries are off by 0.0529",
    ),
    _erratum(
        "code of the talk, evaluation",
        "p-values against reals that are rescaled by their own range tell a perfect generator",
        "stability.ks_pvalue/own-range",
        "on the scale of the training data",
        "a law with a few far values: P(p < 0.01) > 0.9 for a perfect generator",
        "Z9b",
    ),
    _erratum(
        "code of the talk, evaluation",
        "accuracy at the threshold 1/2 tells how well a critic separates",
        "stability.accuracy/threshold",
        "the loss does not see a constant, the accuracy does",
        "fakes at 3/5, reals at 7/10: told apart, accuracy 1/2",
        "Z13",
    ),
)
DOCUMENT = Document("other_sources", "Other sources: LGAN paper, published code, neighbouring papers", ENTRIES)
