"""Slides "Lipschitz Generative Adversarial Nets" (Zhou, Liang, Yu, Yu, Zhang; ICML 2019)."""

from fractions import Fraction

from flint import arb

from lgantheory.claims import Check, Verdict
from paper_checks.divergences import RESOLUTION, P, Q
from paper_checks.printed import Document, Printed
from verify.balls import at_most, equal, exact

# eq. (3) as the text of the slide has it
OBJECTIVE = r"\mathbb{E}_{z \sim P_z}[\phi(f(g(z)))] + \mathbb{E}_{x \sim P_r}[\psi(f(x))] + \lambda \cdot k(f)^{2}]"
POINTS = [exact(Fraction(i, 2)) for i in range(-6, 7)]
CONSTANTS = [Fraction(i, 2) for i in range(-4, 5)]


def softplus(t: arb) -> arb:
    """``log(1 + e^t)``."""
    return (1 + t.exp()).log()


def _sigmoid(t: arb) -> arb:
    return 1 / (1 + (-t).exp())


def _vanilla() -> list[Check]:
    """With D = sigma(f) the fake side is -log(1 - D) and the real one -log D; their optimum is log p/q."""
    found = [
        equal("-log sigma(-f) = -log(1 - D)", -_sigmoid(-t).log(), -(1 - _sigmoid(t)).log(), RESOLUTION) for t in POINTS
    ]
    for p, q in zip(P, Q, strict=True):
        slope = exact(q) * _sigmoid(best := (exact(p) / exact(q)).log()) - exact(p) * _sigmoid(-best)
        found.append(equal("q phi + p psi is stationary at log p/q", slope, 0, RESOLUTION))
    return found


def _linear() -> list[Check]:
    """phi(f) and psi(f) = phi(-f) add up to E_g f - E_r f."""
    f = (Fraction(1), Fraction(-2), Fraction(3))
    cost = sum((q * x + p * -x for p, q, x in zip(P, Q, f, strict=True)), Fraction())
    gap = sum((q * x for q, x in zip(Q, f, strict=True)), Fraction()) - sum(
        (p * x for p, x in zip(P, f, strict=True)), Fraction()
    )
    return [equal("the objective is E_g f - E_r f", cost, gap, RESOLUTION)]


def _least_squares() -> list[Check]:
    """With alpha = 1: q (f + 1)^2 + p (f - 1)^2 is stationary at (p - q)/(p + q), where it is 4 p q/(p + q)."""
    found = []
    for p, q in zip(P, Q, strict=True):
        best = Fraction(p - q) / (p + q)
        found.append(equal("the slope at (p - q)/(p + q) is 0", q * (best + 1) + p * (best - 1), 0, RESOLUTION))
        cost = q * (best + 1) ** 2 + p * (best - 1) ** 2
        found.append(equal("the cost there is 4pq/(p + q)", cost, 4 * p * q / Fraction(p + q), RESOLUTION))
    return found


def _argmin_alone() -> list[Check]:
    """Generated mass alone: softplus falls at every step to the left."""
    name = "among ever smaller f(x) the softplus is no longer lowered"
    return [at_most(name, softplus(t), softplus(t - 1), 1e-12) for t in (arb(0), arb(-10), arb(-20))]


def _argmin_common() -> list[Check]:
    """Where both have mass the cost at log p/q is below the cost on both sides."""
    found = []
    for p, q in zip(P, Q, strict=True):
        best = (exact(p) / exact(q)).log()
        costs = [exact(q) * softplus(t) + exact(p) * softplus(-t) for t in (best - 1, best, best + 1)]
        found += [
            at_most("the cost is least at log p/q", costs[1], other, RESOLUTION) for other in (costs[0], costs[2])
        ]
    return found


def _brackets() -> list[Check]:
    name = "every closing bracket of the objective has been opened"
    return [at_most(name, OBJECTIVE.count("]") - OBJECTIVE.count("["), 0, 0.5)]


def _without_bracket() -> list[Check]:
    right = OBJECTIVE.removesuffix("]")
    return [equal("without the last one each bracket has its partner", right.count("]"), right.count("["), 0.5)]


def _both_increasing() -> list[Check]:
    """With phi = psi = t and a constant f = c: J = 2 c."""
    return [at_most("J over constants is bounded below by -10", -10, min(2 * c for c in (-100, 0, 100)), RESOLUTION)]


def _mirrored() -> list[Check]:
    """psi(t) = phi(-t), softplus: J of a constant is least at 0."""
    costs = [softplus(exact(c)) + softplus(exact(-c)) for c in CONSTANTS]
    return [at_most("J over constants is least at c = 0", 2 * arb(2).log(), cost, RESOLUTION) for cost in costs]


def linear_equilibria() -> list[Check]:
    """P_r = P_g, phi = t, psi = -t: J = 0 for every constant f, and k = 0."""
    costs = {c: sum((p * c + p * -c for p in P), Fraction()) for c in CONSTANTS}
    best = [c for c, cost in costs.items() if cost == min(costs.values())]
    return [equal("the optimal constants are one number", max(best) - min(best), 0, RESOLUTION)]


def strict_equilibrium() -> list[Check]:
    """With softplus every other constant costs more."""
    others = [c for c in CONSTANTS if c]
    name = "other constants cost more than c = 0"
    return [
        at_most(name, 2 * arb(2).log(), softplus(exact(c)) + softplus(exact(-c)), RESOLUTION, strict=True)
        for c in others
    ]


ENTRIES = (
    Printed(
        "Generalized Formulation for GANs",
        r"GAN: $\phi(x) = \psi(-x) = -\log \sigma(-x)$",
        decide=_vanilla,
        right=r"the optimum is $\log p/q$ where both are positive",
    ),
    Printed(
        "Generalized Formulation for GANs",
        r"WGAN: $\phi(x) = \psi(-x) = x$",
        decide=_linear,
        right="f restricted to 1-Lipschitz functions",
    ),
    Printed(
        "Generalized Formulation for GANs",
        r"LSGAN: $\phi(x) = \psi(-x) = (x + \alpha)^2$",
        decide=_least_squares,
        right=r"$\psi(x) = (x - \alpha)^2$; the optimum is $\alpha (p - q)/(p + q)$",
    ),
    Printed(
        "Gradient uninformativeness, eq. (2)",
        r"$f^*(x) = argmin P_g(x) \phi(f(x)) + P_r(x) \psi(f(x))$ is a real number for all x",
        ids=("X11",),
        expected=Verdict.REFUTED,
        decide=_argmin_alone,
        right="where both have mass; elsewhere the softplus has no minimum, and off both supports every number is one",
        decide_right=_argmin_common,
        witness="generated mass alone: the softplus decreases for ever",
    ),
    Printed(
        "Gradient uninformativeness",
        "disjoint supports: the gradient of the unrestricted optimum says nothing about the other distribution",
        ids=("lgan 2.1", "P11"),
        refs=("uninformative",),
    ),
    Printed(
        "The Gradient Uninformativeness, table of four families",
        "unrestricted GANs must suffer, read as: whatever the supports (the slide before says: if they are disjoint)",
        ids=("P12",),
        expected=Verdict.REFUTED,
        refs=("uninformative/unrestricted-must", "uninformative"),
        right="on disjoint supports; commonly, says the abstract",
        reading=True,
        witness=r"two Gaussians of one covariance: $\nabla \log p/q$ is the difference of the means",
    ),
    Printed(
        "The Gradient Uninformativeness, table of four families",
        "restricted GANs may suffer",
        refs=("uninformative",),
        right=r"for instance $|f| \leq 1$, or $E_\mu f^2 \leq 1$",
    ),
    Printed(
        "The Gradient Uninformativeness, table of four families",
        "GANs with W-distance may suffer",
        ids=("lgan 2.3",),
        refs=("compact_dual",),
        right="in the compact dual; with 1-Lipschitz f, as in WGAN, they do not: the abstract of the paper says so",
    ),
    Printed(
        "The Gradient Uninformativeness, table of four families",
        "Lipschitz GANs do not suffer",
        ids=("lgan 2.5",),
        refs=("uninformative", "theorem2"),
        right=r"losses that meet the assumption; $\lambda k^2$ is charged",
    ),
    Printed(
        "Lipschitz Generative Adversarial Nets, eq. (3)",
        r"$\min_f E \phi(f(g(z)))] + E \psi(f(x)) + \lambda k(f)^2]$, the last bracket never opened",
        ids=("X15",),
        expected=Verdict.REFUTED,
        decide=_brackets,
        right=r"no bracket after $k(f)^2$, which does not depend on z or x (it may be the text's, not the slide's)",
        decide_right=_without_bracket,
        witness="the formula itself: three closing square brackets, two opening ones",
    ),
    Printed(
        "Lipschitz Generative Adversarial Nets",
        r"$\phi$ and $\psi$ are any increasing functions with non-decreasing derivative",
        ids=("X12",),
        expected=Verdict.REFUTED,
        decide=_both_increasing,
        right=r"$\phi$ increases, $\psi$ decreases, as $\psi(x) = \phi(-x)$ does (a formula may be lost in the text)",
        decide_right=_mirrored,
        witness=r"$\phi = \psi = x$: J = 2c for f = c, unbounded below",
    ),
    Printed(
        "Lipschitz Generative Adversarial Nets",
        r"any increasing function, read as: any two, for $\phi$ and for $\psi(-x)$; or: increasing in the weak sense",
        expected=Verdict.REFUTED,
        reading=True,
        refs=(
            "conditions/any-increasing-function",
            "conditions/weakly-increasing",
            "conditions",
            "lgan.weakly_increasing/slides",
            "lgan.weakly_increasing",
        ),
        right=r"strictly increasing, and $\phi'(a) + \psi'(a) = 0$ somewhere, as for $\psi(x) = \phi(-x)$",
        witness=r"softplus with $\psi(x) = -x$ has no optimum; with $\max(0, x)$ mirrored f = 0 is optimal always",
    ),
    Printed(
        "Theoretically guaranteed properties",
        r"$f^*$ exists",
        ids=("lgan 2.4",),
        refs=("theorem1",),
        right="under the assumption; for unbounded supports first moments are needed",
    ),
    Printed(
        "Theoretically guaranteed properties",
        r"if $\phi$ is strictly convex then $f^*$ is unique",
        ids=("P7",),
        expected=Verdict.REFUTED,
        refs=("theorem1/everywhere", "theorem1"),
        right="unique on the two supports, and so is k; elsewhere every extension is optimal",
        witness="one real and one fake point: between and beyond them f is free within two cones",
    ),
    Printed(
        "Theoretically guaranteed properties",
        r"there is a unique Nash equilibrium, where $P_r = P_g$ and $k(f^*) = 0$",
        refs=("theorem4",),
        right="the distributions and k are unique",
    ),
    Printed(
        "Theoretically guaranteed properties",
        "the same, read as: unique with its f, for all losses allowed",
        ids=("X13",),
        expected=Verdict.REFUTED,
        reading=True,
        decide=linear_equilibria,
        right=r"f is unique there if $\phi + \psi$ has one minimum, as for strictly convex losses",
        decide_right=strict_equilibrium,
        witness=r"$\phi = x, \psi = -x$, $P_r = P_g$: every constant f is one",
    ),
    Printed(
        "Theoretically guaranteed properties",
        "for each generated sample the gradient directly points towards a real sample",
        ids=("lgan 2.6",),
        expected=Verdict.REFUTED,
        refs=("theorem3/each-sample", "theorem3", "theorem2"),
        right="inside the segments to the real samples it hangs on; at the sample itself f may have a kink",
        witness="fake 0, reals -1 and 1: slope k to both sides",
    ),
    Printed(
        "Theoretically guaranteed properties",
        "the same, read as: moving each sample along the gradient of f* leaves real ones where they are",
        ids=("P13",),
        expected=Verdict.REFUTED,
        reading=True,
        refs=("lgan.particle_flow/right-ones-stay", "lgan.particle_flow"),
        right="samples of which there are too few are pushed away to where fakes are too many",
        witness="real 0, fakes 0 and 1 in equal parts: f* falls from 0 to 1 with slope k",
    ),
    Printed(
        "Conclusion",
        "Lipschitz GANs penalise the Lipschitz constant of f, read without the square of eq. (3)",
        expected=Verdict.REFUTED,
        reading=True,
        refs=("lgan.penalty_forms/any-power", "lgan.penalty_forms"),
        right=r"$\lambda k^2$: with $\lambda k$ there are equilibria with $P_r \neq P_g$",
        witness=r"softplus, a real and a fake point at distance 1, $\lambda k$ with $\lambda = 1/2$: k = 0",
    ),
    Printed(
        "Experiments: Gradient Uninformativeness",
        "gradient uninformativeness shows as noisy gradients in practice",
        undecidable="networks trained on the planar examples, against the exact optimum",
    ),
    Printed(
        "Experiments: gradients in LGANs",
        r"$\nabla f^*$ points towards real samples in the figure",
        undecidable="the networks of the figure; the exact optimum of the same samples is drawn by `lgantheory`",
    ),
    Printed(
        "Experiments: f* is Unique",
        "uniqueness leads to stabilised discriminators",
        undecidable="training runs with several seeds; that shifts are free with linear losses is decided above",
    ),
    Printed(
        "Experiments: Unsupervised Image Generation",
        "LGANs consistently outperform WGAN",
        undecidable="training at full scale with several seeds for each loss, and scores with their spread over seeds",
    ),
)
DOCUMENT = Document("lgan_slides", 'Slides "Lipschitz Generative Adversarial Nets"', ENTRIES)
