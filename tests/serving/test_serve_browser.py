"""The page of a service in headless Chromium: entities as they come, at their place, by keyboard, on a phone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from service import Service
from test_serve import PLAIN, direct

pytestmark = pytest.mark.seconds


@pytest.fixture(params=[390, 1280])
def page(browser: Any, service: Service, request: pytest.FixtureRequest) -> Iterator[Any]:
    """At the width of a phone and of a desktop; whatever it logs, throws or asks of others fails the test."""
    context = browser.new_context(viewport={"width": request.param, "height": 800}, color_scheme="light")
    opened = context.new_page()
    faults: list[str] = []
    # Of a request that fails, on purpose here, the browser makes a note.
    opened.on("console", lambda said: "Failed to load" in said.text or faults.append(f"console: {said.text}"))
    opened.on("pageerror", lambda error: faults.append(f"error: {error}"))
    opened.on("dialog", lambda dialog: (faults.append("a dialog: the text ran"), dialog.dismiss()))
    opened.on("request", lambda sent: sent.url.startswith((service.url, "data:")) or faults.append(sent.url))
    opened.goto(service.url)
    until(lambda: "2 runs" in opened.inner_text("#runs"))
    yield opened
    context.close()
    assert faults == []


def marks(page: Any, run: int = 0) -> list[str]:
    """The entities that are marked in the text of a run, without the name of their type."""
    section = page.locator("#answers section").nth(run)
    found: list[str] = section.locator("mark").evaluate_all("all => all.map((mark) => mark.firstChild.textContent)")
    return found


def until(condition: Callable[[], bool]) -> None:
    """Waits here: the page's policy refuses what Playwright would wait with there."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


SHOWN = """all => all.map((one) => {
  const copy = one.cloneNode(true);
  copy.querySelectorAll("small").forEach((small) => small.remove());
  return copy.textContent;
})"""


def typed(page: Any, text: str) -> None:
    page.fill("#text", text)
    until(lambda: page.locator(".marked").evaluate_all(SHOWN) == [text, text])


def test_entities_are_marked_at_their_place_as_one_types(page: Any) -> None:
    text = f"😀 {PLAIN} 👩‍👩‍👧 e\u0301\n<img src=x onerror=alert(1)> שלום {PLAIN}"
    typed(page, text)
    expected = direct(text)
    assert expected and marks(page) == [text[begin:end] for _, begin, end in expected]
    title = page.locator("#answers section").first.locator("mark").first.get_attribute("title")
    assert expected[0][0] in title and "%" in title
    listed = page.locator("#answers section").first.locator("tbody tr")
    assert listed.count() == len(expected)
    assert "entit" in page.inner_text("#status")


def test_what_runs_disagree_on_is_marked_and_listed(page: Any, service: Service) -> None:
    text = f"{PLAIN} modern liver {PLAIN}"
    typed(page, text)
    said = [service.post({"text": text}, run)[1]["entities"] for run in ("run", "other")]
    keys = [{(e["start"], e["end"], e["type"]) for e in entities} for entities in said]
    alone = [key not in keys[1] for key in sorted(keys[0])]
    assert any(alone)
    found = (
        page.locator("#answers section")
        .first.locator("mark")
        .evaluate_all("all => all.map((mark) => mark.classList.contains('alone'))")
    )
    assert found == alone
    places = {key[:2] for key in keys[0] ^ keys[1]}
    assert page.locator("#differences tbody tr").count() == len(places)


def test_the_keyboard_is_enough(page: Any) -> None:
    page.focus("#text")
    page.keyboard.type("It rained", delay=0)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#answers section")
    order = []
    for _ in range(3):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.id || document.activeElement.getAttribute('href')"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
    assert order == ["ask", "clear", "docs"]
    page.focus("#clear")
    page.keyboard.press("Enter")
    assert page.input_value("#text") == "" and page.evaluate("document.activeElement.id") == "text"


def test_it_fits_its_width_and_both_themes(page: Any) -> None:
    typed(page, f"{'x' * 500} {PLAIN}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    assert page.inner_text("#theme") == "Light"


def test_a_server_that_is_gone_is_said(page: Any) -> None:
    page.route("**/predict*", lambda route: route.abort())
    page.fill("#text", "x")
    until(lambda: page.inner_text("#status") == "The server does not answer.")
    page.unroute("**/predict*")
    page.route("**/predict*", lambda route: route.fulfill(status=503, json={"detail": "come again later"}))
    page.fill("#text", "y")
    until(lambda: page.inner_text("#status") == "come again later")
    page.unroute("**/predict*")
    page.click("#ask")
    page.wait_for_selector("#answers section")
