"""Expectations under a normal distribution as balls: rigorous quadrature on [-10, 10], and a proved bound of the tails.

For |f(m + s z)| <= a + b |z| + c z^2 the part beyond |z| > L = 10 is at most 2 (a Q + b phi + c (L phi + Q)), where phi
is the density at L and Q = P(Z > L) <= phi / L. The quadrature (Arb's, by python-flint) encloses the rest.
"""

from collections.abc import Callable
from typing import Any

from flint import acb, arb

from verify.balls import Number, exact

REACH = 10

Integrand = Callable[[acb, bool], acb]


def expectation(
    function: Integrand, mean: Number, deviation: Number, *, growth: tuple[Number, Number, Number] = (1, 0, 0)
) -> arb:
    """E f(X) for X ~ N(mean, deviation^2).

    Args:
        function: f of a complex argument; its second argument asks for a value that is not finite off the domain in
            which f is analytic, as Arb's quadrature does.
        growth: (a, b, c) with |f(mean + deviation z)| <= a + b |z| + c z^2 for real z.
    """
    m, s = exact(mean), exact(deviation)

    def weighted(z: acb, analytic: Any) -> acb:
        return function(m + s * z, bool(analytic)) * (-z * z / 2).exp()

    body = acb.integral(weighted, -REACH, REACH).real / (2 * arb.pi()).sqrt()
    return body + arb(0, 1) * _tail(*growth)


def _tail(a: Number, b: Number, c: Number) -> arb:
    density = (-exact(REACH * REACH) / 2).exp() / (2 * arb.pi()).sqrt()
    beyond = density / REACH
    return 2 * (exact(a) * beyond + exact(b) * density + exact(c) * (REACH * density + beyond))


def softplus(x: acb, analytic: bool) -> acb:
    """log(1 + e^x), written so that the exponential is small: analytic in |Im x| < pi."""
    if float(x.real.mid()) > 0.0:
        return x + (1 + (-x).exp()).log(analytic=analytic)
    return (1 + x.exp()).log(analytic=analytic)


def log_cosh(x: acb, analytic: bool) -> acb:
    """The logarithm of cosh x, softplus(2 x) - x - log 2; at most |x| on the real line."""
    return softplus(2 * x, analytic) - x - arb(2).log()


def sigmoid(x: acb, analytic: bool) -> acb:
    """1 / (1 + e^-x); meromorphic, so that quadrature sees its poles by itself."""
    return 1 / (1 + (-x).exp())


def shifted_jsd(theta: Number) -> arb:
    """JSD(N(0, 1), N(theta, 1)) = log 2 - E softplus(theta Z - theta^2 / 2): by reflection both halves are equal."""
    t = exact(theta)
    bend = t * t / 2
    mean = expectation(lambda z, analytic: softplus(t * z - bend, analytic), 0, 1, growth=(1 + bend, abs(t), 0))
    return arb(2).log() - mean


def shifted_slope(theta: Number) -> arb:
    """d/dtheta E_{N(theta, 1)} log(1 - D) with D = D* frozen: theta E_{N(theta, 1)} D*(X).

    log(1 - D*) = -softplus(theta^2 / 2 - theta x), whose derivative in x is theta D*(x).
    """
    t = exact(theta)
    return t * expectation(lambda x, analytic: sigmoid(t * t / 2 - t * x, analytic), t, 1)
