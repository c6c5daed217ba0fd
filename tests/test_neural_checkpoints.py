# ruff: noqa: E402  # imports wait until torch has been found
"""Checkpoints: whole or absent, refused when anything is wrong, and a killed run goes on as if nothing had been."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import save

from lgantheory.errors import InvalidParameter, UnreadableFile, UnwritableFile
from lgantheory.measures import toy_case
from lgantheory.neural.checkpoints import Checkpoint, list_checkpoints, read_checkpoint, require_fit, save_checkpoint
from lgantheory.neural.gan import train_gan
from lgantheory.neural.logs import Journal, read_history
from lgantheory.neural.particles import move_particles
from lgantheory.neural.settings import CriticSettings, ParticleSettings, TrainingSettings
from lgantheory.neural.training import train_critic

TENSORS, NOTES = "state.safetensors", "checkpoint.json"
BASE = {"device": "cpu", "steps": 9, "checkpoint_every": 2, "log_every": 1, "batch": 5}
MLP = {"width": 8, "depth": 1}


class Killed(Exception):
    """Stands in for a power cut."""


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def checkpoint(step: int = 5, config_hash: str = "abc") -> Checkpoint:
    state = {
        "critic.weight": torch.arange(6.0).reshape(2, 3),
        "average": torch.tensor(1.5, dtype=torch.float64),
        "random.cpu": torch.get_rng_state(),
    }
    return Checkpoint(step, state, config_hash, {"rows": 2, "seconds": 0.5})


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def without_seconds(folder: Path) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "seconds"} for row in read_history(folder)]


def last_tensors(folder: Path) -> bytes:
    return (list_checkpoints(folder / "checkpoints")[-1] / TENSORS).read_bytes()


# -- whole or absent ---------------------------------------------------------------------------------------------------


def test_what_is_stored_comes_back_to_the_bit(tmp_path: Path) -> None:
    path = save_checkpoint(tmp_path, checkpoint())
    back = read_checkpoint(path, "abc")
    assert (back.step, dict(back.notes)) == (5, {"rows": 2, "seconds": 0.5})
    assert set(back.state) == set(checkpoint().state)
    for name, tensor in checkpoint().state.items():
        assert back.state[name].dtype == tensor.dtype
        assert torch.equal(back.state[name], tensor)
    notes = json.loads((path / NOTES).read_bytes())
    assert notes["sha256"] == hashlib.sha256((path / TENSORS).read_bytes()).hexdigest()
    assert notes["versions"]["torch"] == torch.__version__


def test_the_last_two_are_kept_and_drafts_of_killed_runs_go(tmp_path: Path) -> None:
    (tmp_path / ".draft-0123").mkdir()
    _ = (tmp_path / ".draft-0123" / TENSORS).write_bytes(b"half")
    (tmp_path / ".old-0123").mkdir()
    for step in (1, 2, 3):
        _ = save_checkpoint(tmp_path, checkpoint(step))
    assert [path.name for path in list_checkpoints(tmp_path)] == ["step-00000002", "step-00000003"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["step-00000002", "step-00000003"]


def test_the_order_of_checkpoints_is_that_of_their_steps(tmp_path: Path) -> None:
    for step in (10**8, 99_999_999):
        _ = save_checkpoint(tmp_path, checkpoint(step))
    assert list_checkpoints(tmp_path)[-1].name == "step-100000000"


def test_a_checkpoint_that_cannot_be_written_leaves_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _ = save_checkpoint(tmp_path, checkpoint(1))
    before = contents(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lgantheory.neural.checkpoints.os.fsync", full)
    with pytest.raises(UnwritableFile, match="No space left"):
        _ = save_checkpoint(tmp_path, checkpoint(2))
    assert contents(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["step-00000001"]


def test_no_checkpoint_has_its_name_before_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    real = Path.rename

    def watched(self: Path, target: Path) -> Path:
        if target.name.startswith("step-"):
            seen.append(sorted(path.name for path in self.iterdir()))
            assert not target.exists()
        return real(self, target)

    monkeypatch.setattr(Path, "rename", watched)
    _ = save_checkpoint(tmp_path, checkpoint())
    assert seen == [[NOTES, TENSORS]]


# -- refused -----------------------------------------------------------------------------------------------------------


def cut(path: Path) -> None:
    content = (path / TENSORS).read_bytes()
    _ = (path / TENSORS).write_bytes(content[: len(content) // 2])


def flip(path: Path) -> None:
    content = bytearray((path / TENSORS).read_bytes())
    content[-3] ^= 1
    _ = (path / TENSORS).write_bytes(bytes(content))


def lose_tensors(path: Path) -> None:
    (path / TENSORS).unlink()


def lose_notes(path: Path) -> None:
    (path / NOTES).unlink()


def garble_notes(path: Path) -> None:
    _ = (path / NOTES).write_bytes(b'{"format": "lgan\xff')


def foreign_notes(path: Path) -> None:
    _ = (path / NOTES).write_text(json.dumps({"epoch": 3, "arch": "resnet"}))


def other_format(path: Path) -> None:
    notes = json.loads((path / NOTES).read_text())
    _ = (path / NOTES).write_text(json.dumps({**notes, "format": "another program 7"}))


def other_step(path: Path) -> None:
    notes = json.loads((path / NOTES).read_text())
    _ = (path / NOTES).write_text(json.dumps({**notes, "step": 3}))


def foreign_tensors(path: Path) -> None:
    """Another program's safetensors file, with the right digest."""
    content = save({"model.embed": torch.zeros(3)})
    notes = json.loads((path / NOTES).read_text())
    _ = (path / TENSORS).write_bytes(content)
    _ = (path / NOTES).write_text(json.dumps({**notes, "sha256": hashlib.sha256(content).hexdigest()}))


def no_tensors_at_all(path: Path) -> None:
    content = b"PK\x03\x04 a pickle, say"
    notes = json.loads((path / NOTES).read_text())
    _ = (path / TENSORS).write_bytes(content)
    _ = (path / NOTES).write_text(json.dumps({**notes, "sha256": hashlib.sha256(content).hexdigest()}))


def other_shape(path: Path) -> None:
    state = dict(read_checkpoint(path, json.loads((path / NOTES).read_text())["config_hash"]).state)
    name = next(name for name in sorted(state) if name.startswith("critic."))
    content = save({**state, name: torch.zeros(1, 2, 3)})
    notes = json.loads((path / NOTES).read_text())
    _ = (path / TENSORS).write_bytes(content)
    _ = (path / NOTES).write_text(json.dumps({**notes, "sha256": hashlib.sha256(content).hexdigest()}))


def other_hash(path: Path) -> None:
    notes = json.loads((path / NOTES).read_text())
    _ = (path / NOTES).write_text(json.dumps({**notes, "config_hash": "0" * 64}))


DAMAGES: list[Callable[[Path], None]] = [
    cut, flip, lose_tensors, lose_notes, garble_notes, foreign_notes, other_format, other_step, foreign_tensors,
    no_tensors_at_all, other_shape, other_hash,
]  # fmt: skip


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of nine steps with two checkpoints."""
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("finished") / "run"
    _ = train_critic(*toy(), critic_settings(), journal=Journal(folder))
    return folder


def toy() -> tuple[Any, Any]:
    return toy_case(3, np.random.default_rng(0), 11)


def critic_settings(**values: Any) -> CriticSettings:
    return CriticSettings.of({**BASE, "network_options": MLP, **values})


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_or_foreign_checkpoint_is_refused_and_nothing_changes(
    finished: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    folder = tmp_path / "run"
    for name, content in contents(finished).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        _ = (folder / name).write_bytes(content)
    damage(list_checkpoints(folder / "checkpoints")[-1])
    before = contents(folder)
    with pytest.raises(UnreadableFile, match="Nothing was loaded or changed") as caught:
        _ = train_critic(*toy(), critic_settings(steps=12), journal=Journal(folder, resume=True))
    assert str(caught.value).isprintable()
    assert contents(folder) == before


def test_with_the_damaged_one_removed_the_one_before_serves(finished: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    for name, content in contents(finished).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        _ = (folder / name).write_bytes(content)
    last = list_checkpoints(folder / "checkpoints")[-1]
    cut(last)
    with pytest.raises(UnreadableFile, match="Remove this folder to go on from step-00000008"):
        _ = train_critic(*toy(), critic_settings(), journal=Journal(folder, resume=True))
    for file in last.iterdir():
        file.unlink()
    last.rmdir()
    _ = train_critic(*toy(), critic_settings(), journal=Journal(folder, resume=True))
    assert last_tensors(folder) == last_tensors(finished)
    assert without_seconds(folder) == without_seconds(finished)


def test_names_shapes_and_types_must_fit(tmp_path: Path) -> None:
    state = {"a": torch.zeros(2), "b": torch.zeros(1)}
    require_fit(tmp_path, state, dict(state))
    for other in ({"a": torch.zeros(2)}, {**state, "b": torch.zeros(2)}, {**state, "b": torch.zeros(1).double()}):
        with pytest.raises(UnreadableFile, match="for b"):
            require_fit(tmp_path, state, other)
        with pytest.raises(UnreadableFile, match="for b"):
            require_fit(tmp_path, other, state)


def test_another_run_or_none_is_refused(finished: Path, tmp_path: Path) -> None:
    before = contents(finished)
    with pytest.raises(InvalidParameter, match="holds a run already"):
        _ = train_critic(*toy(), critic_settings(), journal=Journal(finished))
    with pytest.raises(InvalidParameter, match=r"other settings \(seed\)"):
        _ = train_critic(*toy(), critic_settings(seed=1), journal=Journal(finished, resume=True))
    with pytest.raises(InvalidParameter, match="needed more"):
        _ = train_critic(*toy(), critic_settings(steps=3), journal=Journal(finished, resume=True))
    with pytest.raises(InvalidParameter, match="holds no run"):
        _ = train_critic(*toy(), critic_settings(), journal=Journal(tmp_path / "none", resume=True))
    assert contents(finished) == before


def test_a_missing_tensorboard_is_refused_before_the_first_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda *_: None)
    with pytest.raises(InvalidParameter, match="pip install tensorboard"):
        _ = train_critic(*toy(), critic_settings(), journal=Journal(tmp_path / "run", tensorboard=True))
    assert not (tmp_path / "run").exists()


def test_a_log_that_lost_rows_is_refused(finished: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    for name, content in contents(finished).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        _ = (folder / name).write_bytes(content)
    lines = (folder / "history.jsonl").read_text().splitlines(keepends=True)
    _ = (folder / "history.jsonl").write_text("".join(lines[1:]))
    with pytest.raises(UnreadableFile, match="got 8 rows up to step 9; needed 9"):
        _ = train_critic(*toy(), critic_settings(), journal=Journal(folder, resume=True))


# -- killed and resumed ------------------------------------------------------------------------------------------------

Runner = Callable[[Journal], Any]


def critic_run(**values: Any) -> Runner:
    return lambda journal: train_critic(*toy(), critic_settings(**values), journal=journal)


def gan_run(**values: Any) -> Runner:
    base = {**BASE, "network_options": MLP, "generator_options": MLP, "latent": 3, "critic_steps": 2}
    return lambda journal: train_gan(toy()[0].points, TrainingSettings.of({**base, **values}), journal=journal)


def images_run(journal: Journal) -> Any:
    small = {"channels": 4}
    nets = {"network": "dcgan", "generator": "dcgan", "network_options": small, "generator_options": small}
    settings = TrainingSettings.of({**BASE, **nets, "latent": 3, "critic_steps": 1, "regulariser": "spectral_norm"})
    return train_gan(np.random.default_rng(0).uniform(-1, 1, (7, 1, 8, 8)), settings, journal=journal)


def particles_run(journal: Journal) -> Any:
    settings = ParticleSettings.of({"steps": 9, "checkpoint_every": 2, "particles": 8, "reals": 9})
    real, fake = (measure.points for measure in toy())
    return move_particles(real, settings, fake=fake, journal=journal)


RUNS: dict[str, Runner] = {
    "batches": critic_run(decay="linear"),
    "whole samples": critic_run(batch=None, regulariser="gp"),
    "a buffer of points": critic_run(regulariser_options={"lam": 0.1, "buffer": 0.5}),
    "a multiplier": critic_run(regulariser="maxal"),
    "rmsprop": critic_run(optimiser="rmsprop", regulariser="clipping", regulariser_options={"c": 0.1}),
    "float64": critic_run(precision="float64", optimiser="sgd", optimiser_options={"momentum": 0.5}),
    "bf16": critic_run(precision="bf16"),
    "a gan": gan_run(),
    "a gan of images": images_run,
    "particles": particles_run,
}


@pytest.mark.parametrize("name", list(RUNS))
def test_an_interrupted_run_goes_on_to_the_same_bits(name: str, tmp_path: Path) -> None:
    run = RUNS[name]
    _ = run(Journal(tmp_path / "whole"))
    first = True
    for last in (1, 5, 6):  # before the first checkpoint, after one, and at one

        def stop(row: dict[str, Any], last: int = last) -> None:
            if row["step"] == last:
                raise Killed

        with pytest.raises(Killed):
            _ = run(Journal(tmp_path / "cut", resume=not first, on_row=stop))
        first = False
    _ = run(Journal(tmp_path / "cut", resume=True))
    assert last_tensors(tmp_path / "cut") == last_tensors(tmp_path / "whole")
    assert without_seconds(tmp_path / "cut") == without_seconds(tmp_path / "whole")
    assert len(without_seconds(tmp_path / "cut")) == 9
    assert (tmp_path / "cut" / "history.csv").read_text().count("\n") == 10


def test_a_run_that_ended_goes_on_to_more_steps_as_if_it_had_not(finished: Path, tmp_path: Path) -> None:
    settings = critic_settings(steps=14)
    _ = train_critic(*toy(), settings, journal=Journal(tmp_path / "whole"))
    _ = train_critic(*toy(), critic_settings(), journal=Journal(tmp_path / "two"))
    trained = train_critic(*toy(), settings, journal=Journal(tmp_path / "two", resume=True))
    assert last_tensors(tmp_path / "two") == last_tensors(tmp_path / "whole")
    assert [row["step"] for row in trained.history] == list(range(1, 15))


KILLER = """
import os, random, shutil, signal, sys, time
from pathlib import Path
import numpy as np, torch
torch.set_num_threads(1)
from lgantheory.neural.gan import train_gan
from lgantheory.neural.logs import Journal, read_history
from lgantheory.neural.checkpoints import list_checkpoints
from lgantheory.neural.settings import TrainingSettings

folder, kills = Path(sys.argv[1]), int(sys.argv[2])
small = {"width": 8, "depth": 1}
settings = TrainingSettings.of({
    "steps": 30, "log_every": 3, "checkpoint_every": 2, "device": "cpu", "batch": 5, "latent": 3, "critic_steps": 2,
    "network_options": small, "generator_options": small, "regulariser_options": {"lam": 0.1, "buffer": 0.5},
})
real = np.random.default_rng(0).normal(size=(11, 2))

def child(journal):
    pid = os.fork()
    if pid == 0:
        try:
            train_gan(real, settings, journal=journal)
        except BaseException as error:
            print(error, file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return pid

def outcome(where):
    rows = [{k: v for k, v in row.items() if k != "seconds"} for row in read_history(where)]
    return (list_checkpoints(where / "checkpoints")[-1] / "state.safetensors").read_bytes(), rows

start = time.monotonic()
assert os.waitpid(child(Journal(folder / "whole")), 0)[1] == 0
took = time.monotonic() - start
chance, killed, cut = random.Random(7), 0, folder / "cut"
for attempt in range(100 * kills):
    begun = (cut / "settings.json").exists()
    pid = child(Journal(cut, resume=begun))
    if killed < kills:
        time.sleep(chance.uniform(0.0, 0.6 * took))
        os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    if os.WIFSIGNALED(status):
        killed += 1
        continue
    assert os.WEXITSTATUS(status) == 0, "a run that was killed could not be resumed"
    assert outcome(cut) == outcome(folder / "whole"), "the resumed run is another one"
    if killed >= kills:
        break
    shutil.rmtree(cut)
print(killed)
"""


def _kill(folder: Path, kills: int, *, seconds: float) -> None:
    line = [sys.executable, "-c", KILLER, str(folder), str(kills)]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=seconds)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == kills


def test_a_run_killed_at_random_moments_is_the_run_that_was_not(tmp_path: Path) -> None:
    _kill(tmp_path, kills=3, seconds=110.0)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_run_killed_many_times(tmp_path: Path) -> None:
    _kill(tmp_path, kills=30, seconds=590.0)
