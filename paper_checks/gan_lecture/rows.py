"""The rows of both tables as they are printed: name, integral, generator f, conjugate f*.

``w`` is the weight pi of the weighted Jensen-Shannon row, 1/4 here, which a binary float holds without error.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from paper_checks.divergences import P, Q, compiled, total
from verify.balls import exact

WEIGHT = Fraction(1, 4)


@dataclass(frozen=True)
class Row:
    """Formulas in sympy's notation, and as LaTeX where they are shown; ``domain`` is where f* is finite."""

    slug: str
    name: str
    integrand: str
    generator: str
    derivative: str
    conjugate: str
    domain: str
    shown: tuple[str, str, str]
    corrected: str = ""


ROWS = (
    Row(
        "tv",
        "Total variation",
        "abs(p - q)/2",
        "abs(u - 1)/2",
        "sign(u - 1)/2",
        "t",
        r"$-1/2 \leq t \leq 1/2$",
        (r"\int |p - q| / 2", r"|u - 1|/2", "t"),
    ),
    Row(
        "kl",
        "Kullback-Leibler",
        "p*log(p/q)",
        "u*log(u)",
        "1 + log(u)",
        "exp(t - 1)",
        "every t",
        (r"\int p \log(p/q)", r"u \log u", r"\exp(t - 1)"),
    ),
    Row(
        "rkl",
        "Reverse Kullback-Leibler",
        "q*log(q/p)",
        "-log(u)",
        "-1/u",
        "-1 - log(-t)",
        "$t < 0$",
        (r"\int q \log(q/p)", r"-\log u", r"-1 - \log(-t)"),
    ),
    Row(
        "pearson",
        "Pearson",
        "(q - p)**2/p",
        "(u - 1)**2",
        "2*(u - 1)",
        "t**2/4 + t",
        r"$t \geq -2$ (below, $f^* = -1$ where f lives on $u \geq 0$)",
        (r"\int (q - p)^2 / p", "(u - 1)^2", "t^2/4 + t"),
        "(p - q)**2/q",
    ),
    Row(
        "neyman",
        "Neyman",
        "(p - q)**2/q",
        "(1 - u)**2/u",
        "1 - 1/u**2",
        "2 - 2*sqrt(1 - t)",
        r"$t \leq 1$",
        (r"\int (p - q)^2 / q", "(1 - u)^2 / u", r"2 - 2 \sqrt{1 - t}"),
        "(p - q)**2/p",
    ),
    Row(
        "hellinger",
        "Squared Hellinger",
        "(sqrt(p) - sqrt(q))**2",
        "(sqrt(u) - 1)**2",
        "1 - 1/sqrt(u)",
        "t/(1 - t)",
        "$t < 1$",
        (r"\int (\sqrt{p} - \sqrt{q})^2", r"(\sqrt{u} - 1)^2", "t/(1 - t)"),
    ),
    Row(
        "jeffreys",
        "Jeffrey",
        "(p - q)*log(p/q)",
        "(u - 1)*log(u)",
        "log(u) + 1 - 1/u",
        "LambertW(exp(1 - t)) + 1/LambertW(exp(1 - t)) + t - 2",
        "every t",
        (r"\int (p - q) \log(p/q)", r"(u - 1) \log u", "W(e^{1-t}) + 1/W(e^{1-t}) + t - 2"),
    ),
    Row(
        "js",
        "Jensen-Shannon",
        "(p*log(2*p/(p + q)) + q*log(2*q/(p + q)))/2",
        "-(u + 1)*log((1 + u)/2) + u*log(u)",
        "log(2*u/(1 + u))",
        "-log(2 - exp(t))",
        r"$t < \log 2$",
        (
            r"(1/2) \int p \log(2p/(p+q)) + q \log(2q/(p+q))",
            r"-(u + 1) \log((1 + u)/2) + u \log u",
            r"-\log(2 - e^t)",
        ),
        "p*log(2*p/(p + q)) + q*log(2*q/(p + q))",
    ),
    Row(
        "js_weighted",
        "Jensen-Shannon-weighted",
        "w*p*log(p/(w*p + (1 - w)*q)) + (1 - w)*q*log(q/(w*p + (1 - w)*q))",
        "w*u*log(u) - (1 - w + w*u)*log(1 - w + w*u)",
        "w*log(u/(1 - w + w*u))",
        "(1 - w)*log((1 - w)/(1 - w*exp(t/w)))",
        r"$t < -\pi \log \pi$",
        (
            r"\int \pi p \log(p/m) + (1 - \pi) q \log(q/m), m = \pi p + (1 - \pi) q",
            r"\pi u \log u - (1 - \pi + \pi u) \log(1 - \pi + \pi u)",
            r"(1 - \pi) \log((1 - \pi)/(1 - \pi e^{t/\pi}))",
        ),
    ),
    Row(
        "gan",
        "GAN",
        # -log 4 as an integrand: (p + q)/2 has mass one
        "p*log(2*p/(p + q)) + q*log(2*q/(p + q)) - (p + q)*log(4)/2",
        "u*log(u) - (u + 1)*log(u + 1)",
        "log(u/(1 + u))",
        "-log(1 - exp(t))",
        "$t < 0$",
        (
            r"\int p \log(2p/(p+q)) + q \log(2q/(p+q)) - \log 4",
            r"u \log u - (u + 1) \log(u + 1)",
            r"-\log(1 - e^t)",
        ),
    ),
)


BY_SLUG = {row.slug: row for row in ROWS}


def f_divergence(row: Row) -> arb:
    """``sum q f(p / q)`` on the pair of measures."""
    f = function(row.generator, "u")
    return total([exact(b) * f(exact(a) / exact(b)) for a, b in zip(P, Q, strict=True)])


def function(text: str, *names: str) -> Callable[..., arb]:
    """A formula of a row, its weight put in."""
    compiled_text = compiled(text, *names, "w")
    return lambda *at: compiled_text(*at, exact(WEIGHT))
