"""A service in a process of its own, and requests to it, with nothing but the standard library."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

STORED = Path(__file__).parent.parent / "stored" / "run"


class Service:
    """`ner-lab serve` on a free port."""

    def __init__(self, *arguments: object, cwd: Path) -> None:
        # As a terminal starts it: a test run in the background ignores Ctrl-C, and so would all that it starts.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ner_lab", "serve", *map(str, arguments), "port=0"],
            cwd=cwd,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        assert self.process.stderr
        self.said = self.process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", self.said)
        assert found, self.said + self.process.stderr.read()
        self.port, self.url = int(found[1]), found[0]

    def request(self, method: str, path: str, body: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
        """Status, headers in small letters, and body of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            response = connection.getresponse()
            return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
        finally:
            connection.close()

    def post(self, content: Any, run: str = "") -> tuple[int, Any]:
        """Status and answer to JSON; bytes are sent as they are."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        status, _, answer = self.request("POST", f"/predict?run={quote(run)}" if run else "/predict", body)
        return status, json.loads(answer)

    def get(self, path: str) -> str:
        status, _, answer = self.request("GET", path)
        assert status == 200
        return answer.decode()

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Exit code, and what was said since it was ready."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said
