"""`ner-lab serve`: every text is read whole and its entities stand where they are said to, whoever else asks, and
whatever dies."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from service import STORED, Service

import ner_lab
from ner_lab.commands import serve
from ner_lab.data.words import split_words

PLAIN = "The apple a day is good advice ( her"  # in which the stored run finds something
TEXTS = {
    "plain": PLAIN,
    "emoji": f"😀👩‍👩‍👧 {PLAIN} 😀 {PLAIN}",
    "combining marks": f"Cafe\u0301 Mu\u0308nchen {PLAIN}",
    "10,000 words": f"{PLAIN} " * 1112,
    "CRLF": f"{PLAIN}\r\nIt rained .\r\n\r\n{PLAIN}",
    "a lone CR": f"{PLAIN}\r{PLAIN}",
    "line separators": f"{PLAIN}\u2028{PLAIN}\u0085\x0b\x0c{PLAIN}",
    "no blanks": "東京は日本の首都です。กรุงเทพมหานครเป็นเมืองหลวง",
    "no blanks in English": PLAIN.replace(" ", ""),
    "only blanks": " \t\u3000 \n  ",
    "empty": "",
    "tabs": PLAIN.replace(" ", "\t"),
    "zero width": f"\u200b{PLAIN}\ufeff \u200b \u200d {PLAIN}",
    "right to left": f"שלום עולם {PLAIN} مرحبا \u202eevil\u202c",
    "a word of 5,000 letters": f"{'x' * 5000} {PLAIN}",
    "NUL": f"{PLAIN}\0\0 \0 {PLAIN}",
    "control characters": f"\x1b[31m{PLAIN}\x07\x7f",
    "many lines": f"{PLAIN}\n" * 200,
    "numbers": "1,200.50 10:30 1996-08-22 -5 +3",
    "markup": f"<script>alert(1)</script> &amp; {PLAIN}",
    "unassigned": f"\U000e0100 \ue000 \U0010ffff {PLAIN}",
}


def direct(text: str) -> list[tuple[str, int, int]]:
    return [(e.type, e.begin, e.end) for e in _tagger()(text)]


def _tagger(known: list[Any] = []) -> Any:  # noqa: B006
    if not known:
        known.append(ner_lab.load(STORED, precision="float32"))
    return known[0]


def places(answer: dict[str, Any]) -> list[tuple[str, int, int]]:
    return [(e["type"], e["start"], e["end"]) for e in answer["entities"]]


@pytest.mark.seconds
@pytest.mark.parametrize("name", TEXTS)
def test_offsets_are_those_of_the_text_as_it_was_sent_and_all_of_it_is_read(service: Service, name: str) -> None:
    text = TEXTS[name]
    status, answer = service.post({"text": text})
    assert status == 200 and answer["text"] == text
    assert places(answer) == direct(text)
    for entity in answer["entities"]:
        found = text[entity["start"] : entity["end"]]
        assert found == entity["text"] == found.strip() != ""
        assert 0 <= entity["confidence"] <= 1
    lines = [words for line in text.split("\n") if (words := split_words(line))]
    ledger = answer["ledger"]
    assert (ledger["characters"], ledger["sentences"]) == (len(text), len(lines))
    assert ledger["words"] == sum(map(len, lines)) and ledger["windows"] >= len(lines)


@pytest.mark.seconds
def test_texts_of_these_tests_have_entities() -> None:
    assert sum(bool(direct(text)) for text in TEXTS.values()) >= 14


@pytest.mark.seconds
def test_it_says_what_predict_says(service: Service, ner_lab: Any, tmp_path: Path) -> None:
    texts = {name: text for name, text in TEXTS.items() if "\r" not in text}
    lines = [line for text in texts.values() for line in text.split("\n")]
    (tmp_path / "lines.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    done = ner_lab("predict", f"run={STORED}", "input=lines.txt", "precision=float32")
    assert done.returncode == 0, done.stderr
    predicted = [json.loads(line) for line in done.stdout.split("\n") if line]
    answers = service.post({"text": lines})[1]
    assert [answer["text"] for answer in answers] == [row["text"] for row in predicted]
    assert list(map(places, answers)) == list(map(places, predicted))
    for answer, row in zip(answers, predicted, strict=True):
        sure = [entity["confidence"] for entity in row["entities"]]
        assert [entity["confidence"] for entity in answer["entities"]] == pytest.approx(sure, abs=2e-4)


@pytest.mark.seconds
def test_words_that_were_given_are_kept_and_have_tags(service: Service, ner_lab: Any, tmp_path: Path) -> None:
    sentences = [PLAIN.split(), ["The apple", "a", "day is", "\u200b", ""], [], ["don't"]]
    (tmp_path / "w.jsonl").write_text("".join(json.dumps({"words": one}) + "\n" for one in sentences))
    done = ner_lab("predict", f"run={STORED}", "input=w.jsonl", "precision=float32")
    predicted = [json.loads(line) for line in done.stdout.split("\n") if line]
    status, answers = service.post({"words": sentences})
    assert status == 200 and done.returncode == 0
    assert [(one["words"], one["tags"], one["text"]) for one in answers] == [
        (row["words"], row["tags"], row["text"]) for row in predicted
    ]
    assert list(map(places, answers)) == list(map(places, predicted))
    assert [one["ledger"]["words"] for one in answers] == list(map(len, sentences))


def test_a_list_gives_a_list_and_a_text_an_answer(service: Service) -> None:
    one = service.post({"text": PLAIN})[1]
    for several in ({"text": [PLAIN]}, [PLAIN], [{"text": PLAIN}]):
        assert service.post(several) == (200, [one])
    assert service.post({"words": PLAIN.split()})[1]["entities"] == one["entities"]
    for nothing in ([], {"text": []}):
        assert service.post(nothing) == (200, [])
    assert service.post(b'\xef\xbb\xbf{"text": "Oslo"}')[0] == 200


def deep(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


@pytest.mark.parametrize(
    ("body", "status", "part"),
    [
        (b'{"text": "\\ud83d"}', 422, "half of a surrogate pair"),
        (b'{"words": ["Oslo", "\\udc00"]}', 422, "half of a surrogate pair"),
        (b'{"text": 5}', 422, "the number 5"),
        (b'{"text": ["Oslo", 5]}', 422, "text[1] must be a string"),
        (b'{"text": null}', 422, "null"),
        (b'{"text": {"text": "Oslo"}}', 422, "an object"),
        (b'{"text": NaN}', 422, "the number nan"),
        (b'{"text": ' + b"9" * 5000 + b"}", 422, "not JSON"),
        (b'{"text": "a", "text": "b"}', 422, "given twice"),
        (b'{"text": "a", "words": ["a"]}', 422, "'words'"),
        (b'{"txet": "a"}', 422, "'txet'"),
        (b'{"words": "Oslo"}', 422, "words must be a list"),
        (b'{"words": ["a", ["b"]]}', 422, "words[0] must be a list"),
        (b'[{"text": ["a"]}]', 422, "a list in a list"),
        (b'[["a"]]', 422, "[0]"),
        (b'"Oslo"', 422, "a string"),
        (b"", 422, "not JSON"),
        (b"{", 422, "not JSON"),
        (b'{"text": "\xff"}', 422, "not UTF-8 (byte 0xff at position 10)"),
        ('{"text": "a"}'.encode("utf-16"), 422, "not UTF-8"),
        (deep(90_000), 422, "deeper"),
        (b"[" + b'"",' * 20_000 + b'""]', 422, "at most 10,000 texts"),
        (b'{"text": "' + b"x" * 200_000 + b'"}', 413, "at most 200,000 bytes"),
        (b'{"text": "' + b"x" * 20_000_000 + b'"}', 413, "at most 200,000 bytes"),
    ],
)
def test_what_is_no_text_is_refused_in_a_sentence(service: Service, body: bytes, status: int, part: str) -> None:
    found, answer = service.post(body)
    assert (found, list(answer)) == (status, ["detail"])
    assert part in answer["detail"] and len(answer["detail"]) < 400
    assert service.post({"text": PLAIN})[0] == 200


def test_runs_are_asked_by_name(service: Service) -> None:
    first, other = (service.post({"text": TEXTS["many lines"]}, run)[1] for run in ("run", "other"))
    assert (first["run"], other["run"]) == ("run", "other")
    assert service.post({"text": TEXTS["many lines"]})[1] == first
    assert places(first) != places(other)
    assert service.post({"text": "a"}, "third") == (
        422,
        {"detail": "run=third: no such run here; there are run, other"},
    )


def test_many_clients_at_once_get_their_own_answers(service: Service) -> None:
    texts = [f"{number} {PLAIN} {number * '😀'}" for number in range(40)]
    expected = [direct(text) for text in texts]

    def ask(number: int) -> bool:
        status, answer = service.post({"text": texts[number % 40]})
        return status == 200 and answer["text"] == texts[number % 40] and places(answer) == expected[number % 40]

    with ThreadPoolExecutor(16) as clients:
        assert all(clients.map(ask, range(320)))


@pytest.mark.seconds
def test_a_model_that_is_killed_loses_what_it_held_and_comes_back(service: Service) -> None:
    process = json.loads(service.get("/health"))["runs"]["run"]["process"]
    answers: list[tuple[int, dict[str, str], bytes]] = []
    body = json.dumps({"text": [TEXTS["10,000 words"][:90_000]] * 2}).encode()
    asking = threading.Thread(target=lambda: answers.append(service.request("POST", "/predict", body)))
    asking.start()
    waits(service)
    os.kill(process, signal.SIGKILL)
    held = service.post({"text": PLAIN})  # comes while no model is there, and waits for the next one
    asking.join()
    status, headers, answer = answers[0]
    assert status == 503 and "SIGKILL" in json.loads(answer)["detail"] and int(headers["retry-after"]) >= 1
    assert held[0] == 200 and places(held[1]) == direct(PLAIN)
    health = json.loads(service.get("/health"))
    assert health["status"] == "ready" and health["runs"]["run"]["process"] != process
    assert re.search(r'ner_lab_restarts_total\{run="run"\} [1-9]', service.get("/metrics"))


@pytest.mark.seconds
def test_a_model_that_dies_while_it_reads_nothing_costs_no_request(service: Service) -> None:
    process, before = json.loads(service.get("/health"))["runs"]["run"]["process"], service.get("/metrics")
    os.kill(process, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while (health := service.request("GET", "/health"))[0] == 200:
        assert time.monotonic() < deadline
    assert health[0] == 503 and json.loads(health[2])["status"] == "not ready"
    status, found = service.post({"text": PLAIN})  # waits for the next one
    assert status == 200 and places(found) == direct(PLAIN)
    health = json.loads(service.get("/health"))
    assert health["status"] == "ready" and health["runs"]["run"]["process"] not in (process, None)
    restarts = [
        re.findall(r'ner_lab_restarts_total\{run="run"\} (\d+)', text) for text in (before, service.get("/metrics"))
    ]
    assert int(restarts[1][0]) == 1 + sum(map(int, restarts[0]))


def test_a_client_that_has_gone_is_not_answered(service: Service) -> None:
    body = json.dumps({"text": [TEXTS["10,000 words"][:60_000]] * 3}).encode()
    with socket.create_connection(("127.0.0.1", service.port)) as client:
        client.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        waits(service)
    deadline = time.monotonic() + 30
    while 'ner_lab_requests_total{status="499"} 1' not in service.get("/metrics"):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert service.post({"text": PLAIN})[0] == 200


def waits(service: Service) -> None:
    """Until the first text of a request is read, and the next one waits."""
    deadline = time.monotonic() + 30
    while json.loads(service.get("/health"))["runs"]["run"]["waiting"] == 0:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_metrics_are_prometheus_text(service: Service) -> None:
    before = metrics(service)
    service.post({"text": PLAIN})
    values = metrics(service)
    words, requests = 'ner_lab_words_total{run="run"}', "ner_lab_request_seconds_count"
    assert values[words] - before[words] == len(PLAIN.split())
    assert values[requests] - before[requests] == 1
    counts = [value for name, value in values.items() if name.startswith("ner_lab_request_seconds_bucket")]
    assert counts == sorted(counts) and counts[-1] == values[requests]


def metrics(service: Service) -> dict[str, float]:
    lines = service.get("/metrics").splitlines()
    sample = re.compile(r'(ner_lab_\w+)(?:\{\w+="[^"]*"\})? (\S+)$')
    described = {line.split()[2] for line in lines if line.startswith("# TYPE ")}
    values = {}
    for line in lines:
        if not line.startswith("#"):
            found = sample.fullmatch(line)
            assert found, line
            assert found[1] in described or re.sub(r"_(bucket|sum|count)$", "", found[1]) in described
            values[line.rpartition(" ")[0]] = float(found[2])
    return values


def test_its_interface_is_described_without_anybody_elses_server(service: Service) -> None:
    described = json.loads(service.get("/openapi.json"))
    assert set(described["paths"]) == {"/predict", "/health", "/metrics"}
    codes = described["paths"]["/predict"]["post"]["responses"]
    assert {"200", "413", "422", "503", "504"} <= codes.keys()
    assert "code points" in described["info"]["description"]
    for path in ("/", "/docs", "/page.js", "/page.css"):
        status, headers, content = service.request("GET", path)
        assert status == 200 and b"://" not in content.replace(service.url.encode(), b"")
        assert "default-src 'none'" in headers["content-security-policy"]
    for example in described["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"][
        "examples"
    ].values():
        assert service.post(example["value"])[0] == 200


@pytest.mark.seconds
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_stops_when_it_has_answered_what_it_holds(tmp_path: Path, number: int, code: int) -> None:
    pytest.importorskip("fastapi", reason="the extra serve is not installed")
    shutil.copytree(STORED, tmp_path / "run")
    service = Service("run=run", cwd=tmp_path)
    answers: list[tuple[int, Any]] = []
    text = TEXTS["10,000 words"]
    asking = threading.Thread(target=lambda: answers.append(service.post({"text": [text, text, PLAIN]})))
    asking.start()
    waits(service)
    assert service.stop(number) == (code, "ner-lab serve: stopped; 1 request answered\n")
    asking.join()
    assert answers[0][0] == 200 and [one["ledger"]["words"] for one in answers[0][1]] == [10_008, 10_008, 9]


@pytest.mark.seconds
def test_it_stops_while_it_loads(tmp_path: Path) -> None:
    pytest.importorskip("fastapi", reason="the extra serve is not installed")
    shutil.copytree(STORED, tmp_path / "run")
    command = [sys.executable, "-m", "ner_lab", "serve", "run=run", "port=0"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        process.kill()
        pytest.skip("this system does not say which processes a process has started")
    while not children.read_text() and process.poll() is None:
        time.sleep(0.01)
    process.terminate()
    assert process.communicate(timeout=60)[1] == "ner-lab serve: stopped before it was ready\n"
    assert process.returncode == 0


@pytest.mark.seconds
def test_a_model_that_cannot_be_loaded_beside_one_that_can_is_one_line(tmp_path: Path) -> None:
    pytest.importorskip("fastapi", reason="the extra serve is not installed")
    shutil.copytree(STORED, tmp_path / "good")
    shutil.copytree(STORED, tmp_path / "bad")
    (tmp_path / "bad" / "checkpoints" / "best.ckpt").write_text("junk")
    command = [sys.executable, "-m", "ner_lab", "serve", "run=[good,bad]", "port=0"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.startswith("ner-lab serve: ") and "best.ckpt" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["run=nowhere"], "run=nowhere: no such folder"),
        (["port=8000"], "no run given"),
        (["run=run", "run=run/../run"], "given twice"),
        (["run=run", "port=80000"], "port=80000: must be a whole number from 0 to 65535"),
        (["run=run", "port=1", "port=2"], "port=1 was given already"),
        (["run=run", "trust=yes"], "trust=yes: must be true or false"),
        (["run=run", "prot=1"], "prot=1: the settings are run=, host="),
        (["run=run", "--reload"], "--reload: the settings are"),
        (["run=empty"], "config.yaml"),
        (["run=run", "device=tpu"], "device=tpu: must be auto"),
        (["run=run", "host=no.such.host.invalid"], "host=no.such.host.invalid: no address"),
    ],
)
def test_what_cannot_be_served_is_refused_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], part: str
) -> None:
    pytest.importorskip("fastapi", reason="the extra serve is not installed")
    shutil.copytree(STORED, tmp_path / "run")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    free = [] if any(one.startswith("port=") for one in arguments) else ["port=0"]
    with pytest.raises(SystemExit) as end:
        serve.start([*arguments, *free])
    assert str(end.value).startswith("ner-lab serve: ") and part in str(end.value)
    assert str(end.value).count("\n") == 0


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    pytest.importorskip("fastapi", reason="the extra serve is not installed")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"port={port}: another program listens on 127\.0\.0\.1:{port}"):
            serve.start([f"run={STORED}", f"port={port}"])


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"needs fastapi and uvicorn, .*pip install 'ner-lab\[serve\]'"):
        serve.start([f"run={STORED}"])


def test_runs_are_called_by_what_tells_them_apart(tmp_path: Path) -> None:
    for name in ("a/1", "b/1", "b/2"):
        shutil.copytree(STORED, tmp_path / name, ignore=shutil.ignore_patterns("*.ckpt"))
    assert list(serve.names([str(tmp_path / "a/1"), str(tmp_path / "b/2")])) == ["1", "2"]
    assert list(serve.names([str(tmp_path / "a/1"), str(tmp_path / "b/1")])) == ["a/1", "b/1"]
