"""``python -m lgantheory``: the library for people who have two files and a question."""

import sys

from lgantheory.commands.compare import compare
from lgantheory.commands.conditions import conditions
from lgantheory.commands.experiment import experiment
from lgantheory.commands.running import application, run
from lgantheory.commands.solve import solve
from lgantheory.commands.train import train

app = application("Optimal discriminators of Lipschitz GANs on your own samples, with certificates.")
app.command()(solve)
app.command()(conditions)
app.command()(compare)
app.command()(experiment)
app.command()(train)


def main() -> int:
    """Run the command line; without arguments, say what there is."""
    return run(app, sys.argv[1:] or ["--help"], name="python -m lgantheory")


if __name__ == "__main__":
    sys.exit(main())
