"""``python -m lgantheory``: the library for people who have two files and a question."""

import sys

from lgantheory.commands.conditions import conditions
from lgantheory.commands.running import application, run
from lgantheory.commands.solve import solve

app = application("Optimal discriminators of Lipschitz GANs on your own samples, with certificates.")
app.command()(solve)
app.command()(conditions)


def main() -> int:
    """Run the command line; without arguments, say what there is."""
    return run(app, sys.argv[1:] or ["--help"], name="python -m lgantheory")


if __name__ == "__main__":
    sys.exit(main())
