"""Curves that many figures share: one line for each word of a column, told apart by colour and by dashes."""

from typing import Any

from figures.figure import Table, column, select
from figures.style import INK, SERIES

DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1, 1.2)), (0, (6, 1.5, 1, 1.5)), (0, (3, 1, 1, 1, 1, 1)), "-")


def words(table: Table, by: str = "series") -> list[str]:
    """The words of a column in the order in which they first come."""
    return list(dict.fromkeys(str(word) for word in column(table, by)))


def curves(axes: Any, table: Table, x: str, y: str, *, by: str = "series", **options: Any) -> None:
    """A line for each word of column ``by``, in the house's order of colours and dashes."""
    for index, word in enumerate(words(table, by)):
        rows = select(table, **{by: word})
        look = {"color": SERIES[index % len(SERIES)], "linestyle": DASHES[index % len(DASHES)]}
        axes.plot(rows[x], rows[y], **{**look, "label": word, **options})


def named(axes: Any, letter: str, title: str) -> None:
    """The panel's letter and what it shows, to the left above it."""
    axes.set_title(f"{letter}  {title}", loc="left", color=INK)


def rows_of(**columns: Any) -> dict[str, Any]:
    """Columns of one length: arrays as they are, single values repeated."""
    import numpy as np

    length = max(np.size(values) for values in columns.values())
    return {name: [v] * length if np.ndim(v) == 0 else list(v) for name, v in columns.items()}


def joined(*tables: Table) -> dict[str, Any]:
    """The rows of tables with the same columns, one under the other."""
    return {name: [value for table in tables for value in table[name]] for name in tables[0]}
