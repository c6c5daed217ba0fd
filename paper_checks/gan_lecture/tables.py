"""The two tables of the f-GAN slides, row by row.

With p = u q the integrand is q times a function of u, which must be f: proved by sympy, and compared as sums on a pair
of measures. The conjugate is compared with ``u f'(u) - f(u)`` at ``t = f'(u)`` (Fenchel's equality), and must nowhere
be below ``u t - f(u)`` (Young's inequality). Rows that fail carry the integral or the domain that is right.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from flint import arb

from lgantheory.claims import Check, Verdict
from paper_checks.divergences import RESOLUTION, P, Q, formula, identity, total
from paper_checks.gan_lecture.rows import BY_SLUG, ROWS, WEIGHT, Row, f_divergence, function
from paper_checks.printed import Printed
from verify.balls import at_most, equal, exact

# Ratios p/q where a conjugate is compared; not 1, the kink of the first row.
RATIOS = (Fraction(1, 3), Fraction(3), Fraction(1, 2), Fraction(2), Fraction(7, 5))


@dataclass(frozen=True)
class Correction:
    """What is right in place of the printed integral of a row."""

    number: str
    claim: str
    right: str
    witness: str


CORRECTED = {
    "pearson": Correction(
        "E1",
        "pearson",
        r"$\int (p - q)^2 / q$, as on the slide of the three special cases",
        "the sum is 1.26 times $D_f$",
    ),
    "neyman": Correction("E1", "neyman", r"$\int (p - q)^2 / p$", "the sum is 0.80 times $D_f$"),
    "js": Correction(
        "E2",
        "jensen_shannon",
        r"without 1/2 ($f$ gives 2 JSD), or $f/2$ with $-(1/2)\log(2 - e^{2t})$",
        "the sum is half of $D_f$",
    ),
}


def integral(row: Row, integrand: str) -> list[Check]:
    """The integrand is q f(p/q), by proof; their sums agree, as balls."""
    import sympy

    p, q, u, w = sympy.symbols("p q u w", positive=True)
    names = {"p": p, "q": q, "u": u, "w": w}
    inner, outer = (formula(text, names) for text in (integrand, row.generator))
    difference = inner.subs(p, u * q) / q - outer
    at = {"q": Fraction(1, 3), "u": Fraction(7, 5), "w": WEIGHT}
    summand = function(integrand, "p", "q")
    added = total([summand(exact(a), exact(b)) for a, b in zip(P, Q, strict=True)])
    return [
        identity("the integrand is q f(p/q)", difference.expand() if "abs" not in integrand else difference, at),
        equal("the integral is D_f on a pair of measures", added, f_divergence(row), RESOLUTION),
    ]


def conjugate(row: Row) -> list[Check]:
    """Equality at t = f'(u), and no other u does better there."""
    f, slope, star = (
        function(text, name) for text, name in ((row.generator, "u"), (row.derivative, "u"), (row.conjugate, "t"))
    )
    found = []
    for u in map(exact, RATIOS):
        t = slope(u)
        found.append(equal("f*(f'(u)) = u f'(u) - f(u)", star(t), u * t - f(u), RESOLUTION))
        found += [at_most("u t - f(u) is at most f*(t)", v * t - f(v), star(t), RESOLUTION) for v in map(exact, RATIOS)]
    return found


def everywhere(slug: str, t: Fraction, u: Fraction) -> Check:
    """The formula of f*, taken at a t outside its domain, against one u."""
    row = BY_SLUG[slug]
    below = exact(u) * exact(t) - function(row.generator, "u")(exact(u))
    name = f"{row.name}: the printed f* bounds u t - f(u) at t = {t}"
    return at_most(name, below, function(row.conjugate, "t")(exact(t)), RESOLUTION)


def _outside() -> list[Check]:
    """Hellinger's formula gives -6 at t = 6/5, total variation's gives 1 at t = 1; both suprema are infinite."""
    return [everywhere("hellinger", Fraction(6, 5), Fraction(4)), everywhere("tv", Fraction(1), Fraction(10))]


def _inside() -> list[Check]:
    return [check for row in ROWS for check in conjugate(row)]


def _gan_at_one() -> list[Check]:
    f = function(BY_SLUG["gan"].generator, "u")
    return [equal("the generator of the GAN row is zero at 1", f(arb(1)), 0, RESOLUTION)]


def _gan_normalised() -> list[Check]:
    f, four = function(BY_SLUG["gan"].generator, "u"), arb(4).log()
    return [equal("f + log 4 is zero at 1", f(arb(1)) + four, 0, RESOLUTION)]


def _without_bars() -> list[Check]:
    """The text of the slide without its bars: p - q integrates to zero, and D_f is 1/3."""
    row = BY_SLUG["tv"]
    return [
        equal(
            "the integral of (p - q)/2 is D_f",
            sum((a - b for a, b in zip(P, Q, strict=True)), Fraction()) / 2,
            f_divergence(row),
            RESOLUTION,
        )
    ]


def _integral_entry(row: Row) -> Printed:
    wrong = CORRECTED.get(row.slug)
    printed = f"${row.shown[0]}$ is $D_f$ of $f = {row.shown[1]}$"
    place = f"first table, {row.name}"
    check = partial(integral, row, row.integrand)
    if wrong is None:
        ids = ("lecture 16", f"row {row.slug}")
        return Printed(place, printed, ids, decide=check, refs=("fdivergences.integrals",))
    return Printed(
        place,
        printed,
        ids=(wrong.number,),
        expected=Verdict.REFUTED,
        decide=check,
        refs=(f"fdivergences.integrals/{wrong.claim}", "fdivergences.integrals"),
        right=wrong.right,
        decide_right=partial(integral, row, row.corrected),
        witness="p = (1/2, 1/3, 1/6), q = (1/5, 3/10, 1/2): " + wrong.witness,
    )


def _conjugate_entry(row: Row) -> Printed:
    return Printed(
        f"second table, {row.name}",
        f"$f^*(t) = {row.shown[2]}$",
        ids=("lecture 16", f"row {row.slug}"),
        decide=partial(conjugate, row),
        refs=("fdivergences.conjugates",),
        right=f"for {row.domain}" + ("" if row.domain == "every t" else "; the slide gives no domain"),
    )


TABLES = (
    *map(_integral_entry, ROWS),
    Printed(
        "first table, Total variation",
        r"$(1/2) \int p - q$ and $(1/2) u - 1$, as the text of the slide reads",
        ids=("X8",),
        expected=Verdict.REFUTED,
        decide=_without_bars,
        right="the bars of the absolute values are missing (lost in the text, perhaps not on the slide)",
        decide_right=partial(integral, BY_SLUG["tv"], BY_SLUG["tv"].integrand),
        witness="every pair: the integral is 0; on the pair of the other rows the distance is 1/3",
    ),
    Printed(
        "first table, GAN, with the axiom f(1) = 0",
        r"$f = u \log u - (u + 1) \log(u + 1)$ generates an f-divergence",
        ids=("E3",),
        expected=Verdict.REFUTED,
        decide=_gan_at_one,
        right=r"$f(1) = -2 \log 2$, so $D_f(P\|P) = -\log 4$; $f + \log 4$ is one, with $-\log(1 - e^t) - \log 4$",
        decide_right=_gan_normalised,
        witness=r"u = 1: off by $2 \log 2$",
    ),
    *map(_conjugate_entry, ROWS),
    Printed(
        "second table, Total variation",
        "$f^*(t) = t$, for every t",
        ids=("E4",),
        expected=Verdict.REFUTED,
        decide=lambda: [everywhere("tv", Fraction(1), Fraction(10))],
        right=r"$t$ for $|t| \leq 1/2$, $-1/2$ below, $+\infty$ above",
        decide_right=partial(conjugate, BY_SLUG["tv"]),
        witness="t = 1: u t - f(u) = 5.5 at u = 10, above f*(1) = 1; the supremum is infinite",
    ),
    Printed(
        "second table",
        "the conjugates are given without domains",
        ids=("E5",),
        expected=Verdict.REFUTED,
        decide=_outside,
        right="each on its own interval, whose upper end is the slope of f at infinity; critics must stay inside",
        decide_right=_inside,
        witness="Hellinger at t = 6/5: the formula gives -6, and u t - f(u) = 3.8 at u = 4",
    ),
)
