"""The sources' figures with ours beside, as a table: what matches, what differs, and why."""

from dataclasses import dataclass

OURS = "ours"
"""How the source of a figure begins that no source has."""


@dataclass(frozen=True)
class Undrawn:
    """A source's figure that has none of ours, and why."""

    source: str
    why: str


UNDRAWN = (
    Undrawn("LGAN slides, 'Unsupervised Image Generation' (samples and scores)", "needs training runs on images"),
    Undrawn("lecture, 'Generation' (faces, hand-drawn images)", "photographs and sketches: nothing to compute"),
    Undrawn(
        "lecture, block diagrams of G, D and the auto-encoder", "they name parts and show neither number nor shape"
    ),
    Undrawn(
        "lecture, 'Spectrum Norm'", "the slide states no number; verify/transport/spectral.py decides its sentence"
    ),
    Undrawn("talk, Figure 1 (GAN structure)", "quoted from elsewhere; it names parts"),
    Undrawn("talk, Figure 2 (methods)", "a table of words; verify/stability/ decides what each method gives"),
    Undrawn(
        "talk, Figure 4, 'Results' (a) to (f) and 'Comparison of Improved GAN with different n_cr'",
        "need training runs: the presets stability-default and stability-improved",
    ),
)


def markdown() -> str:
    """One Markdown table: the sources' figures in the order of their names, then the figures that no source has."""
    from figures.catalogue import get_figure, list_figures

    every = [get_figure(name) for name in list_figures()]
    theirs = [(one.source, f"`{one.name}`", one.differs) for one in every if not one.source.startswith(OURS)]
    theirs += [(one.source, "none", one.why) for one in UNDRAWN]
    ours = [(OURS, f"`{one.name}`", one.title) for one in every if one.source.startswith(OURS)]
    head = ("Figure of the source", "Ours", "What matches, what differs, why")
    return "\n".join(_row(cells) for cells in (head, ("---",) * 3, *sorted(theirs), *ours)) + "\n"


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
