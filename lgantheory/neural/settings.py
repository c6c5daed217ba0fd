"""Everything that a run depends on, in one frozen object: read from YAML or JSON, hashed, and stored with the run.

Unknown names are refused with the nearest one that exists, here and not after an hour. Presets are the settings of the
sources, one file of ``presets/`` each, with its source; what is written on the command line goes over them.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, field_validator

from lgantheory.errors import InvalidParameter, UnknownName
from lgantheory.neural.reading import read_mapping, read_yaml

PRESETS = Path(__file__).parent / "presets"

Options = dict[str, JsonValue]
Count = Annotated[int, Field(strict=True, ge=1)]
Seed = Annotated[int, Field(strict=True, ge=0, lt=2**63)]
Positive = Annotated[float, Field(gt=0.0)]
Share = Annotated[float, Field(ge=0.0, lt=1.0)]

CHOICES = ("regulariser", "network", "generator", "optimiser", "data")
"""Fields with an ``_options`` beside them. Another choice leaves the options of the former one behind."""


Kind = TypeVar("Kind", bound="Settings")


class Settings(BaseModel):
    """What every kind of run has. Made with ``of``, which refuses in one line; equal settings have equal hashes.

    * ``steps``: how many; ``decay`` "linear" takes the step size to 0 over them.
    * ``log_every``, ``checkpoint_every``: in steps.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True)
    kind: ClassVar[str] = "settings"
    unhashed: ClassVar[frozenset[str]] = frozenset()

    loss: str = "softplus"
    loss_real: str | None = None
    steps: Count = 1000
    seed: Seed = 0
    log_every: Count = 50
    checkpoint_every: Count = 500

    @field_validator("*")
    @classmethod
    def _finite(cls, value: Any) -> Any:
        if isinstance(value, dict):
            _ = json.dumps(value, allow_nan=False)
        return value

    @classmethod
    def of(cls: type[Kind], values: Mapping[str, Any]) -> Kind:  # noqa: PYI019 (checked at run time, which Self is not)
        """The settings with these values and defaults for the others.

        Raises:
            InvalidParameter: an unknown name, with the nearest one, or a value out of its range.
        """
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            raise InvalidParameter(_refusal(cls, error)) from None

    @property
    def config_hash(self) -> str:
        """SHA-256 of ``hashed``, as JSON with sorted keys."""
        return hashlib.sha256(json.dumps(self.hashed, sort_keys=True, allow_nan=False).encode()).hexdigest()

    @property
    def hashed(self) -> dict[str, Any]:
        """Everything that the steps of the run depend on.

        How often checkpoints are made has no part in it, nor the number of steps where the step size is constant: a
        finished run may go on.
        """
        values = {"kind": self.kind, **self.model_dump(mode="json")}
        left_out = self.unhashed | ({"steps"} if values.get("decay", "constant") == "constant" else set())
        return {name: value for name, value in values.items() if name not in left_out}


class CriticSettings(Settings):
    """A critic on two fixed samples.

    * ``loss``: a name or an expression in ``t`` for the fake side; ``loss_real``: an expression, else mirrored.
    * ``batch``: points drawn from each sample per step; ``None`` for all points of both at every step.
    * ``betas``: Adam's; ignored by the other optimisers, which take theirs from ``optimiser_options``.
    * ``precision``: "bf16" computes the networks in bfloat16 and keeps weights and losses in float32; "tf32" lets an
      NVIDIA card round the factors of float32 products.
    * ``deterministic``: torch's deterministic algorithms only; on a CPU runs repeat bit by bit in any case.
    """

    kind: ClassVar[str] = "critic"
    unhashed: ClassVar[frozenset[str]] = frozenset({"checkpoint_every"})

    regulariser: str = "maxgp"
    regulariser_options: Options = {}
    network: str = "mlp"
    network_options: Options = {}
    optimiser: Literal["adam", "adamw", "rmsprop", "sgd"] = "adam"
    optimiser_options: Options = {}
    learning_rate: Positive = 1e-3
    betas: tuple[Share, Share] = (0.0, 0.9)
    decay: Literal["constant", "linear"] = "constant"
    batch: Count | None = 64
    device: str = "auto"
    precision: Literal["float32", "float64", "bf16", "tf32"] = "float32"
    deterministic: bool = False


class TrainingSettings(CriticSettings):
    """A GAN: a critic, a generator, and data.

    * ``steps``: of the generator; before each, ``critic_steps`` of the critic, or ``critic_steps_boost`` during the
      first ``boost_first`` steps and at every ``boost_every``-th one (WGAN's schedule), where those are given.
    * ``generator_loss``: "own" is ``loss.generator``, "linear" ``-f``, "non_saturating" ``loss.real`` on fakes,
      "saturating" ``-loss.fake``; else an expression in ``t``.
    * ``generator_batch``: fakes in the generator's step; as many as in the critic's unless given.
    * ``generator_learning_rate``: as the critic's unless given.
    * ``ema``: decay of the running mean of the generator's weights, which scores and pictures use; ``None`` for none.
    """

    kind: ClassVar[str] = "gan"

    data: str = "digits"
    data_options: Options = {}
    generator: str = "mlp"
    generator_options: Options = {}
    latent: Count = 128
    generator_loss: str = "own"
    generator_batch: Count | None = None
    generator_learning_rate: Positive | None = None
    batch: Count | None = Field(default=64)
    critic_steps: Count = 5
    critic_steps_boost: Count | None = None
    boost_first: Annotated[int, Field(strict=True, ge=0)] = 0
    boost_every: Count | None = None
    ema: Share | None = 0.99

    @field_validator("batch")
    @classmethod
    def _drawn(cls, batch: int | None) -> int | None:
        if batch is None:
            raise ValueError("a number of points per step, since a generator makes as many as it is asked for")
        return batch

    def critic_steps_before(self, step: int) -> int:
        """How often the critic is trained before the generator's step number ``step``, counted from 1."""
        again = self.boost_every is not None and step % self.boost_every == 0
        boosted = self.critic_steps_boost is not None and (step <= self.boost_first or again)
        return self.critic_steps_boost if boosted and self.critic_steps_boost else self.critic_steps


class AloneSettings(CriticSettings):
    """A critic on the real and fake samples of a data set."""

    data: str = "toy"
    data_options: Options = {}


class ParticleSettings(Settings):
    """Fake points that follow the exact discriminator's gradient: no network at all.

    * ``lam``: weight of k^2; ``step_size``: how far a point moves per unit of gradient.
    * ``particles``, ``reals``: how many fake points, and at most how many real ones (``None``: all).
    """

    kind: ClassVar[str] = "particles"

    data: str = "toy"
    data_options: Options = {}
    lam: Positive = 0.5
    step_size: Positive = 0.5
    particles: Count = 100
    reals: Count | None = 500
    steps: Count = 50
    log_every: Count = 1
    checkpoint_every: Count = 10


# ---------------------------------------------------------------------------------------------------------------------
# Presets and overrides


def list_presets() -> list[str]:
    """Names that ``load_preset`` knows."""
    return sorted(path.stem for path in PRESETS.glob("*.yaml"))


def preset_values(name: str, shape: tuple[int, ...] | None = None) -> dict[str, Any]:
    """The values of a preset, as its file has them, with those of its variant for data of this shape.

    Raises:
        UnknownName: there is no such preset; the nearest is named.
    """
    if name not in list_presets():
        raise UnknownName(
            f"got the preset {name!r}; needed one of {', '.join(list_presets())}.{_hint(name, list_presets())}"
        )
    content = read_mapping(PRESETS / f"{name}.yaml")
    return {**content["settings"], **content.get("variants", {}).get(variant(shape), {})}


def load_preset(name: str, shape: tuple[int, ...] | None = None) -> TrainingSettings:
    """The settings of a source; see ``preset_values``."""
    return TrainingSettings.of(preset_values(name, shape))


def variant(shape: tuple[int, ...] | None) -> str | None:
    """What presets call data of this shape: "vector", or "8x8", "28x28", "32x32" for images."""
    if shape is None:
        return None
    return "vector" if len(shape) == 1 else "x".join(map(str, shape[-2:]))


def overridden(values: Mapping[str, Any], texts: Iterable[str]) -> dict[str, Any]:
    """Values with others put over them: ``"steps=10"``, ``"regulariser_options.lam=1"``; read as YAML, in order.

    Raises:
        InvalidParameter: a text without ``=``, or a name inside something that has no names.
    """
    result = json.loads(json.dumps(dict(values)))
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise InvalidParameter(f"got {text!r}; needed name=value, such as regulariser_options.lam=1.")
        _put(result, name.strip().split("."), read_yaml(value, where=text))
    return result


def _put(values: dict[str, Any], path: list[str], value: Any) -> None:
    *outer, last = path
    for name in outer:
        values = values.setdefault(name, {})
        if not isinstance(values, dict):
            raise InvalidParameter(f"got {'.'.join(path)}; needed a name without the last dot: {name!r} is one value.")
    if not outer and last in CHOICES and values.get(last) != value:
        values.pop(f"{last}_options", None)
    values[last] = value


# ---------------------------------------------------------------------------------------------------------------------
# Refusing


def _refusal(model: type[BaseModel], error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    name = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        return (
            f"got the setting {name!r}; needed one of {', '.join(model.model_fields)}.{_hint(name, model.model_fields)}"
        )
    needed = first["msg"].removeprefix("Value error, ")
    shown = repr(first.get("input"))[:80]
    hint = _hint(str(first.get("input")), re.findall(r"'([^']+)'", needed)) if first["type"] == "literal_error" else ""
    return f"got {name} = {shown}; needed: {needed[:1].lower()}{needed[1:]}.{hint} Change it with --set {name}=..."


def _hint(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
