"""The page of many runs in headless Chromium: 5,000 of them, filters, sorting, two runs side by side, hostile text."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import made_runs
import pytest

from ner_lab.report.overview import html_table
from ner_lab.report.overview.html_table import render
from ner_lab.report.overview.notes import Notes
from ner_lab.report.overview.rows import RunRow, row
from ner_lab.report.runs import Run, find

pytestmark = pytest.mark.seconds

MANY = 5000
HOSTILE = "<script>alert(1)</script>\u202e</script>"


def synthetic(number: int) -> RunRow:
    rng = random.Random(number)
    loss, lr = rng.choice(["nll", "focal", "dice"]), rng.choice([1e-3, 3e-3])
    metrics = {"dev": {"f1": rng.random()}, "test": {"f1": rng.random()}, "train": {"seconds": 3000 * rng.random()}}
    finished = number % 20 > 0
    run = Run(
        Path(f"/runs/{number // 500}/run-{number}"),
        config={"seed": number, "loss": {"_target_": f"ner_lab.losses.{loss}"}, "optimizer": {"lr": lr}},
        overrides=(f"loss={loss}", f"optimizer.lr={lr}", f"seed={number}"),
        metrics=metrics if finished else {},
    )
    notes = Notes(HOSTILE if number % 7 == 0 else "", ("best",) if number % 100 == 0 else ())
    return RunRow(run, "finished" if finished else "unfinished", "2026-01-01 00:00", 1000 * number, notes)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "many.html"
    path.write_text(render([synthetic(number) for number in range(MANY)])[0], encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two")
    sentences = made_runs.gold(200)
    for name, right, lr in (("good", 0.9, 0.001), ("poor", 0.3, 0.003)):
        run = made_runs.write_run(folder / name, made_runs.predicted(sentences, right, 1), {"optimizer.lr": lr})
        (run / "curves").mkdir()
        steps = "".join(f"{step},{right * step / 1000}\n" for step in range(1000))
        (run / "curves" / "metrics.csv").write_text(f"step,dev/f1\n{steps}")
    path = folder / "two.html"
    path.write_text(render([row(run, False) for run in find([str(folder)])])[0], encoding="utf-8")
    return path


def opened(browser: Any, path: Path, width: int) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme="light")
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (faults.append("a dialog: text of the data ran"), dialog.dismiss()))
    page.on("request", lambda request: request.url == path.as_uri() or faults.append(f"request: {request.url}"))
    page.goto(path.as_uri())
    yield page
    context.close()
    assert faults == []


@pytest.fixture
def page(browser: Any, many: Path) -> Iterator[Any]:
    yield from opened(browser, many, 1280)


@pytest.fixture(params=[390, 1280])
def pair(browser: Any, two: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    for page in opened(browser, two, request.param):
        for box in page.locator("#body input").all():
            box.check()
        yield page


TIMED = """([id, value]) => {
  const begin = performance.now();
  document.getElementById(id).value = value;
  document.getElementById(id).dispatchEvent(new Event("input"));
  document.body.offsetHeight;
  return performance.now() - begin;
}"""


def count(page: Any) -> str:
    text: str = page.inner_text("#count")
    return text


def test_thousands_are_painted_and_filtered_at_once(page: Any) -> None:
    paints = page.evaluate("performance.getEntriesByType('paint').map((entry) => entry.startTime)")
    assert paints and max(paints) < 1000
    assert count(page) == "5,000 runs"
    expected = sum("loss=focal" in synthetic(n).overrides for n in range(MANY))
    assert min(page.evaluate(TIMED, ["search", "LOSS=focal"]) for _ in range(3)) < 100
    assert count(page) == f"{expected:,} of 5,000 runs"
    page.evaluate(TIMED, ["search", "#best"])
    assert count(page) == "50 of 5,000 runs"
    page.evaluate(TIMED, ["search", ""])
    page.select_option("#state", "unfinished")
    assert count(page) == "250 of 5,000 runs"
    page.select_option("#state", "")
    assert page.locator("#body tr").count() < 100, "rows that nobody sees are not drawn"


def test_it_sorts_and_scrolls_through_all(page: Any) -> None:
    page.click("#head th[data-column='3'] button")
    scores = [float(text) for text in page.locator("#body td:nth-child(5)").all_inner_texts() if text]
    assert scores == sorted(scores, reverse=True) and scores[0] > 99
    assert page.get_attribute("#head th[data-column='3']", "aria-sort") == "descending"
    page.evaluate("document.getElementById('scroller').scrollTop = 1e9")
    page.locator("#body tr:nth-last-child(2) td:nth-child(5):empty").wait_for(state="attached")
    names = page.locator("#body td:nth-child(2)").all_inner_texts()
    assert all(int(name.rpartition("-")[2]) % 20 == 0 for name in names[-15:]), "those without a score come last"


def test_two_runs_are_compared(pair: Any) -> None:
    text = pair.inner_text("#pair")
    assert "on these sentences" in text and "95 % interval" in text
    better = "A" if pair.inner_text(".pair-names").index("good") < pair.inner_text(".pair-names").index("poor") else "B"
    assert f"{better} is better than" in text
    assert "optimizer.lr" in text and "0.003" in text and "loss._target_" not in text
    assert pair.locator("#pair svg.lines polyline").count() == 2
    assert pair.locator("#pair .sentence").count() == 50
    assert pair.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_run_is_the_same_as_itself(browser: Any, two: Path, tmp_path: Path) -> None:
    runs = find([str(two.parent / "good")])
    shutil.copytree(two.parent / "good", tmp_path / "copy")
    path = tmp_path / "same.html"
    path.write_text(render([row(run, False) for run in [*runs, *find([str(tmp_path / "copy")])]])[0], encoding="utf-8")
    for page in opened(browser, path, 1280):
        for box in page.locator("#body input").all():
            box.check()
        text = page.inner_text("#pair")
        assert "Which is better is not known: A minus B 0.00" in text and "0 of 200 test sentences" in text


def test_themes_and_keyboard(page: Any) -> None:
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    page.focus("#search")
    order = []
    for _ in range(4):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
    assert order == ["state", "least", "scroller", "run"]
    page.keyboard.press("Enter")
    assert page.get_attribute("#head th[data-column='0']", "aria-sort") == "ascending"


def test_a_page_has_room_for_so_much(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row(run, False) for run in find([str(two.parent)])]
    assert render(rows)[1] == 0
    monkeypatch.setattr(html_table, "ROOM", 100)
    assert render(rows)[1] == 1
    assert render([])[1] == 0
