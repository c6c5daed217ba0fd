# ruff: noqa: E402  # imports wait until torch has been found
"""The trainer: settings that refuse, batches that mean what they should, steps that are counted, runs that repeat."""

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import lgantheory as lg
from lgantheory.errors import Diverged, InvalidMeasure, InvalidParameter, UnknownName, UnreadableFile
from lgantheory.measures import DiscreteMeasure, toy_case
from lgantheory.neural import devices
from lgantheory.neural.critics import CriticPart, weighted
from lgantheory.neural.gan import GanTrainee, GeneratorPart, Networks, generator_role, train_gan
from lgantheory.neural.logs import Journal
from lgantheory.neural.networks import get_network
from lgantheory.neural.optimisers import build_optimiser, remaining, scale_learning_rate
from lgantheory.neural.particles import directions, move_particles
from lgantheory.neural.pictures import draw_samples, grid_of
from lgantheory.neural.reading import read_mapping, read_yaml
from lgantheory.neural.regularisers import list_regularisers
from lgantheory.neural.sampling import Drawing, FixedPair, Sample, as_sample, generator
from lgantheory.neural.settings import (
    CriticSettings,
    ParticleSettings,
    TrainingSettings,
    list_presets,
    load_preset,
    overridden,
    preset_values,
)
from lgantheory.neural.training import Watch, train_critic

CPU = torch.device("cpu")
SMALL = {"network_options": {"width": 8, "depth": 1}, "device": "cpu", "log_every": 1}
SMALL_GAN = {
    **SMALL, "data": "toy", "latent": 3, "generator_options": {"width": 8, "depth": 1}, "batch": 6, "critic_steps": 2
}  # fmt: skip


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def critic_settings(**values: Any) -> CriticSettings:
    return CriticSettings.of({**SMALL, "steps": 5, **values})


def gan_settings(**values: Any) -> TrainingSettings:
    return TrainingSettings.of({**SMALL_GAN, "steps": 4, **values})


def toy(size: int = 12) -> tuple[DiscreteMeasure, DiscreteMeasure]:
    return toy_case(3, np.random.default_rng(0), size)


def weights_of(network: Any) -> bytes:
    return b"".join(tensor.detach().numpy().tobytes() for tensor in network.state_dict().values())


def without_seconds(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


# -- settings ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"losss": "softplus"}, "Did you mean 'loss'?"),
        ({"precision": "fp16"}, "Did you mean 'bf16'?"),
        ({"steps": 0}, "greater than or equal to 1"),
        ({"steps": True}, "valid integer"),
        ({"batch": None}, "a number of points per step"),
        ({"learning_rate": math.nan}, "finite"),
        ({"betas": [0.0, 1.0]}, "less than 1"),
        ({"regulariser_options": {"lam": math.inf}}, "finite"),
    ],
)
def test_wrong_settings_are_refused_in_one_line(values: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidParameter, match=r"got .*needed") as caught:
        _ = TrainingSettings.of(values)
    assert says in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", sorted(TrainingSettings.model_fields))
def test_the_hash_knows_every_setting_but_how_often_checkpoints_are_made(name: str) -> None:
    others = {
        "betas": (0.5, 0.9), "decay": "linear", "optimiser": "sgd", "precision": "float64", "deterministic": True,
        "loss_real": "exp(-t)", "generator_learning_rate": 0.5, "generator_batch": 7, "critic_steps_boost": 9,
        "boost_every": 3, "ema": None, "learning_rate": 0.5,
    }  # fmt: skip
    first = TrainingSettings.of({"decay": "linear"} if name == "steps" else {})
    now = getattr(first, name)
    other = others.get(name, {"a": 1} if isinstance(now, dict) else now + 1 if isinstance(now, int) else f"{now}x")
    second = TrainingSettings.of({**first.model_dump(), name: other})
    assert (first.config_hash == second.config_hash) == (name == "checkpoint_every")


def test_a_run_with_constant_steps_may_go_on_and_one_that_decays_may_not() -> None:
    for decay, same in (("constant", True), ("linear", False)):
        hashes = {CriticSettings.of({"decay": decay, "steps": steps}).config_hash for steps in (10, 20)}
        assert (len(hashes) == 1) == same


@pytest.mark.parametrize("name", list_presets())
def test_presets_have_a_source_and_build_for_points_and_digits(name: str) -> None:
    assert len(read_mapping(Path(lg.__file__).parent / "neural" / "presets" / f"{name}.yaml")["source"]) > 80
    line = name.startswith("stability")
    for shape in [(1,)] if line else [(2,), (1, 8, 8), (3, 32, 32)]:
        settings = load_preset(name, shape)
        assert settings == TrainingSettings.of(settings.model_dump())
        device_free = TrainingSettings.of({**settings.model_dump(), **_tiny(settings), "device": "cpu"})
        real = np.random.default_rng(0).uniform(-1.0, 1.0, (9, *shape)).astype(np.float32)
        trained = train_gan(real, device_free)
        assert trained.sample(2).shape == (2, *shape)


def _tiny(settings: TrainingSettings) -> dict[str, Any]:
    size = {"width": 4} if settings.network == "mlp" else {"channels": 4}
    options = {name: {**getattr(settings, name), **size} for name in ("network_options", "generator_options")}
    return {**options, "steps": 1, "batch": 2, "generator_batch": 3, "critic_steps": 1, "boost_first": 0}


def test_presets_say_what_their_authors_did() -> None:
    wgan = load_preset("wgan")
    assert [wgan.critic_steps_before(step) for step in (1, 25, 26, 499, 500, 501)] == [100, 100, 5, 5, 100, 5]
    assert (wgan.optimiser, wgan.learning_rate, wgan.regulariser_options) == ("rmsprop", 5e-5, {"c": 0.01})
    assert load_preset("wgan-gp", (2,)).regulariser_options == {"lam": 0.1}
    assert load_preset("lgan").regulariser == "maxgp"
    with pytest.raises(UnknownName, match="Did you mean 'wgan-gp'"):
        _ = preset_values("wgan_gp")


def test_overrides_reach_inside_and_another_choice_drops_the_old_options() -> None:
    base = {"regulariser": "gp", "regulariser_options": {"lam": 1.0}}
    assert overridden(base, ["regulariser_options.lam=1e-4"])["regulariser_options"] == {"lam": 1e-4}
    assert overridden(base, ["regulariser=maxgp"]) == {"regulariser": "maxgp"}
    assert overridden(base, ["regulariser=gp"]) == base
    assert base == {"regulariser": "gp", "regulariser_options": {"lam": 1.0}}
    for text in ("steps", "=3", "regulariser.lam=1"):
        with pytest.raises(InvalidParameter, match="needed"):
            _ = overridden(base, [text])


def test_yaml_has_no_traps() -> None:
    assert read_yaml("1e-4", where="x") == 1e-4
    assert read_yaml("-2E+3", where="x") == -2000.0
    for text in ("{a: 1, a: 2}", "[1", "!!python/object/apply:os.getcwd []"):
        with pytest.raises(InvalidParameter, match="no YAML"):
            _ = read_yaml(text, where="x")


def test_a_file_of_settings_is_names_and_values(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    for content in (b"- 1\n", b"\xff\xfe"):
        _ = path.write_bytes(content)
        with pytest.raises(UnreadableFile, match="needed"):
            _ = read_mapping(path)
    with pytest.raises(UnreadableFile):
        _ = read_mapping(tmp_path / "none.yaml")


# -- batches -----------------------------------------------------------------------------------------------------------


def test_every_point_is_drawn_equally_often_and_batches_are_full() -> None:
    points = torch.arange(7.0)[:, None]
    drawing = Drawing(Sample(points), batch=3, rng=generator(0, "data", CPU))
    drawn = torch.cat([drawing.draw() for _ in range(14)])
    assert drawn.shape == (42, 1)
    assert torch.bincount(drawn[:, 0].long()).tolist() == [6] * 7
    first, second = drawn[:7, 0].tolist(), drawn[7:14, 0].tolist()
    assert sorted(first) == sorted(second) == list(range(7))
    assert first != second, "each time in another order"


def test_a_batch_may_be_larger_than_the_sample() -> None:
    drawing = Drawing(Sample(torch.arange(3.0)[:, None]), batch=8, rng=generator(0, "data", CPU))
    assert torch.bincount(drawing.draw()[:, 0].long(), minlength=3).max() <= 3


def test_weighted_points_are_drawn_by_weight() -> None:
    weights = torch.tensor([0.5, 0.0, 0.25, 0.25], dtype=torch.float64)
    drawing = Drawing(Sample(torch.arange(4.0)[:, None], weights), batch=4000, rng=generator(0, "data", CPU))
    counts = torch.bincount(drawing.draw()[:, 0].long(), minlength=4)
    deviations = torch.sqrt(4000 * weights * (1 - weights))
    assert counts[1] == 0
    assert torch.all((counts - 4000 * weights).abs() <= 5.0 * deviations), "one seed in a million is further off"


def test_the_loss_on_all_points_counts_their_weights() -> None:
    real = DiscreteMeasure([[0.0], [2.0]], [0.25, 0.75])
    fake = DiscreteMeasure([[1.0], [5.0], [7.0]], [0.5, 0.125, 0.375])
    critic = get_network("linear", (1,), seed=3).double()
    w, b = (float(p.detach().reshape(())) for p in critic.parameters())
    settings = critic_settings(steps=1, batch=None, precision="float64", regulariser="none")
    row = train_critic(real, fake, settings, critic=critic).history[0]
    loss = lg.get_loss("softplus")
    f_real, f_fake = w * real.points[:, 0] + b, w * fake.points[:, 0] + b
    assert row["loss"] == pytest.approx(real.weights @ loss.real(f_real) + fake.weights @ loss.fake(f_fake), rel=1e-14)
    assert row["w1_estimate"] == pytest.approx(real.weights @ f_real - fake.weights @ f_fake, rel=1e-13)


def test_equal_weights_need_no_weights() -> None:
    sample = as_sample(DiscreteMeasure([[0.0], [1.0]], [0.5, 0.5]), CPU, torch.float64)
    assert sample.weights is None
    loss = lg.get_loss("softplus")
    same = weighted(loss, (None, None))
    assert same.real is loss.real
    assert same.fake is loss.fake


def test_a_critic_on_all_points_sees_new_pairs_at_every_step() -> None:
    real, fake = (as_sample(measure, CPU, torch.float64) for measure in toy(5))
    pair = FixedPair(real, Sample(fake.points[:3]), rng=generator(0, "data", CPU))
    first, second = pair.paired(), pair.paired()
    assert first.real.shape == first.fake.shape == (5, 2), "as many as the larger sample"
    assert not torch.equal(first.real - first.fake, second.real - second.fake)
    part = CriticPart.of(critic_settings(precision="float64"), real, None, pair=pair)
    assert part.regulariser.only_steepest, "what the class of the regulariser says stays true"


@pytest.mark.parametrize("batch", [4, None])
@pytest.mark.parametrize("name", list_regularisers())
def test_every_regulariser_trains_on_batches_and_on_whole_samples_of_different_sizes(
    name: str, batch: int | None
) -> None:
    real, fake = toy(6)[0], toy(9)[1]
    rows = train_critic(real, fake, critic_settings(steps=2, regulariser=name, batch=batch)).history
    assert all(math.isfinite(row["objective"]) for row in rows)


def test_points_are_refused_where_they_are_none() -> None:
    for bad in (np.zeros((0, 2)), np.array([[np.nan, 0.0]]), np.zeros((2, 3))):
        with pytest.raises(InvalidMeasure, match="needed"):
            _ = train_critic(np.zeros((4, 2)), bad, critic_settings())


# -- training ----------------------------------------------------------------------------------------------------------


def test_a_linear_critic_between_two_points_reaches_the_exact_optimum() -> None:
    real, fake = DiscreteMeasure([[0.0]]), DiscreteMeasure([[2.0]])
    exact = lg.optimal_discriminator(real, fake, "softplus", lam=0.5)
    settings = critic_settings(
        network="linear", network_options={}, batch=None, precision="float64", learning_rate=0.1, decay="linear",
        betas=(0.9, 0.99), steps=250, regulariser_options={"lam": 0.5},
    )  # fmt: skip
    trained = train_critic(real, fake, settings)
    w, b = (p.detach().reshape(()) for p in trained.critic.parameters())

    def value(at: Any) -> Any:
        softplus = torch.nn.functional.softplus
        return softplus(2.0 * at[0] + at[1]) + softplus(-at[1]) + 0.5 * at[0] ** 2

    at = torch.stack([w, b])
    gradient = torch.autograd.functional.jacobian(value, at)
    decrement = gradient @ torch.linalg.solve(torch.autograd.functional.hessian(value, at), gradient)
    excess = float(value(at)) - exact.primal
    # a step of Newton lowers a function by half its decrement, to the order at which curvature changes
    assert -1e-14 <= excess <= float(decrement) + 1e-14
    assert float(decrement) < 1e-8, "the training has converged"
    assert trained.history[-1]["slope_max"] == pytest.approx(exact.k, abs=1e-4)


def test_equal_seeds_give_equal_bits_and_leave_torch_alone() -> None:
    real, fake = toy()
    before = torch.get_rng_state()
    first, second, other = (train_critic(real, fake, critic_settings(seed=seed, batch=5)) for seed in (1, 1, 2))
    assert weights_of(first.critic) == weights_of(second.critic) != weights_of(other.critic)
    assert without_seconds(first.history) == without_seconds(second.history)
    assert torch.equal(torch.get_rng_state(), before)
    assert not first.critic.training


@pytest.mark.parametrize("precision", ["float32", "float64", "bf16"])
def test_precisions(precision: str) -> None:
    trained = train_critic(*toy(), critic_settings(precision=precision))
    needed = torch.float64 if precision == "float64" else torch.float32
    assert {p.dtype for p in trained.critic.parameters()} == {needed}
    exact = train_critic(*toy(), critic_settings(precision="float64")).history
    for row, other in zip(trained.history, exact, strict=True):
        assert row["objective"] == pytest.approx(other["objective"], abs=0.05)
    if precision == "bf16":
        assert trained.history[-1]["objective"] != exact[-1]["objective"]


def test_what_the_machine_has_not_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="tf32 on cpu"):
        _ = train_critic(*toy(), critic_settings(precision="tf32"))
    for name in ("tpu9", "cuda:99", "mps:7:7"):
        with pytest.raises(InvalidParameter, match="got the device"):
            _ = devices.choose_device(name)
    with pytest.raises(InvalidParameter, match="optimiser_options"):
        _ = train_critic(*toy(), critic_settings(optimiser_options={"momentums": 1}))


def test_the_determinism_switch_is_put_back() -> None:
    seen = []

    class Asking(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(2, 1)

        def forward(self, x: Any) -> Any:
            seen.append(torch.are_deterministic_algorithms_enabled())
            return self.layer(x)[:, 0]

    for deterministic in (True, False):
        _ = train_critic(*toy(), critic_settings(steps=1, deterministic=deterministic), critic=Asking())
    assert seen[0]
    assert not seen[-1]
    assert not torch.are_deterministic_algorithms_enabled()


def test_the_step_size_falls_to_nothing_linearly() -> None:
    settings = critic_settings(decay="linear", steps=4, learning_rate=0.5)
    optimiser = build_optimiser([torch.nn.Parameter(torch.zeros(1))], settings)
    rates = []
    for step in (1, 2, 3, 4):
        scale_learning_rate(optimiser, remaining(settings, step))
        rates.append(optimiser.param_groups[0]["lr"])
    assert rates == [0.5, 0.375, 0.25, 0.125]
    assert remaining(critic_settings(), 5) == 1.0


def test_rows_are_logged_when_they_should_be_and_heard_of() -> None:
    heard: list[int] = []
    journal = Journal(on_row=lambda row: heard.append(row["step"]))
    trained = train_critic(*toy(), critic_settings(steps=7, log_every=3), journal=journal)
    assert heard == [row["step"] for row in trained.history] == [3, 6, 7]
    assert set(trained.history[0]) == {
        "step", "objective", "loss", "w1_estimate", "slope_max", "slope_mean", "seconds"
    }  # fmt: skip
    assert train_critic(*toy(), critic_settings(regulariser="none")).history[0]["slope_max"] is None


# -- divergence --------------------------------------------------------------------------------------------------------


def test_a_run_that_diverges_stops_and_says_where(tmp_path: Path) -> None:
    settings = critic_settings(
        loss="exponential", optimiser="sgd", learning_rate=300.0, regulariser="none", steps=200, checkpoint_every=1
    )
    with pytest.raises(Diverged, match="The last good checkpoint is") as caught:
        _ = train_critic(*toy(), settings, journal=Journal(tmp_path / "run"))
    error = caught.value
    assert error.step is not None
    assert error.cause is not None
    assert "objective" in error.cause
    kept = sorted(path.name for path in (tmp_path / "run" / "checkpoints").iterdir())
    assert kept[-1] == f"step-{error.step - 1:08d}"
    rows = [json.loads(line) for line in (tmp_path / "run" / "history.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows] == list(range(1, error.step))
    assert all(math.isfinite(row["objective"]) for row in rows)


def test_the_watch_remembers_the_first_step_and_looks_at_weights() -> None:
    watch = Watch(Journal())
    watch.see(1, {"objective": torch.tensor(1.0), "slope_max": None})
    with pytest.raises(Diverged, match="got slope_max that is not finite at step 2"):
        watch.see(2, {"objective": torch.tensor(1.0), "slope_max": torch.tensor(math.inf)})
    with pytest.raises(Diverged, match="got a weight that is not finite at step 3"):
        Watch(Journal()).require_finite(3, [torch.zeros(2), torch.tensor([1.0, math.nan])])


# -- GANs --------------------------------------------------------------------------------------------------------------


def gan_trainee(settings: TrainingSettings) -> GanTrainee:
    sample = as_sample(toy()[0], CPU, torch.float32)
    reals = Drawing(sample, batch=settings.batch or 1, rng=generator(settings.seed, "data", CPU))
    return GanTrainee(settings, CriticPart.of(settings, sample, None), GeneratorPart.of(settings, sample, None), reals)


def test_the_critic_takes_its_steps_before_each_of_the_generator() -> None:
    trainee = gan_trainee(gan_settings(critic_steps=3, critic_steps_boost=7, boost_first=2))
    taken = []
    for step in (1, 2, 3):
        _ = trainee.advance(step)
        taken.append([int(part.optimiser.state_dict()["state"][0]["step"]) for part in (trainee.critic, trainee.maker)])
    assert taken == [[7, 1], [14, 2], [17, 3]]


def test_the_generator_moves_by_its_role_alone_and_the_critic_stays() -> None:
    trainee = gan_trainee(gan_settings())
    loss = lg.get_loss("softplus")
    before = weights_of(trainee.critic.critic), weights_of(trainee.maker.generator)
    state = trainee.maker.rng.get_state()
    paid = trainee.maker.descend(trainee.critic.network, loss, 1)
    assert weights_of(trainee.critic.critic) == before[0]
    assert weights_of(trainee.maker.generator) != before[1]
    assert all(p.grad is None for p in trainee.critic.critic.parameters())
    fresh = gan_trainee(gan_settings())
    _ = fresh.maker.rng.set_state(state)
    values = fresh.critic.critic(fresh.maker.generator(fresh.maker.latent(6)))
    assert float(paid) == pytest.approx(-float(values.mean().detach()), rel=1e-6), "own is -f for softplus"


def test_the_roles_of_the_generator() -> None:
    loss = lg.Loss.from_expressions("exp(t)", generator="-2*t")
    t = torch.tensor([-1.0, 0.5], dtype=torch.float64)
    expected = {
        "own": -2.0 * t, "linear": -t, "non_saturating": torch.exp(-t), "saturating": -torch.exp(t), "t**2": t**2
    }  # fmt: skip
    for name, values in expected.items():
        assert torch.allclose(generator_role(name, loss)(t), values, rtol=1e-15)


def test_the_running_mean_follows_the_weights_and_copies_statistics() -> None:
    maker = gan_trainee(gan_settings(ema=0.75)).maker
    first = [p.detach().clone() for p in maker.average.parameters()]
    with torch.no_grad():
        for p in maker.generator.parameters():
            _ = p.add_(1.0)
    maker.follow()
    for mean, before in zip(maker.average.parameters(), first, strict=True):
        assert torch.allclose(mean, before + 0.25, atol=1e-6)
    none = gan_trainee(gan_settings(ema=None)).maker
    _ = none.descend(get_network("mlp", (2,), seed=0), lg.get_loss("softplus"), 1)
    assert weights_of(none.average) == weights_of(none.generator)


def test_a_normalised_generator_has_its_statistics_in_the_mean() -> None:
    settings = gan_settings(steps=2, generator="dcgan", generator_options={"channels": 4}, network="dcgan")
    settings = TrainingSettings.of({**settings.model_dump(), "network_options": {"channels": 4}, "latent": 3})
    trained = train_gan(np.random.default_rng(0).uniform(-1, 1, (7, 1, 8, 8)), settings)
    for mean, buffer in zip(trained.average.buffers(), trained.generator.buffers(), strict=True):
        assert torch.equal(mean, buffer)
    assert not trained.average.training
    assert np.array_equal(trained.sample(3, seed=1), trained.sample(3, seed=1))


def test_a_gan_moves_its_samples_towards_the_data() -> None:
    real = toy(100)[0].points + np.array([3.0, 0.0])
    values = {"steps": 70, "batch": 32, "critic_steps": 3, "learning_rate": 5e-3, "ema": None, "log_every": 50}
    options = {"network_options": {"width": 32, "depth": 2}, "generator_options": {"width": 32, "depth": 2}}
    settings = gan_settings(**values, **options)
    before = GeneratorPart.of(settings, as_sample(real, CPU, torch.float32), None)
    start = before.fakes(100).numpy()
    made = train_gan(real, settings).sample(100)
    moved = [lg.wasserstein(real, points.astype(float)).value for points in (start, made)]
    assert moved[1] < 0.5 * moved[0], moved


def test_given_networks_are_trained() -> None:
    critic = torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.Flatten(0))
    trained = train_gan(toy()[0], gan_settings(steps=1), networks=Networks(critic=critic))
    assert trained.critic is critic


# -- particles ---------------------------------------------------------------------------------------------------------


def test_particles_follow_the_gradient_of_the_exact_value() -> None:
    rng = np.random.default_rng(5)
    real, fake = rng.normal(size=(6, 3)), rng.normal(size=(4, 3))
    solution = lg.optimal_discriminator(real, fake, "softplus", lam=0.3, gap=1e-12)
    mass = np.asarray(solution.flow.sum(axis=1)).ravel()
    step = 1e-5
    for i, d in np.ndindex(fake.shape):
        values = []
        for sign in (1.0, -1.0):
            moved = fake.copy()
            moved[i, d] += sign * step
            values.append(lg.optimal_discriminator(real, moved, "softplus", lam=0.3, gap=1e-12).primal)
        slope = (values[0] - values[1]) / (2.0 * step)
        # central differences: the gap of two values over the step, and the third derivative times its square
        assert mass[i] * directions(solution)[i, d] == pytest.approx(slope, abs=1e-6)
    assert mass.min() > 0.0


def test_particles_come_nearer_and_repeat() -> None:
    settings = ParticleSettings.of({"steps": 12, "particles": 10, "reals": 15, "checkpoint_every": 5})
    real, fake = (measure.points for measure in toy(30))
    moved, again = (move_particles(real, settings, fake=fake) for _ in range(2))
    assert np.array_equal(moved.points, again.points)
    assert moved.history[-1]["w1"] < 0.5 * moved.history[0]["w1"]
    assert all(row["gap"] <= 1e-8 for row in moved.history)
    with pytest.raises(InvalidParameter, match="fake points for 10 particles"):
        _ = move_particles(real, settings, fake=fake[:3])


# -- pictures and the command ------------------------------------------------------------------------------------------


def test_a_grid_holds_every_image_in_its_place() -> None:
    images = np.arange(5.0).reshape(5, 1, 1, 1) / 4.0 * 2.0 - 1.0 + np.zeros((5, 1, 2, 3))
    picture = grid_of(images)
    assert picture.shape == (4, 9)
    assert picture[0, ::3].tolist() == [0.0, 0.25, 0.5]
    assert picture[2, ::3].tolist() == [0.75, 1.0, 0.0]
    assert grid_of(np.zeros((4, 3, 8, 8))).shape == (16, 16, 3)
    assert not draw_samples(Path("nowhere.png"), np.zeros((3, 5)), np.zeros((3, 5)))


def command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    line = [sys.executable, "-m", "lgantheory", "train", *arguments]
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=100)


def test_help_loads_no_torch() -> None:
    script = (
        "import sys\nfrom lgantheory.__main__ import app, run\nassert run(app, ['train', '--help'], name='x') == 0\n"
        "assert 'torch' not in sys.modules and 'matplotlib' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_command_trains_resumes_and_refuses_in_one_process(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from lgantheory.__main__ import app, run

    out = str(tmp_path / "run")
    sizes = ["--set", "network_options.channels=4", "--set", "generator_options.channels=4", "--set", "log_every=2"]
    digits = ["train", "--preset", "lgan", "--data", "digits", "--out", out, *sizes, "--set", "decay=constant"]

    def status(*arguments: str) -> int:
        return run(app, list(arguments), name="python -m lgantheory")

    assert status(*digits, "--steps", "2") == 0
    table = capsys.readouterr().out
    assert "exact W1, generated to real" in table
    left = {path.name for path in (tmp_path / "run").iterdir()}
    assert left == {"checkpoints", "curve.png", "history.csv", "history.jsonl", "samples.png", "settings.json"}
    assert (tmp_path / "run" / "samples.png").read_bytes().startswith(b"\x89PNG")
    for wrong, says in (
        ([*digits, "--steps", "2"], "holds a run already"),
        (["train", "--resume", "--out", out, "--seed", "9"], "other settings (seed)"),
        (["train", "--resume", "--out", str(tmp_path / "no")], "could not be read"),
        (["train", "--preset", "lgam", "--out", str(tmp_path / "new")], "Did you mean 'lgan'"),
        (["train", "--critic", "exact", "--preset", "lgan", "--out", str(tmp_path / "new")], "no networks"),
        (["train", "--critic", "alone", "--data", "digits", "--out", str(tmp_path / "new")], "no fake samples"),
        (["train", "--set", "stepz=3", "--out", str(tmp_path / "new")], "Did you mean 'steps'"),
        (["train", "--set", "data=3", "--out", str(tmp_path / "new")], "name of a data set"),
        (["train", "--critic", "none", "--out", str(tmp_path / "new")], "needed one of network, alone, exact"),
    ):
        assert status(*wrong) == 2
        error = capsys.readouterr().err
        assert says in error, error
        assert error.count("\n") == 1
    assert not (tmp_path / "new").exists()
    assert status("train", "--resume", "--out", out, "--steps", "4", "--json") == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["step"] == 4
    assert summary["w1_generated"] > 0.0


def test_the_command_moves_particles_and_trains_a_critic_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from lgantheory.__main__ import app, run

    line = ["train", "--data", "toy(case=3,size=40)", "--json"]
    few = ["--set", "particles=10", "--set", "reals=20"]
    assert run(app, [*line, *few, "--critic", "exact", "--steps", "6", "--out", str(tmp_path / "a")], name="x") == 0
    moved = json.loads(capsys.readouterr().out)
    assert moved["run"] == "particles"
    assert moved["gap"] <= 1e-8
    assert (tmp_path / "a" / "samples.png").exists()
    small = ["--set", "network_options.width=8", "--set", "batch=null"]
    assert run(app, [*line, *small, "--critic", "alone", "--steps", "3", "--out", str(tmp_path / "b")], name="x") == 0
    assert json.loads(capsys.readouterr().out)["run"] == "critic"
