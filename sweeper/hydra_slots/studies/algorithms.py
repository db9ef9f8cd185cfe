"""Samplers and pruners of Optuna by short name, as YAML gives them."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import optuna
from optuna.pruners import BasePruner
from optuna.samplers import BaseSampler

from hydra_slots.errors import SweepError
from hydra_slots.settings import EXTRAS, GRIDS, PROMOTION, PRUNERS, SAMPLERS, SweepSettings, meaning
from hydra_slots.space.search_space import Space
from hydra_slots.studies.arguments import check

# These go on where they were by themselves: another seed would be another sequence.
KEEP_SEED = ("QMCSampler",)
REHEARSED = 30  # trials at most, after the random ones with which many samplers begin


def sampler(node: Any, seed_offset: int = 0, seed: int | None = None, trust: bool = False) -> BaseSampler:
    """The sampler of `hydra.sweeper.sampler`; None draws at random.

    Args:
        node: a short name, `{name: .., ARGUMENT: ..}` or `{_target_: .., ARGUMENT: ..}`.
        seed_offset: added to the sampler's seed, so that a resumed sweep does not draw its first points again.
        seed: of a sampler that has none.
        trust: whether what the study holds may be unpickled.

    Raises:
        SweepError: no such sampler, or not with these arguments.
    """
    name, arguments = _split("sampler", node or "random")
    if name.rpartition(".")[2] in GRIDS:
        raise SweepError(
            f"hydra.sweeper.sampler={name}: a sweep without hydra.sweeper.n_trials tries every combination once, which "
            "is what this one does; leave both out"
        )
    kind = _class("sampler", name, SAMPLERS, optuna.samplers)
    if "seed" in inspect.signature(kind).parameters:
        own = arguments.get("seed")
        own = seed if own is None else own
        if own is not None and (type(own) is not int or not 0 <= own < 2**32):
            raise SweepError(
                "hydra.sweeper.sampler.seed must be a whole number of at least 0, and below 2**32, or null, "
                f"got {own!r}"
            )
        arguments["seed"] = own if own is None or kind.__name__ in KEEP_SEED else (own + seed_offset) % 2**32
    elif arguments.get("seed", 0) is None:  # of the default
        del arguments["seed"]
    built: BaseSampler = _built("sampler", kind, arguments, BaseSampler)
    if isinstance(built, optuna.samplers.CmaEsSampler) and not trust:
        raise SweepError(
            "hydra.sweeper.sampler=cmaes: Optuna keeps its state in the study as a pickle, so whoever may write into "
            "the study's storage could run anything here; if you trust them all, add hydra.sweeper.trust=true, else "
            "take another sampler, such as tpe or gp"
        )
    return built


def pruner(node: Any, where: str = "pruner") -> BasePruner:
    """The pruner of `hydra.sweeper.pruner`, likewise; None prunes nothing, `patient` has a `wrapped_pruner`."""
    if node is None:
        return optuna.pruners.NopPruner()
    name, arguments = _split(where, node)
    if name == PROMOTION and where != "pruner":
        raise SweepError(f"hydra.sweeper.{where}=promotion: it pauses trials, and cannot be wrapped; use it alone")
    if name == PROMOTION:  # the controller's business, not Optuna's
        return optuna.pruners.NopPruner()
    if "wrapped_pruner" in arguments and arguments["wrapped_pruner"] is not None:
        arguments["wrapped_pruner"] = pruner(arguments["wrapped_pruner"], f"{where}.wrapped_pruner")
    elif name == "patient":
        arguments.setdefault("wrapped_pruner", None)
    return _built(where, _class(where, name, {**PRUNERS, PROMOTION: ""}, optuna.pruners), arguments, BasePruner)


def rehearse(settings: SweepSettings, space: Space) -> None:
    """Has the sampler and the pruner work on a study in memory, since some find out late what they cannot do.

    Raises:
        SweepError: one of them fails on this space.
    """
    node = settings.sampler if isinstance(settings.sampler, Mapping) else {}
    plainly = set(node) <= {"name", "seed"} and node.get("name", "random") in ("tpe", "random")
    if settings.grid or (plainly and settings.pruner is None):
        return
    drawn, judged = sampler(settings.sampler, seed=0, trust=settings.trust), pruner(settings.pruner)
    count = min(getattr(drawn, "_n_startup_trials", 0) + 3, REHEARSED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        study = optuna.create_study(sampler=drawn, pruner=judged, directions=settings.directions)  # type: ignore[arg-type]
        for number in range(count):
            try:
                trial = study.ask()
                space.suggest(trial)
            except SweepError:
                raise
            except Exception as error:
                raise _unable("sampler", drawn, error) from None
            try:
                if len(settings.directions) == 1:
                    trial.report(float(number), 0)
                    trial.should_prune()
            except Exception as error:
                raise _unable("pruner", judged, error) from None
            try:
                study.tell(trial, [float(number)] * len(settings.directions))
            except Exception as error:
                raise _unable("sampler", drawn, error) from None


def _unable(where: str, what: Any, error: Exception) -> SweepError:
    return SweepError(
        f"hydra.sweeper.{where}: {type(what).__name__} does not work with these arguments and this space "
        f"({type(error).__name__}: {' '.join(str(error).split())}); change them, or choose another {where}"
    )


def _split(where: str, node: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(node, str):
        return node, {}
    if not isinstance(node, Mapping) or not {"name", "_target_"} & set(node):
        raise SweepError(f"hydra.sweeper.{where} must be a name, or a mapping with name or _target_, got {node!r}")
    arguments = {str(key): value for key, value in node.items() if key not in ("name", "_target_")}
    # A config that sets `_target_` is merged into the default, which has a `name`.
    return str(node.get("_target_") or node["name"]), arguments


def _class(where: str, name: str, names: Mapping[str, str], module: Any) -> Any:
    if name in names:
        return getattr(module, names[name])
    if "." not in name:
        raise SweepError(
            f"hydra.sweeper.{where}: {meaning(name, names)}{name!r} is none of {', '.join(names)}, nor the path of a "
            "class"
        )
    from hydra.utils import get_class

    try:
        return get_class(name)
    except Exception as error:
        raise SweepError(f"hydra.sweeper.{where}: {name} cannot be imported ({str(error).splitlines()[0]})") from None


def _built(where: str, kind: Any, arguments: Mapping[str, Any], base: type) -> Any:
    known = inspect.signature(kind).parameters
    if not any(p.kind is p.VAR_KEYWORD for p in known.values()) and (unknown := sorted(set(arguments) - set(known))):
        meant = meaning(unknown[0], known)
        raise SweepError(
            f"hydra.sweeper.{where}.{unknown[0]}: {meant}{kind.__name__} takes {', '.join(known) or 'no arguments'}"
        )
    needed = [name for name, p in known.items() if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
    if missing := [name for name in needed if name not in arguments]:
        raise SweepError(
            f"hydra.sweeper.{where}.{missing[0]}: {kind.__name__} needs a value for it, such as "
            f"+hydra.sweeper.{where}.{missing[0]}=..."
        )
    extra, packages = EXTRAS.get(kind.__name__, ("", ()))
    if absent := [package for package in packages if find_spec(package) is None]:
        raise SweepError(
            f"hydra.sweeper.{where}: {kind.__name__} needs what is not installed, {' and '.join(absent)}; "
            f"pip install 'hydra-slots[{extra}]' has it"
        )
    check(where, kind, arguments)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            built = kind(**arguments)
    except (TypeError, ValueError, ImportError, AssertionError) as error:
        raise SweepError(f"hydra.sweeper.{where}: {kind.__name__}: {error}") from None
    if not isinstance(built, base):
        raise SweepError(f"hydra.sweeper.{where}: {kind.__name__} is no {where.rpartition('.')[2]} of Optuna's")
    return built
