"""One table from several of the same columns, with the series that each comes from in a column of words."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from figures.figure import Table


def stacked(parts: Mapping[str, Table], name: str) -> dict[str, Any]:
    """The tables one below the other; the first column, called ``name``, says which."""
    first = next(iter(parts.values()))
    sizes = [len(next(iter(table.values()))) for table in parts.values()]
    found: dict[str, Any] = {name: np.repeat(list(parts), sizes)}
    return found | {key: np.concatenate([np.asarray(table[key]) for table in parts.values()]) for key in first}


def stacked_tables(parts: Mapping[str, Mapping[str, Table]], name: str) -> dict[str, dict[str, Any]]:
    """The same for figures that have several tables each: tables of one name are put together."""
    first = next(iter(parts.values()))
    return {key: stacked({series: tables[key] for series, tables in parts.items()}, name) for key in first}
