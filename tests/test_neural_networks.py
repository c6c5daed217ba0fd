# ruff: noqa: E402  # imports wait until torch has been found
"""Networks: shapes, seeds, gradients, and the one whose slope is bounded by construction."""

import math
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from hypothesis import given
from hypothesis import strategies as st

from lgantheory.errors import InvalidParameter, LGANTheoryError, UnknownName
from lgantheory.neural.networks import get_generator, get_network, list_generators, list_networks
from lgantheory.neural.networks.activations import GroupSort2, get_activation
from lgantheory.neural.networks.groupsort import Orthonormal
from lgantheory.neural.networks.sizes import image_sizes

POINTS = [(1,), (2,), (7,)]
IMAGES = [(1, 8, 8), (3, 8, 8), (1, 28, 28), (3, 32, 32)]
ACTIVATIONS = [
    "relu", "leaky_relu", "leaky_relu(0.1)", "selu", "tanh", "elu", "elu(0.2)", "softplus", "silu", "groupsort2",
]  # fmt: skip
SMALL: dict[str, dict[str, Any]] = {
    "linear": {},
    "mlp": {"width": 8, "depth": 2},
    "groupsort": {"width": 8, "depth": 2},
    "dcgan": {"channels": 4},
    "resnet": {"channels": 4},
}
CRITICS = [(name, shape) for name in ("linear", "mlp", "groupsort") for shape in [*POINTS, (1, 8, 8)]]
CRITICS += [(name, shape) for name in ("dcgan", "resnet") for shape in IMAGES]
GENERATORS = [("mlp", shape) for shape in [*POINTS, (1, 8, 8)]]
GENERATORS += [(name, shape) for name in ("dcgan", "resnet") for shape in IMAGES]


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)
    torch.set_warn_always(True)  # warnings are errors, and some come once in a process only
    yield
    torch.set_warn_always(False)


def samples(size: int, shape: tuple[int, ...], seed: int = 0):
    return torch.randn(size, *shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def new_network(name: str, shape: tuple[int, ...], **options: Any) -> Any:
    """``get_network``, of a type that lets tests reach into its layers."""
    return get_network(name, shape, **options)


def new_generator(name: str, latent: int, shape: tuple[int, ...], **options: Any) -> Any:
    """``get_generator``, likewise."""
    return get_generator(name, latent, shape, **options)


def critic_of(name: str, shape: tuple[int, ...], seed: int = 0, **options: Any) -> Any:
    return new_network(name, shape, seed=seed, **{**SMALL[name], **options}).double()


# -- critics -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "shape"), CRITICS)
def test_a_critic_gives_each_sample_a_number_of_its_own(name: str, shape: tuple[int, ...]) -> None:
    """Alone, in a batch, or in another order: f(x) is f(x). Batch normalisation would fail here."""
    critic, x = critic_of(name, shape), samples(5, shape)
    values = critic(x).detach()
    assert values.shape == (5,)
    order = torch.tensor([3, 1, 4, 0, 2])
    assert torch.allclose(critic(x[order]).detach(), values[order], rtol=1e-10, atol=1e-13)
    alone = torch.cat([critic(x[i : i + 1]).detach() for i in range(5)])
    assert torch.allclose(alone, values, rtol=1e-10, atol=1e-13)
    assert critic(x[:0]).shape == (0,)
    assert len(values.unique()) == 5
    assert not any(isinstance(layer, torch.nn.modules.batchnorm._NormBase) for layer in critic.modules())


@pytest.mark.parametrize(("name", "shape"), CRITICS)
def test_every_weight_matters(name: str, shape: tuple[int, ...]) -> None:
    """A gradient reaches each weight from values, and each weight of a layer but the last bias from slopes."""
    critic, x = critic_of(name, shape), samples(6, shape).requires_grad_(True)
    values = critic(x)
    (slopes,) = torch.autograd.grad(values.sum(), x, create_graph=True)
    (values.square().sum() + slopes.square().sum()).backward()
    for title, weight in critic.named_parameters():
        assert weight.grad is not None, title
        assert bool(torch.isfinite(weight.grad).all()), title
        assert float(weight.grad.abs().max()) > 0.0, title


@pytest.mark.parametrize("name", ["mlp", "groupsort", "dcgan", "resnet"])
def test_gradients_and_those_of_slopes_agree_with_differences(name: str) -> None:
    shape = (1, 8, 8) if name in {"dcgan", "resnet"} else (2,)
    options: dict[str, Any] = {"activation": "tanh"} if name == "mlp" else {}
    critic, x = critic_of(name, shape, **options), samples(2, shape)
    weight = max(critic.parameters(), key=lambda w: w.numel())

    def energy() -> float:
        at = x.clone().requires_grad_(True)
        (slopes,) = torch.autograd.grad(critic(at).sum(), at, create_graph=True)
        total = slopes.square().sum() + critic(at).sum()
        critic.zero_grad()
        total.backward()
        return float(total.detach())

    _ = energy()
    assert weight.grad is not None
    steepest = int(weight.grad.abs().argmax())
    slope, step, entry = float(weight.grad.flatten()[steepest]), 1e-6, weight.data.view(-1)
    entry[steepest] += step
    up = energy()
    entry[steepest] -= 2 * step
    down = energy()
    assert slope == pytest.approx((up - down) / (2 * step), rel=1e-5)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_perceptron_takes_every_activation_and_passes_a_signal_through_many_layers(activation: str) -> None:
    critic = new_network("mlp", (2,), seed=0, width=64, depth=16, activation=activation).double()
    assert sum(isinstance(layer, torch.nn.Linear) for layer in critic.layers) == 17
    assert isinstance(critic.layers[1], type(get_activation(activation).make()))
    x = samples(64, (2,)).requires_grad_(True)
    (slopes,) = torch.autograd.grad(critic(x).sum(), x)
    assert 1e-3 < float(slopes.norm(dim=1).median()) < 1e3, "neither vanished nor exploded"


def test_activations_with_a_number() -> None:
    assert get_activation("elu(0.2)").make().alpha == 0.2
    assert get_activation("leaky_relu(0)").make().negative_slope == 0.0
    assert get_activation("elu").make().alpha == 1.0
    for text in ("relu(1)", "elu(x)", "elu(-1)", "elu(nan)"):
        with pytest.raises(InvalidParameter):
            _ = get_activation(text)
    for text in ("gelu", "", "elu(", 3, "os.system('x')"):
        with pytest.raises(UnknownName, match="needed one of"):
            _ = get_activation(text)


def test_an_output_layer_on_request() -> None:
    plain, squeezed = (critic_of("mlp", (2,), output=output) for output in ("none", "sigmoid"))
    x = samples(4, (2,))
    assert torch.equal(squeezed(x), torch.sigmoid(plain(x)))
    generator = new_generator("mlp", 3, (2,), seed=0, output="tanh")
    assert float(generator(9.0 * torch.ones(1, 3)).detach().abs().max()) <= 1.0
    with pytest.raises(UnknownName, match="sigmoid"):
        _ = critic_of("mlp", (2,), output="relu")


# -- the 1-Lipschitz critic --------------------------------------------------------------------------------------------


@given(st.integers(0, 10_000), st.sampled_from([(1,), (2,), (20,), (1, 4, 4)]), st.integers(1, 3))
def test_groupsort_has_slope_one_at_most_whatever_its_weights(seed: int, shape: tuple[int, ...], depth: int) -> None:
    critic = new_network("groupsort", shape, seed=seed, width=6, depth=depth).double()
    rng = torch.Generator().manual_seed(seed)
    for weight in critic.parameters():
        weight.data = 10.0 * torch.randn(weight.shape, generator=rng, dtype=torch.float64)
    x, y = (torch.randn(200, *shape, generator=rng, dtype=torch.float64) for _ in range(2))
    x[100:] = y[100:] + 1e-3 * x[100:]
    rises = (critic(y) - critic(x)).detach().abs()
    lengths = (y - x).flatten(1).norm(dim=1)
    # values of size 10 (biases) are off by a few ulps of it each
    assert bool((rises <= lengths * (1 + 1e-12) + 1e-12).all())


def test_groupsort_attains_slope_one_on_the_line() -> None:
    """The twin: with one input the first layer is an isometry, and the last can look along its image."""
    critic = new_network("groupsort", (1,), seed=0, width=4, depth=1).double()
    first, last = critic.layers[0], critic.layers[2]
    last.parametrizations["weight"].original.data = torch.sort(first.weight.detach().T.reshape(2, 2), -1)[0].reshape(
        1, 4
    )
    _ = torch.nn.init.zeros_(first.bias)
    x = torch.tensor([[1.0], [2.0]], dtype=torch.float64)
    low, high = critic(x).detach()
    assert float(high - low) == pytest.approx(1.0, rel=1e-12)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 10_000))
def test_orthonormal_factors(rows: int, columns: int, seed: int) -> None:
    weight = samples(rows, (columns,), seed)
    q = Orthonormal()(weight)
    assert q.shape == weight.shape
    gram = q @ q.T if rows <= columns else q.T @ q
    assert torch.allclose(gram, torch.eye(len(gram), dtype=torch.float64), atol=1e-13)
    tall, other = (q, weight) if rows >= columns else (q.T, weight.T)
    assert bool((torch.diagonal(tall.T @ other) > 0).all()), "the one with positive signs"
    assert torch.allclose(Orthonormal()(q), q, atol=1e-12), "what is orthonormal stays"


def test_groupsort_of_pairs() -> None:
    x = torch.tensor([[2.0, 1.0, -1.0, 3.0]])
    assert GroupSort2()(x).tolist() == [[1.0, 2.0, -1.0, 3.0]]
    with pytest.raises(InvalidParameter, match="even"):
        _ = new_network("groupsort", (2,), width=7)


# -- generators and sizes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "shape"), GENERATORS)
def test_a_generator_makes_samples_of_the_shape_and_uses_all_its_weights(name: str, shape: tuple[int, ...]) -> None:
    generator = new_generator(name, 5, shape, seed=0, **SMALL[name]).double()
    made = generator(samples(6, (5,)))
    assert made.shape == (6, *shape)
    made.square().sum().backward()
    bad = [title for title, w in generator.named_parameters() if w.grad is None or not torch.isfinite(w.grad).all()]
    assert not bad
    if name != "mlp":
        assert float(made.detach().abs().max()) <= 1.0
        assert any(isinstance(layer, torch.nn.BatchNorm2d) for layer in generator.modules())
    flat = made.detach().flatten(1)
    assert float((flat - flat[0]).abs().max()) > 0.0, "different noise, different samples"


def test_sizes_and_numbers_of_blocks() -> None:
    assert [image_sizes(shape).halvings for shape in [*IMAGES, (3, 64, 64), (1, 8, 16)]] == [1, 1, 2, 3, 4, 1]
    for shape, start in [((1, 28, 28), 7), ((3, 32, 32), 4), ((1, 8, 8), 4)]:
        for name in ("dcgan", "resnet"):
            unflatten = next(
                m for m in new_generator(name, 4, shape, channels=2).modules() if isinstance(m, torch.nn.Unflatten)
            )
            assert unflatten.unflattened_size[1:] == (start, start)
    critic = new_network("resnet", (3, 32, 32), channels=2)
    assert critic.layers(torch.zeros(1, 3, 32, 32)).shape == (1, 2, 8, 8), "the mean is over 8 x 8 pixels"
    assert [type(block).__name__ for block in critic.layers] == ["FirstBlock", "Block", "Block", "Block", "ReLU"]


def test_the_residual_networks_have_the_authors_number_of_weights() -> None:
    """Counted from the layers of WGAN-GP's CIFAR networks: 128 channels, noise 128.

    Critic: 3 x 3 convolutions 3 -> 128 and 7 of 128 -> 128, 1 x 1 shortcuts 3 -> 128 and 128 -> 128, linear 128 -> 1.
    Generator: linear 128 -> 2048, 6 convolutions and 3 shortcuts, 7 batch normalisations, convolution 128 -> 3.
    """
    square, point = 9 * 128 * 128 + 128, 128 * 128 + 128
    critic = (27 * 128 + 128) + 7 * square + (3 * 128 + 128) + point + 129
    generator = 129 * 2048 + 6 * square + 3 * point + 7 * 256 + (9 * 128 * 3 + 3)
    assert sum(w.numel() for w in new_network("resnet", (3, 32, 32)).parameters()) == critic
    assert sum(w.numel() for w in new_generator("resnet", 128, (3, 32, 32)).parameters()) == generator


@pytest.mark.parametrize(
    ("name", "shape"),
    [("dcgan", (2,)), ("resnet", (1, 7, 8)), ("dcgan", (1, 6, 6)), ("mlp", (2, 2)), ("mlp", (0,)), ("mlp", ())],
)
def test_shapes_that_a_network_cannot_take(name: str, shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidParameter, match="got"):
        _ = new_network(name, shape)


# -- the catalogue and seeds -------------------------------------------------------------------------------------------


def test_the_catalogues() -> None:
    assert list_networks() == ["dcgan", "groupsort", "linear", "mlp", "resnet"]
    assert list_generators() == ["dcgan", "mlp", "resnet"]
    with pytest.raises(UnknownName, match="Did you mean 'resnet'"):
        _ = new_network("resnett", (1, 8, 8))
    with pytest.raises(UnknownName, match="generator"):
        _ = new_generator("groupsort", 4, (2,))
    with pytest.raises(InvalidParameter, match="takes width, depth, activation, output"):
        _ = new_network("mlp", (2,), widht=3)
    with pytest.raises(InvalidParameter, match="takes no option"):
        _ = new_network("linear", (2,), width=3)


@pytest.mark.parametrize(("name", "option"), [(name, option) for name in SMALL for option in SMALL[name]])
def test_sizes_must_be_whole_numbers_from_one(name: str, option: str) -> None:
    shape = (1, 8, 8)
    for value in (0, -2):
        with pytest.raises(LGANTheoryError, match=option):
            _ = new_network(name, shape, **{option: value})
    with pytest.raises(InvalidParameter, match="latent"):
        _ = new_generator("mlp", 0, (2,))


@pytest.mark.parametrize("name", sorted(SMALL))
def test_a_seed_decides_the_weights_and_nothing_else(name: str) -> None:
    before = torch.get_rng_state()
    first, second, third = (new_network(name, (1, 8, 8), seed=seed, **SMALL[name]) for seed in (3, 3, 4))
    assert torch.equal(torch.get_rng_state(), before), "the global random numbers are where they were"
    pairs = zip(first.parameters(), second.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)
    assert any(not torch.equal(a, b) for a, b in zip(first.parameters(), third.parameters(), strict=True))
    _ = new_network(name, (1, 8, 8), **SMALL[name])
    assert not torch.equal(torch.get_rng_state(), before), "without a seed they are used"


def test_a_generators_seed() -> None:
    first, second = (new_generator("dcgan", 3, (1, 8, 8), seed=1, channels=2) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))


@pytest.mark.parametrize("name", sorted(SMALL))
def test_a_critic_is_restored_from_its_state(name: str) -> None:
    first, second = (new_network(name, (1, 8, 8), seed=seed, **SMALL[name]) for seed in (1, 2))
    x = samples(3, (1, 8, 8)).float()
    assert not torch.equal(first(x), second(x))
    _ = second.load_state_dict(first.state_dict())
    assert torch.equal(first(x), second(x))


@pytest.mark.parametrize(
    "device", ["cpu", *["cuda"] * torch.cuda.is_available(), *["mps"] * torch.backends.mps.is_available()]
)
@pytest.mark.parametrize("name", sorted(SMALL))
def test_networks_run_on_every_device(name: str, device: str) -> None:
    critic = new_network(name, (1, 8, 8), seed=0, **SMALL[name])
    x = samples(3, (1, 8, 8)).float()
    here = critic(x).detach()
    there = critic.to(device)(x.to(device)).detach()
    assert there.device.type == device
    assert torch.allclose(there.cpu(), here, rtol=1e-2, atol=1e-2 * math.sqrt(float(here.square().mean())))
