"""Where and how exactly a run computes: cpu, cuda or mps by one code path, and the precision of the networks.

One device per run. Nothing of torch's global state is changed for longer than the run.
"""

import contextlib
import os
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from lgantheory.errors import InvalidParameter
from lgantheory.neural.settings import CriticSettings


def choose_device(name: str) -> torch.device:
    """The device of that name; "auto" takes the first of cuda, mps and cpu that is there.

    Raises:
        InvalidParameter: torch does not know it, or it is not in this machine.
    """
    present = [kind for kind, there in (("cuda", torch.cuda.is_available()), ("mps", _has_mps())) if there] + ["cpu"]
    if name == "auto":
        return torch.device(present[0])
    try:
        device = torch.device(name)
    except RuntimeError:
        device = None
    if device is None or device.type not in present:
        raise InvalidParameter(f"got the device {name!r}; needed auto or one of {', '.join(present)} on this machine.")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise InvalidParameter(f"got the device {name!r}; needed an index below {torch.cuda.device_count()}.")
    return device


def _has_mps() -> bool:
    return torch.backends.mps.is_available()


def choose_dtype(settings: CriticSettings, device: torch.device) -> torch.dtype:
    """The type of weights and points.

    Raises:
        InvalidParameter: the device does not have the precision.
    """
    if settings.precision == "float64" and device.type == "mps":
        raise InvalidParameter("got precision float64 on mps, which has none; needed float32, or device cpu.")
    if settings.precision == "tf32" and device.type != "cuda":
        raise InvalidParameter(f"got precision tf32 on {device.type}; it is NVIDIA's. Use float32, or device cuda.")
    return torch.float64 if settings.precision == "float64" else torch.float32


class InBfloat16(nn.Module):
    """A network whose forward pass is computed in bfloat16 where torch thinks that safe; its values are float32."""

    def __init__(self, network: nn.Module, device: torch.device) -> None:
        super().__init__()
        self.network = network
        self.kind = device.type

    def forward(self, points: Tensor) -> Tensor:
        """The network's values at points (b, ...)."""
        with torch.autocast(self.kind, dtype=torch.bfloat16):
            values = self.network(points)
        return values.float()


def in_precision(network: nn.Module, settings: CriticSettings, device: torch.device) -> nn.Module:
    """The network to call in place of this one; it shares the weights."""
    return InBfloat16(network, device) if settings.precision == "bf16" else network


@contextlib.contextmanager
def surroundings(settings: CriticSettings, device: torch.device) -> Iterator[None]:
    """Torch's global generators, product precision and choice of algorithms for one run; afterwards as before.

    The global generators are seeded too: parametrisations and dropout know no others.
    """
    indices = [device.index or 0] if device.type == "cuda" else []
    products = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    algorithms = torch.are_deterministic_algorithms_enabled()
    with torch.random.fork_rng(devices=indices):
        torch.manual_seed(settings.seed)
        tf32 = settings.precision == "tf32"
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = tf32
        if settings.deterministic:
            os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS asks for it
            torch.use_deterministic_algorithms(True)
        try:
            yield
        finally:
            torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = products
            torch.use_deterministic_algorithms(algorithms)


def global_states(device: torch.device) -> dict[str, Tensor]:
    """The states of torch's global generators, as tensors of bytes."""
    states = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(device)
    return states


def set_global_states(states: dict[str, Tensor], device: torch.device) -> None:
    """Put back what ``global_states`` gave."""
    torch.set_rng_state(states["cpu"])
    if device.type == "cuda":
        torch.cuda.set_rng_state(states["cuda"], device)
