"""Settings as text: YAML, of which JSON is a part."""

import re
from pathlib import Path
from typing import Any

import yaml

from lgantheory.errors import InvalidParameter, UnreadableFile


class _Loader(yaml.SafeLoader):
    """YAML without two traps: 1e-4 is a number, and a name that stands twice is refused."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        names = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = [name for place, name in enumerate(names) if name in names[:place]]
        if twice:
            raise yaml.YAMLError(f"the name {twice[0]!r} stands there twice")
        return super().construct_mapping(node, deep)


_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)|[-+]?(\d+\.\d*|\.\d+)")
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(f"^(?:{_NUMBER.pattern})$"), list("-+0123456789."))


def read_yaml(text: str, *, where: str) -> Any:
    """The content of a YAML (or JSON) text.

    Raises:
        InvalidParameter: it is none.
    """
    try:
        return yaml.load(text, _Loader)  # a safe loader
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise InvalidParameter(
            f"got {where}, which is no YAML ({' '.join(str(error).split())[:200]}); needed some."
        ) from None


def read_mapping(path: Path) -> dict[str, Any]:
    """The names and values of a YAML or JSON file.

    Raises:
        UnreadableFile: no such file, or something else in it.
    """
    try:
        content = read_yaml(path.read_text(encoding="utf-8"), where=str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{path}: could not be read ({error}); needed a YAML or JSON file.") from None
    if not isinstance(content, dict) or not all(isinstance(name, str) for name in content):
        raise UnreadableFile(f"{path}: got no names with values; needed lines such as 'steps: 1000'.")
    return content
