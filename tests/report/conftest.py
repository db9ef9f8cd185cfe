"""A browser for the pages, or a reason to skip what needs one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    needed = os.environ.get("NER_LAB_NEEDS_CHROMIUM")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        assert not needed, "playwright is not installed; it is in the extra test"
        pytest.skip("playwright is not installed; it is in the extra test")
    if CHROMIUM is None:
        assert not needed, "no Chromium on this machine: apt-get install chromium"
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()
