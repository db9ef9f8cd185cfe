"""The hub: a copy in a folder stands in for a download; without a network one error says how to get one."""

import pytest
from hydra import compose, initialize_config_module
from hydra.core.global_hydra import GlobalHydra

from ner_lab.data.formats.hub import HubData
from ner_lab.training.assembly import build
from ner_lab.types import UserError

datasets = pytest.importorskip("datasets", reason="the extra hub is not installed")


def saved(folder, column, names, numbers):
    tag = datasets.ClassLabel(names=names) if names else datasets.Value("int64")
    features = datasets.Features({"tokens": datasets.List(datasets.Value("string")), column: datasets.List(tag)})
    rows = {"tokens": [["Ann", "Lee", "left"]], column: [numbers]}
    table = datasets.Dataset.from_dict(rows, features=features)
    datasets.DatasetDict(train=table, validation=table, test=table).save_to_disk(str(folder))
    return folder


def test_splits_and_names_of_tags(tmp_path):
    data = HubData(str(saved(tmp_path / "c", "ner_tags", ["O", "B-PER", "I-PER"], [1, 2, 0])), tags="ner_tags")
    found = data.read()
    assert {split: rows[0].tags for split, rows in found.items()} == dict.fromkeys(
        ("train", "dev", "test"), ("B-PER", "I-PER", "O")
    )


def test_what_the_library_loads_is_read(tmp_path, monkeypatch):
    """The call that would download, answered with a local data set."""
    calls = []

    def load_dataset(name, config, revision):
        calls.append((name, config, revision))
        return datasets.load_from_disk(str(saved(tmp_path / "c", "tags", ["O", "B-PER", "I-PER"], [1, 2, 0])))

    monkeypatch.setattr(datasets, "load_dataset", load_dataset)
    rows = HubData("org/name", config="de", revision="main").read()
    assert calls == [("org/name", "de", "main")]
    assert rows["dev"][0].origin == "org/name[validation]:row 0"


def test_without_a_network_one_error_says_how_to_get_it():
    with pytest.raises(UserError) as caught:
        HubData("org/name", config="de", revision="r").read()
    for part in ("data.name=org/name", "load_dataset", "('org/name', 'de', revision='r')", "data.name=FOLDER"):
        assert part in str(caught.value)


PRESETS = {  # the column, its names and the numbers of one name of two words, as the data sets have them
    "conll2003": ("ner_tags", ["O", "B-PER", "I-PER"], [1, 2, 0]),
    "wnut17": ("ner_tags", ["O", "B-person", "I-person"], [1, 2, 0]),
    "wikiann": ("ner_tags", ["O", "B-PER", "I-PER"], [1, 2, 0]),
    "fewnerd": ("ner_tags", ["O", "art", "person"], [2, 2, 0]),
    "ontonotes5": ("tags", None, [4, 5, 0]),
}


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_read_the_columns_their_data_sets_have(preset, tmp_path):
    column, names, numbers = PRESETS[preset]
    GlobalHydra.instance().clear()
    with initialize_config_module("ner_lab.conf", version_base="1.3"):
        cfg = compose("train", [f"data={preset}"])
    assert "/" in cfg.data.name
    cfg.data.name = str(saved(tmp_path / "c", column, names, numbers))
    (row,) = build(cfg.data, "data").read()["test"]
    types = {tag[2:].lower() for tag in row.tags if tag != "O"}
    assert [tag[0] for tag in row.tags] == ["B", "I", "O"] and types <= {"per", "person"}
