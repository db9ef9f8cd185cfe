"""The page and the figures of a comparison in headless Chromium: what fits, dark and light, print, whole labels."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest
from made_runs import gold, predicted, write_run

from ner_lab.report.compare import Comparison, compare
from ner_lab.report.compare.html_page import as_html

pytestmark = pytest.mark.seconds

LOSSES = ("nll", "focal", "dice", "label_smoothing", "embedding_label_smoothing")
HEADS = {"linear": "LinearHead", "crf": "CRFHead"}


def trained(folder: Path, systems: int, corpora: int = 1) -> Comparison:
    """Of runs of so many systems, which differ in loss, head and learning rate, under three seeds."""
    settings = [*product(LOSSES, HEADS, (1e-5, 3e-5, 1e-4, 3e-4))]
    for corpus in range(corpora):
        sentences = gold(60, seed=corpus, documents=20)
        for number, (loss, head, rate) in enumerate(settings[:: len(settings) // systems][:systems]):
            for seed in (1, 2, 3):
                config = {
                    "loss._target_": f"ner_lab.losses.{loss}.L", "model.head._target_": f"ner_lab.models.{HEADS[head]}",
                    "optimizer.lr": rate, "seed": seed, "data.dir": f"corpora/corpus-{corpus}",
                }  # fmt: skip
                words = (f"loss={loss}", f"model/head={head}", f"optimizer.lr={rate}", f"seed={seed}")
                found = predicted(sentences, 0.5 + 0.01 * number, seed=1000 * corpus + 10 * number + seed)
                write_run(folder / f"{corpus}-{number}-{seed}", found, config, words)
    by = "loss,model/head,optimizer.lr"
    return compare(folder, by=by, equivalent=0.5, across="data" if corpora > 1 else None)


@pytest.fixture(scope="module", params=[(1, 1), (3, 1), (40, 1), (10, 6)], ids=["one", "three", "forty", "corpora"])
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Comparison, Path]:
    folder = tmp_path_factory.mktemp("runs")
    result = trained(folder / "runs", *request.param)
    (folder / "page.html").write_text(as_html(result), encoding="utf-8")
    return result, folder / "page.html"


def lightness(page: Any, of: str, what: str) -> int:
    colour = page.evaluate(f"getComputedStyle(document.querySelector('{of}')).{what}")
    return sum(map(int, colour.removeprefix("rgb(").removesuffix(")").split(","))) // 3


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_pages_fit_and_tables_need_no_scrolling_on_a_desktop(browser: Any, found: Any, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(found[1].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.evaluate(
        "[...document.querySelectorAll('.scroll, figure')].filter(e => e.scrollWidth > e.clientWidth + 1)"
        ".map(e => e.textContent.slice(0, 80))"
    )
    assert cut == [] or width == 390
    page.close()


def test_colours_are_those_of_the_screen_and_paper_is_white(browser: Any, found: Any) -> None:
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(found[1].as_uri())
        dark = scheme == "dark"
        assert page.evaluate("getComputedStyle(document.querySelector('figure svg > rect')).fill") == "none"
        for ground in ("body", "section"):
            assert (lightness(page, ground, "backgroundColor") < 60) == dark
        for ink in ("section h2", "figure svg text"):
            assert (lightness(page, ink, "fill" if "svg" in ink else "color") > 140) == dark
        page.emulate_media(media="print")
        assert lightness(page, "body", "backgroundColor") == 255 and lightness(page, "section h2", "color") == 0
        wide = page.evaluate("document.querySelector('.scroll').scrollWidth")
        assert wide <= page.evaluate("document.documentElement.clientWidth")
        page.close()
    assert found[0].metric == "f1" and page.is_closed()


def test_figures_show_whole_labels_within_their_bounds(browser: Any, found: Any) -> None:
    result, _ = found
    page = browser.new_page()
    labels = {system.label for one in result.test_sets for system in one.systems}
    for name, picture in result.figures.items():
        page.set_content(picture)
        outside = page.evaluate(
            """() => { const whole = document.querySelector('svg').getBoundingClientRect();
            return [...document.querySelectorAll('text')].filter(text => { const r = text.getBoundingClientRect();
            return r.left < whole.left || r.right > whole.right || r.top < whole.top || r.bottom > whole.bottom; })
            .map(text => text.textContent); }"""
        )
        assert outside == [], name
        written = " ".join(page.locator("text").all_text_contents())
        assert "…" not in written and (name.startswith("tuning") or all(label in written for label in labels)), name
    page.close()


def test_titles_say_what_was_compared(browser: Any, found: Any) -> None:
    result, path = found
    page = browser.new_page()
    page.goto(path.as_uri())
    count = len({system.label for one in result.test_sets for system in one.systems})
    place = "corpus-0 test" if len(result.test_sets) == 1 else f"{len(result.test_sets)} test sets"
    assert page.title() == f"NER comparison: F1 of {count} system{'s' * (count > 1)} on {place}"
    assert page.locator("h1").inner_text() == page.title().removeprefix("NER comparison: ")
    page.close()
