"""Who is read with whom, and who gives up: laws of the queue, and a model that is slow, full or gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from ner_lab.serving import queueing, served_model
from ner_lab.serving.prometheus import Counters
from ner_lab.serving.queueing import Queue, WaitingRequest
from ner_lab.serving.refusals import Limits, RefusedRequestError
from ner_lab.serving.served_model import ServedModel
from ner_lab.serving.supervision import ModelDiedError
from ner_lab.types import UserError


class FakeProcess:
    """Answers with the length of each text, when `gate` is open; a text `die` ends it, and so does `dies`."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.batches: list[list[Any]] = []
        self.starts, self.stops = 0, 0
        self.refuses: Exception | None = None
        self.dies, self.pid = asyncio.Event(), None

    @property
    def ready(self) -> bool:
        return self.pid is not None

    async def ended(self) -> str:
        await self.dies.wait()
        self.pid = None
        return "SIGKILL ended it"

    async def start(self) -> list[str]:
        self.starts += 1
        if self.starts > 1 and self.refuses:
            raise self.refuses
        self.dies, self.pid = asyncio.Event(), self.starts
        return ["O", "B-PER", "I-PER"]

    async def ask(self, texts: list[Any]) -> list[dict[str, Any]]:
        self.batches.append(texts)
        await self.gate.wait()
        if "die" in texts:
            raise ModelDiedError("SIGKILL ended it")
        return [{"length": len(text)} for text in texts]

    async def stop(self, grace: float = 0) -> None:
        self.stops += 1
        self.dies.set()
        self.pid = None


def served(limits: Limits, test: Callable[[ServedModel, FakeProcess], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        process = FakeProcess()
        model = ServedModel("run", process, limits, Counters())  # type: ignore[arg-type]
        await model.start()
        try:
            await asyncio.wait_for(test(model, process), 30)
        finally:
            await model.stop()

    asyncio.run(run())


def taken(*requests: list[Any]) -> list[list[str]]:
    """The batches that requests with these texts are read in."""

    async def run() -> list[list[str]]:
        queue = Queue()
        for texts in requests:
            queue.add(WaitingRequest(texts, 60))
        batches = []
        while batch := queue.batch():
            batches.append([request.texts[at] for request, at in batch])
        assert len(queue) == 0
        return batches

    return asyncio.run(run())


def test_requests_take_turns() -> None:
    assert taken(["a1", "a2", "a3"], ["b1"], ["c1", "c2"]) == [["a1", "b1", "c1", "a2", "c2", "a3"]]
    first = taken([f"text {number}" for number in range(5000)], ["alone"])[0]
    assert "alone" in first


def test_a_batch_has_room_for_so_much_and_a_long_text_is_read_alone() -> None:
    room = queueing.SUBWORDS * queueing.CHARACTERS
    half, long = "h" * (room // 2), "l" * (3 * room)
    batches = taken(["s1"], [long], ["s2"], [half], [half], [half], ["s3"])
    assert sorted(text for batch in batches for text in batch) == sorted(["s1", "s2", "s3", long, half, half, half])
    for batch in batches:
        assert len(batch) == 1 or sum(map(len, batch)) <= room
    assert batches[0][0] == "s1" and batches[1] == [long]
    assert all(len(batch) <= queueing.TEXTS for batch in taken([""] * 1000))


def test_each_gets_its_own_answers_in_its_order() -> None:
    async def test(model: ServedModel, process: FakeProcess) -> None:
        asked = [["x" * (n + 1), "y" * (2 * n)] for n in range(50)]
        found = await asyncio.gather(*(model.answers(texts) for texts in asked))
        for texts, answers in zip(asked, found, strict=True):
            assert answers == [{"run": "run", "length": len(text)} for text in texts]
        assert len(process.batches) < 50

    served(Limits(), test)


def refusal(done: Any) -> tuple[int, bool]:
    assert isinstance(done, RefusedRequestError)
    return done.status, done.retry_after is not None


def test_a_full_queue_refuses_at_once_and_a_late_answer_is_given_up() -> None:
    async def test(model: ServedModel, process: FakeProcess) -> None:
        process.gate.clear()
        waiting = [asyncio.create_task(model.answers(["a"]))]
        await asyncio.sleep(0.05)
        waiting += [asyncio.create_task(model.answers(["b"])) for _ in range(3)]
        await asyncio.sleep(0)
        done = await asyncio.gather(*waiting, model.answers(["c"]), return_exceptions=True)
        assert [refusal(one) for one in done] == [(504, True)] * 4 + [(503, True)]
        process.gate.set()
        assert await model.answers(["later"]) == [{"run": "run", "length": 5}]
        assert process.batches[1:] == [["later"]], "nobody waits for b any more"

    served(Limits(seconds=0.3, queue=3), test)


def test_one_that_dies_after_every_start_is_started_less_and_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    served_models: list[ServedModel] = []

    async def sleep(seconds: float, real: Any = asyncio.sleep) -> None:
        if seconds >= 1:
            pauses.append(seconds)
            with pytest.raises(RefusedRequestError, match="SIGKILL"):  # who comes meanwhile is not kept waiting
                await served_models[0].answers(["x"])
        await real(min(seconds, 0.001))

    monkeypatch.setattr(served_model.asyncio, "sleep", sleep)

    async def test(model: ServedModel, process: FakeProcess) -> None:
        async def dies(often: int) -> None:
            for times in range(process.starts + 1, process.starts + 1 + often):
                process.dies.set()
                while process.starts < times or not model.ready:
                    await asyncio.sleep(0.001)

        served_models.append(model)
        await dies(8)
        assert pauses == [1, 2, 4, 8, 16, 30, 30]
        await model.answers(["a"])
        await dies(2)
        assert pauses[7:] == [1]
        model._started -= 31  # it has lived for longer than any pause
        await dies(1)
        assert pauses[8:] == []

    served(Limits(seconds=5), test)


def test_a_process_that_dies_while_nobody_asks_is_started_again_at_once() -> None:
    async def test(model: ServedModel, process: FakeProcess) -> None:
        for times in (2, 3):
            assert model.ready
            process.dies.set()
            while process.starts < times or not model.ready:
                await asyncio.sleep(0.001)
            await model.answers(["b"])
        assert await model.answers(["a"]) == [{"run": "run", "length": 1}]
        for _ in range(2):  # also just after a batch of several requests, whose successor waits for others
            await asyncio.gather(*(model.answers(["a"]) for _ in range(4)))
            process.dies.set()
            times = process.starts
            while process.starts == times or not model.ready:
                await asyncio.sleep(0.001)

    served(Limits(seconds=5), test)


def test_characters_that_wait_are_bounded_too() -> None:
    async def test(model: ServedModel, process: FakeProcess) -> None:
        process.gate.clear()
        held = [asyncio.create_task(model.answers(["read"]))]
        await asyncio.sleep(0.05)
        held += [asyncio.create_task(model.answers(["x" * 100])) for _ in range(17)]
        await asyncio.sleep(0)
        with pytest.raises(RefusedRequestError) as refused:
            await model.answers(["x"])
        assert refused.value.status == 503
        process.gate.set()
        assert len(await asyncio.gather(*held)) == 18

    served(Limits(body=100, seconds=5, queue=1000), test)


@pytest.mark.seconds
def test_a_model_that_hangs_is_started_again() -> None:
    async def test(model: ServedModel, process: FakeProcess) -> None:
        process.gate.clear()
        with pytest.raises(RefusedRequestError):
            await model.answers(["hangs"])
        await asyncio.sleep(1.2)
        process.gate.set()
        assert process.starts == 2 and await model.answers(["fine"]) == [{"run": "run", "length": 4}]

    served(Limits(seconds=0.2), test)


@pytest.mark.seconds
def test_a_model_that_cannot_be_started_again_is_down_until_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served_model, "LONGEST_PAUSE", 0.05)

    async def test(model: ServedModel, process: FakeProcess) -> None:
        process.refuses = UserError("run=run: no such folder")
        done = await asyncio.gather(model.answers(["die"]), model.answers(["held"]), return_exceptions=True)
        assert refusal(done[0]) == (503, True) and "SIGKILL" in str(done[0])
        await asyncio.sleep(0.05)
        assert not model.ready
        with pytest.raises(RefusedRequestError, match="no such folder"):
            await model.answers(["now"])
        process.refuses = None
        while not model.ready:
            await asyncio.sleep(0.02)
        assert await model.answers(["again"]) == [{"run": "run", "length": 5}]

    served(Limits(), test)
