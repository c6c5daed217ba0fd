"""Numbers of the inventory that nothing here can decide, each with what would: no verdict is given for them.

They are facts about code that others ran, about scores of trained networks, and about figures. Where a claim of
``verify`` or an entry of a source does settle one after all, that counts.
"""

RUNS = "the networks, seeds and samples behind the figure"
CODE = "the authors' public code at the version that was run"
SCORES = "training at full scale with several seeds for each loss, and scores with their spread over seeds"

UNCHECKED: dict[str, str] = {
    "Z7": "ten seeds or more for each row of the table",
    "Z8": "the code that was timed, on the machine it was timed on",
    "Z9": "the samples behind the p-values of the last figure",
    "Z9b": CODE + ": on which scale the evaluation points are put",
    "Z9c": CODE + ": whether the plotted norm is squared",
    "Z12": CODE + ": the widths of the layers",
    "Z13": CODE + ": the accuracy that is logged",
    "neighbour biau": "a proof: it is about limits of sample size and of network size together",
    "neighbour terjek": "the programs of stability.inf_convolution, for every row of the table",
    **{f"code {i}": CODE for i in range(1, 16)},
    "table 2": SCORES,
    **{f"fig {i}": RUNS for i in range(1, 5)},
    "fig 5": SCORES,
    "fig 6": SCORES,
}
