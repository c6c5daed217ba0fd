"""The stability talk's data: a mixture of three normal laws, its quantiles, and what can be reached or judged.

Literally added, the three variables would have one hump. A generator that ends in tanh stays in [-1, 1] and misses the
tails, 0.7 % of the mass. And a Kolmogorov-Smirnov p-value is no scale: for a perfect generator it is uniform, and no
longer so once the real points are rescaled by their own range, as the authors' code does. The p-values are exact.
"""

from typing import Any

from figures.curves import curves, joined, named, rows_of
from figures.figure import Figure, Size, Table, Tables, select
from figures.style import FAINT, FAKE, INK, REAL, SERIES, panels

SEED = 5
DRAWN = 20_000
BANDWIDTH = 0.1
PLACES, QUICK_PLACES = 301, 31
EVALUATED, TRAINED = 250, 50_000
REPEATS, QUICK_REPEATS = 400, 10
MIXTURE, SUM, KERNEL = "mixture", "sum of the three", "kernel estimate"
FAIR, OWN_RANGE, UNIFORM = "scale of the data", "rescaled by own range", "uniform"
LEAST_P = 1e-8


def data(size: Size) -> Tables:
    """Densities, distribution functions, and p-values of perfect generators."""
    import numpy as np

    x = np.linspace(-1.4, 1.4, QUICK_PLACES if size.quick else PLACES)
    return {
        "laws": joined(*(_law(name, x) for name in (MIXTURE, SUM))),
        "estimate": _estimate(x, np.random.default_rng(SEED)),
        "outside": _outside(),
        "p_values": _p_values(QUICK_REPEATS if size.quick else REPEATS, np.random.default_rng(SEED + 1)),
    }


def _parts(name: str) -> list[tuple[float, float, float]]:
    """Weight, mean and standard deviation of the components of a draw."""
    from verify.stability.mixture import PRINTED, Law

    return [
        (float(part.weight), float(part.mean), float(part.variance) ** 0.5)
        for part in Law(PRINTED, summed=name == SUM).drawn
    ]


def _law(name: str, x: Any) -> Table:
    from scipy.special import ndtr

    density = sum(w * _normal((x - m) / s) / s for w, m, s in _parts(name))
    below = sum(w * ndtr((x - m) / s) for w, m, s in _parts(name))
    return rows_of(series=name, x=x, density=density, below=below)


def _normal(z: Any) -> Any:
    """The density of N(0, 1)."""
    import numpy as np

    return np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)


def _draws(rng: Any, count: int) -> Any:
    """Independent draws of the mixture."""
    import numpy as np

    weights, means, deviations = np.array(_parts(MIXTURE)).T
    chosen = rng.choice(len(weights), count, p=weights / weights.sum())
    return rng.normal(means[chosen], deviations[chosen])


def _estimate(x: Any, rng: Any) -> Table:
    """What Figure 3 of the talk shows: a Gaussian kernel estimate of width 0.1 from 20 000 draws, binned."""
    import numpy as np

    counts, edges = np.histogram(_draws(rng, DRAWN), bins=np.linspace(-2.5, 2.5, 2001))
    middle = 0.5 * (edges[1:] + edges[:-1])
    kernel = _normal((x[:, None] - middle) / BANDWIDTH) / BANDWIDTH
    return rows_of(series=KERNEL, x=x, density=kernel @ counts / DRAWN)


def _outside() -> Table:
    """The mass outside [-1, 1], and the least W1 to it of a law inside, E (|x| - 1)_+."""
    from verify.stability.mixture import PRINTED
    from verify.stability.tanh_range import totals

    mass, excess = totals(PRINTED)
    return {"mass": [float(mass)], "least_W1": [float(excess)]}


def _p_values(repeats: int, rng: Any) -> Table:
    """Two samples of one law, compared as they are, and after the real ones were stretched onto [-1, 1] by themselves.

    The generator knows the range of the training data, so its samples are on that scale in both cases.
    """
    import numpy as np

    from verify.stability.ks_pvalue import p_value

    found: dict[str, list[float]] = {FAIR: [], OWN_RANGE: []}
    training = _draws(rng, TRAINED)
    for _ in range(repeats):
        real, fake = (_stretched(_draws(rng, EVALUATED), training) for _ in range(2))
        for name, shown in ((FAIR, real), (OWN_RANGE, _stretched(real, real))):
            found[name].append(float(p_value(EVALUATED, apart(shown, fake))))
    share = (np.arange(repeats) + 1.0) / repeats
    uniform = np.geomspace(LEAST_P, 1.0, 49)
    return joined(
        *(rows_of(series=name, p=np.sort(values), share=share) for name, values in found.items()),
        rows_of(series=UNIFORM, p=uniform, share=uniform),
    )


def apart(real: Any, fake: Any) -> int:
    """The Kolmogorov-Smirnov distance of two samples of one size n, times n."""
    import numpy as np

    both = np.concatenate([real, fake])
    counts = [np.searchsorted(np.sort(side), both, side="right") for side in (real, fake)]
    return int(np.abs(counts[0] - counts[1]).max())


def _stretched(points: Any, by: Any) -> Any:
    """Points mapped by the map that takes the range of ``by`` onto [-1, 1]."""
    return 2.0 * (points - by.min()) / (by.max() - by.min()) - 1.0


def draw(tables: Tables) -> Any:
    """Densities; quantiles; p-values."""
    figure, axes = panels(1, 3, height=2.5)
    _draw_densities(axes[0, 0], tables)
    _draw_quantiles(axes[0, 1], tables)
    _draw_p_values(axes[0, 2], tables["p_values"])
    return figure


def _draw_densities(axes: Any, tables: Tables) -> None:
    rows = select(tables["laws"], series=MIXTURE)
    axes.fill_between(rows["x"], rows["density"], color=REAL, alpha=0.3, linewidth=0, label=MIXTURE)
    axes.plot(tables["estimate"]["x"], tables["estimate"]["density"], color=REAL, linewidth=1.0, label=KERNEL)
    rows = select(tables["laws"], series=SUM)
    axes.plot(rows["x"], rows["density"], color=SERIES[1], linestyle="--", label=SUM)
    axes.set(xlabel="x", ylabel="density", ylim=(0, 2.4))
    axes.legend(loc="upper left", borderaxespad=0.1)
    named(axes, "a", "the training set")


def _draw_quantiles(axes: Any, tables: Tables) -> None:
    for name, colour, dash in ((MIXTURE, REAL, "-"), (SUM, SERIES[1], "--")):
        rows = select(tables["laws"], series=name)
        axes.plot(rows["below"], rows["x"], color=colour, linestyle=dash, label=name)
    for end in (-1.0, 1.0):
        axes.axhline(end, color=FAKE, linewidth=0.8)
    mass = 100.0 * float(tables["outside"]["mass"][0])
    axes.text(0.0, 1.05, f"not reached by tanh: {mass:.2f} %", color=FAKE, fontsize=6.5, va="bottom")
    axes.set(xlabel="share of the mass below", ylabel="quantile", ylim=(-1.4, 1.4))
    axes.legend(loc="upper left", bbox_to_anchor=(0.0, 0.83), borderaxespad=0.1, fontsize=6.5)
    named(axes, "b", "quantiles")


def _draw_p_values(axes: Any, table: Table) -> None:
    axes.axvspan(LEAST_P, 0.01, color=FAINT, alpha=0.5, linewidth=0)
    curves(axes, select(table, series=OWN_RANGE), "p", "share", color=SERIES[1], drawstyle="steps-post")
    curves(axes, select(table, series=FAIR), "p", "share", color=SERIES[0], drawstyle="steps-post")
    curves(axes, select(table, series=UNIFORM), "p", "share", color=INK, linewidth=0.8, linestyle=":")
    axes.set(xscale="log", xlim=(LEAST_P, 1.0), ylim=(0, 1.3), xlabel="p-value", ylabel="share of repeats below")
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.legend(loc="upper left", fontsize=6.5, borderaxespad=0.1, labelspacing=0.2)
    named(axes, "c", "p of a perfect generator")


FIGURE = Figure(
    name="talk_data",
    title="The talk's data: a mixture, not a sum; its tails; and why a p-value is no scale",
    source="talk, Figure 3 ('Linear combination of normal distributions') and the p-values of its last figure",
    differs="the same kernel estimate, with the density behind it and the literal sum; the last figure's curves need "
    "training, so what its measure says of a perfect generator is shown instead",
    data=data,
    draw=draw,
)
