"""Features of images from a small classifier that is trained here: what stands in for Inception where there is none.

A network in the manner of LeNet is trained on a labelled data set, with a fixed seed, on part of the samples; its last
hidden layer, 128 numbers, is the feature. The Frechet distance on them is called ``FD_lenet``, never FID: it can be
compared only with itself on the same data set, and with its own value between two halves of the real samples.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from lgantheory.arrays import Array
from lgantheory.errors import InvalidParameter
from lgantheory.files.opening import file_bytes, refuse
from lgantheory.files.writing import replace_file
from lgantheory.neural.data.dataset import Dataset
from lgantheory.neural.scores import Batch, frechet_distance

FEATURES = 128
"""Width of the last hidden layer."""

FORMAT = "lgantheory-lenet-1"


@dataclass(frozen=True)
class Recipe:
    """Everything that the weights depend on besides the data. Found to work, not tuned."""

    epochs: int = 6
    batch: int = 50
    learning_rate: float = 1e-3
    held_out_share: float = 0.2
    seed: int = 0


class LeNetwork(nn.Module):
    """Images (b, c, h, w) to class scores (b, classes): two convolutions with pooling, two layers."""

    def __init__(self, shape: tuple[int, ...], classes: int) -> None:
        super().__init__()
        channels, height, width = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels, 16, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(32 * (height // 4) * (width // 4), FEATURES),
            nn.ReLU(),
        )
        self.head = nn.Linear(FEATURES, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Class scores (b, classes)."""
        return self.head(self.body(images))


@dataclass(frozen=True)
class LeNet:
    """A trained network and how well it classifies samples that it was not trained on.

    * ``accuracy``: share of the ``held_out`` samples that it gets right; ``trained_on``: of how many it learned.
    """

    network: LeNetwork
    shape: tuple[int, ...]
    accuracy: float
    held_out: int
    trained_on: int

    @torch.no_grad()
    def __call__(self, images: Batch) -> Array:
        """Features (n, 128), float64, of images (n, *shape) scaled as the data set's.

        Raises:
            InvalidParameter: images of another shape.
        """
        if tuple(images.shape[1:]) != self.shape:
            raise InvalidParameter(f"got images of shape {tuple(images.shape)}; needed (n, {self.shape}).")
        place = next(self.network.parameters())
        tensor = torch.as_tensor(images) if isinstance(images, Tensor) else torch.tensor(images)
        chunks = tensor.to(place).split(256)
        return torch.cat([self.network.body(chunk) for chunk in chunks]).cpu().double().numpy()


@dataclass(frozen=True)
class FDReport:
    """Means over ``splits`` draws, each with its standard deviation over the draws.

    * ``fd_lenet``, ``spread``: n fake against n real samples;
    * ``baseline``, ``baseline_spread``: n other real samples against the same n;
    * ``accuracy``: of the classifier, on samples held out.
    """

    fd_lenet: float
    spread: float
    baseline: float
    baseline_spread: float
    n: int
    splits: int
    accuracy: float


def fd_lenet(lenet: LeNet, real: Batch, fake: Batch, *, rng: np.random.Generator, splits: int = 5) -> FDReport:
    """Frechet distance of features, and the baseline between two disjoint sets of real samples of the same number.

    Both are biased upwards alike: with fewer samples than the 128 features the covariances do not have full rank. Which
    samples meet matters as well: hence several draws, and their spread.

    Raises:
        InvalidParameter: fewer than two fake or four real samples, fewer than two splits, or images of another shape.
    """
    n = min(len(fake), len(real) // 2)
    if n < 2 or splits < 2:
        raise InvalidParameter(
            f"got {len(real)} real and {len(fake)} fake images in {splits} splits; needed at least 4, 2 and 2."
        )
    truth, made = lenet(real), lenet(fake)
    pairs = []
    for _ in range(splits):
        order = rng.permutation(len(truth))
        first, second, third = truth[order[:n]], truth[order[n : 2 * n]], made[rng.permutation(len(made))[:n]]
        pairs.append((frechet_distance(first, third), frechet_distance(first, second)))
    (value, baseline), (spread, other) = np.mean(pairs, axis=0), np.std(pairs, axis=0, ddof=1)
    return FDReport(float(value), float(spread), float(baseline), float(other), n, splits, lenet.accuracy)


def fit_lenet(
    data: Dataset, *, recipe: Recipe | None = None, folder: str | Path | None = None, device: str = "cpu"
) -> LeNet:
    """The classifier of a labelled data set of images, trained, or read back from ``folder`` if it is there.

    The file, safetensors, is named by a digest of samples, labels and recipe, and holds one of the weights. Accuracy
    is measured each time, on the samples held out.

    Raises:
        InvalidParameter: no images of at least 4x4, or no labels, or too few samples to hold some out.
        UnreadableFile: the file in the folder is damaged or not what its name says. UnwritableFile: as it says.
    """
    recipe = Recipe() if recipe is None else recipe
    labels = _labels(data)
    held = round(recipe.held_out_share * data.size)
    if not 1 <= held < data.size:
        raise InvalidParameter(f"got {data.size} samples, {held} of them to hold out; needed some on both sides.")
    order = np.random.default_rng(recipe.seed).permutation(data.size)
    images, classes = torch.tensor(data.real[order]), torch.tensor(labels[order])
    network = LeNetwork(data.shape, int(labels.max()) + 1)
    digest = _digest(data, labels, recipe)
    file = None if folder is None else Path(folder) / f"lenet-{digest[:16]}.safetensors"
    if file is not None and file.exists():
        _read(file, network, digest)
    else:
        _train(network.to(device), images[held:], classes[held:], recipe)
        if file is not None:
            _write(file, network, digest)
    accuracy = _accuracy(network.to(device), images[:held], classes[:held])
    return LeNet(network.requires_grad_(False), data.shape, accuracy, held, data.size - held)


def _labels(data: Dataset) -> Array:
    if not data.is_image or min(data.shape[1:]) < 4 or data.labels is None:
        raise InvalidParameter(
            f"got data set {data.name!r} of shape {data.shape}{'' if data.labels is not None else ' without labels'}; "
            "needed labelled images of at least 4x4, such as digits or mnist."
        )
    return data.labels


def _start(network: LeNetwork, generator: torch.Generator) -> None:
    """Initial weights from the generator alone, whatever the global one holds: He's, with no bias."""
    for name, weight in network.cpu().named_parameters():
        if name.endswith("bias"):
            nn.init.zeros_(weight)
        else:
            nn.init.kaiming_uniform_(weight, nonlinearity="relu", generator=generator)


def _train(network: LeNetwork, images: Tensor, classes: Tensor, recipe: Recipe) -> None:
    place = next(network.parameters()).device
    _start(network, torch.Generator().manual_seed(recipe.seed))
    shuffle = torch.Generator().manual_seed(recipe.seed + 1)
    network.to(place)
    optimiser = torch.optim.Adam(network.parameters(), lr=recipe.learning_rate)
    for _ in range(recipe.epochs):
        for batch in torch.randperm(len(images), generator=shuffle).split(recipe.batch):
            optimiser.zero_grad()
            scores = network(images[batch].to(place))
            nn.functional.cross_entropy(scores, classes[batch].to(place)).backward()
            optimiser.step()


@torch.no_grad()
def _accuracy(network: LeNetwork, images: Tensor, classes: Tensor) -> float:
    place = next(network.parameters()).device
    guesses = torch.cat([network(chunk.to(place)).argmax(dim=1).cpu() for chunk in images.split(256)])
    return float((guesses == classes).double().mean())


def _digest(data: Dataset, labels: Array, recipe: Recipe) -> str:
    digest = hashlib.sha256(json.dumps([FORMAT, list(data.shape), asdict(recipe)]).encode())
    digest.update(np.ascontiguousarray(data.real).tobytes())
    digest.update(labels.tobytes())
    return digest.hexdigest()


def _write(file: Path, network: LeNetwork, digest: str) -> None:
    from safetensors.torch import save

    file.parent.mkdir(parents=True, exist_ok=True)
    weights = {name: value.cpu().contiguous() for name, value in network.state_dict().items()}
    replace_file(file, save(weights, {"format": FORMAT, "of": digest, "sha256": _sum(weights)}))


def _read(file: Path, network: LeNetwork, digest: str) -> None:
    """Fill the network from the file; nothing is changed unless every byte is as it was written."""
    from safetensors import SafetensorError, safe_open
    from safetensors.torch import load

    data = file_bytes(file)
    try:
        with safe_open(file, "pt") as opened:
            about = opened.metadata() or {}
        weights = load(data)
    except (SafetensorError, OSError, ValueError) as error:
        refuse(file, f"got a file that is damaged or no safetensors ({error}); needed the one written here. Remove it.")
    needed = {name: value.shape for name, value in network.state_dict().items()}
    if (about.get("format"), about.get("of")) != (FORMAT, digest) or needed != {k: w.shape for k, w in weights.items()}:
        refuse(file, "got the weights of another network or data set; needed those of this one. Remove the file.")
    if about.get("sha256") != _sum(weights):
        refuse(file, "got weights that are not those that were written; needed a whole file. Remove it.")
    network.load_state_dict(weights)


def _sum(weights: dict[str, Tensor]) -> str:
    """Digest of the weights themselves: safetensors has none."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        digest.update(name.encode())
        digest.update(weights[name].numpy().tobytes())
    return digest.hexdigest()
