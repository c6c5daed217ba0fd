"""Relatives of the GAN: least squares, energy, loss-sensitive."""

from fractions import Fraction

from lgantheory.claims import Check, Verdict
from paper_checks.divergences import RESOLUTION, P, Q, total
from paper_checks.printed import Printed
from verify.balls import at_most, equal, exact

HALF = Fraction(1, 2)


def _least_squares() -> list[Check]:
    """With labels 1 and 0 the loss p (D - 1)^2 + q D^2 is least at D = p/(p+q)."""
    found = []
    for p, q in zip(P, Q, strict=True):
        best = Fraction(p) / (p + q)
        found += [
            at_most("regression finds p/(p+q)", _quadratic(p, q, best), _quadratic(p, q, best + s), RESOLUTION)
            for s in (-HALF, HALF)
        ]
    return found


def _quadratic(p: Fraction | int, q: Fraction | int, d: Fraction) -> Fraction:
    return p * (d - 1) ** 2 + q * d**2


def _energy() -> list[Check]:
    """The loss p E + q max(0, m - E) is least at E = 0 or E = m; the sum of the least values is m (1 - TV)."""
    m = 3
    energies = [Fraction(i, 4) for i in range(25)]
    least = sum(
        (min(p * e + q * max(Fraction(0), m - e) for e in energies) for p, q in zip(P, Q, strict=True)), Fraction()
    )
    variation = total([exact(abs(p - q)) for p, q in zip(P, Q, strict=True)]) / 2
    return [equal("the least loss of the energy is m (1 - TV)", least, m * (1 - variation), RESOLUTION)]


def _two_lsgans() -> list[Check]:
    """One real and one fake point at distance 3: least squares puts D at 1 and 0; loss-sensitive wants them 3 apart."""
    outputs = [Fraction(i, 4) for i in range(-4, 13)]
    real = min(outputs, key=lambda d: _quadratic(1, 0, d))
    fake = min(outputs, key=lambda d: _quadratic(0, 1, d))
    margin = Fraction(3)
    missed, least = (max(Fraction(0), margin - gap) for gap in (real - fake, max(outputs) - min(outputs)))
    return [at_most("the optimum of one LSGAN has the least loss of the other", missed, least, RESOLUTION)]


RELATIVES = (
    Printed(
        "Least Square GAN (LSGAN)",
        "regression in place of classification",
        ids=("lecture 25",),
        decide=_least_squares,
        right="with labels b (real) and a (fake) the best D is $(b p + a q)/(p + q)$",
    ),
    Printed(
        "Energy-based GAN (EBGAN)",
        "the reconstruction error of an auto-encoder as energy, large in a limited region only",
        ids=("lecture 26",),
        decide=_energy,
        right="with margin m the least loss of D is m (1 - TV)",
    ),
    Printed(
        "Outlook: Loss-sensitive GAN (LSGAN)",
        "LSGAN, read as: the same method as the LSGAN some slides before",
        ids=("E15",),
        expected=Verdict.REFUTED,
        reading=True,
        decide=_two_lsgans,
        right="two: least squares, and loss-sensitive with a margin",
        witness="points at distance 3: least squares separates them by 1, the loss-sensitive margin is 3",
    ),
    Printed(
        "Reference",
        'names and titles, such as "Zolt Kira", "Generative Adversarial Networks, NIPS", "arXiv prepring"',
        undecidable="the title pages; as far as is known here: Zsolt Kira, Generative Adversarial Nets, preprint",
    ),
)
