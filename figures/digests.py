"""What a figure depends on, as one digest: its code, the code it imports, the library, stored results, options.

Of ``figures`` and ``verify`` only the modules that the figure reaches count, found by reading their import statements;
so a change to one figure redraws that one. The library counts as a whole, since it loads its parts by name.
"""

import ast
import hashlib
import inspect
import json
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

import lgantheory
from figures.figure import Figure, Size

ROOT = Path(__file__).parents[1]
FOLLOWED = ("figures", "verify")


def digest_of(figure: Figure, formats: Sequence[str], size: Size) -> str:
    """Of all that the figure's files can depend on."""
    own = {Path(inspect.getfile(getattr(function, "func", function))) for function in (figure.data, figure.draw)}
    code = b"\0".join(path.read_bytes() for path in sorted(reached(own)))
    stored = [path.read_bytes() for path, _ in figure.stored]
    texts = [figure.name, figure.title, figure.source, figure.differs]
    options = json.dumps([texts, sorted(formats), size.quick, version("matplotlib"), version("numpy")])
    return of_bytes(b"\0".join((_library(), code, *stored, options.encode())))


def of_bytes(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def reached(files: set[Path]) -> set[Path]:
    """These files, and all modules of the followed packages that they import, directly or not."""
    found, ahead = set[Path](), set(files)
    while ahead:
        path = ahead.pop()
        found.add(path)
        ahead |= set(_imports(path)) - found
    return found


@cache
def _imports(path: Path) -> tuple[Path, ...]:
    """The modules of the followed packages that a file names in its import statements, wherever they stand."""
    names = {name for node in ast.walk(ast.parse(path.read_bytes())) for name in _names(node)}
    return tuple(place for name in sorted(names) if (place := _place(name)) is not None)


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _place(name: str) -> Path | None:
    """The file of a module; None for other packages, and for names that are no module."""
    parts = name.split(".")
    if parts[0] not in FOLLOWED:
        return None
    candidates = (ROOT.joinpath(*parts).with_suffix(".py"), ROOT.joinpath(*parts, "__init__.py"))
    return next((path for path in candidates if path.is_file()), None)


@cache
def _library() -> bytes:
    """All of the library but networks: what they learn comes in through stored results alone."""
    folder = Path(lgantheory.__file__).parent
    files = (path for path in sorted(folder.rglob("*.py")) if "neural" not in path.relative_to(folder).parts)
    return b"\0".join(path.read_bytes() for path in files)
