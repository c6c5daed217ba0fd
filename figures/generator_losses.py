"""Minimax against non-saturating: the generator's loss at a generated point, and the slope that reaches it.

The generator sees D = 1 / (1 + e^-a) through the logit a. There the slopes are -D and -(1 - D): where the
discriminator recognises the fake, D near 0, the minimax loss log(1 - D) hardly pulls and -log D pulls with slope one.
Both push the logit up, and both rest where D does not change.
"""

from typing import Any

from figures.curves import curves, joined, named, rows_of
from figures.figure import Figure, Size, Tables
from figures.style import FAINT, panels

PLACES, QUICK_PLACES = 401, 21
FARTHEST = 6.0
NAMES = ("minimax: log(1 − D)", "non-saturating: −log D")


def data(size: Size) -> Tables:
    """Losses and their slopes in the logit, over logits; the softplus forms lose no digits at either end."""
    import numpy as np
    from scipy.special import expit

    a = np.linspace(-FARTHEST, FARTHEST, QUICK_PLACES if size.quick else PLACES)
    D = expit(a)
    minimax = rows_of(series=NAMES[0], logit=a, D=D, loss=-np.logaddexp(0.0, a), slope=-D)
    other = rows_of(series=NAMES[1], logit=a, D=D, loss=np.logaddexp(0.0, -a), slope=-expit(-a))
    return {"losses": joined(minimax, other)}


def draw(tables: Tables) -> Any:
    """Losses over D as on the slide, and over the logit; slopes over the logit."""
    figure, axes = panels(1, 3, height=2.4)
    for index, (x, y) in enumerate((("D", "loss"), ("logit", "loss"), ("logit", "slope"))):
        axis = axes[0, index]
        curves(axis, tables["losses"], x, y)
        axis.axhline(0.0, color=FAINT, linewidth=0.8)
    axes[0, 0].set(xlabel="D at a generated point", ylabel="generator's loss", xlim=(0, 1), ylim=(-4, 4))
    axes[0, 1].set(xlabel="logit a of D", ylabel="generator's loss")
    axes[0, 2].set(xlabel="logit a of D", ylabel="slope in the logit", ylim=(-1.05, 0.05))
    axes[0, 2].annotate(
        "a recognised\nfake is hardly\npulled", (-5.0, -0.01), xytext=(-6.1, -0.52), fontsize=7, arrowprops=_ARROW
    )
    named(axes[0, 0], "a", "over D")
    named(axes[0, 1], "b", "over the logit")
    named(axes[0, 2], "c", "what reaches the generator")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


_ARROW = {"arrowstyle": "->", "linewidth": 0.7}

FIGURE = Figure(
    name="generator_losses",
    title="Minimax saturates where the fake is recognised; the non-saturating loss does not",
    source="lecture, 'Objective Function for Generator in Real Implementation'",
    differs="the slide's two curves over D; added are the slopes in the logit, which are what vanishes: in D itself "
    "neither slope does",
    data=data,
    draw=draw,
)
