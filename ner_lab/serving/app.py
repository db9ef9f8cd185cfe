"""The application: what each address answers."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

from fastapi import FastAPI, Request, Response

import ner_lab
from ner_lab.serving import openapi_page, refusals
from ner_lab.serving.openapi_page import ABOUT, PREDICT
from ner_lab.serving.prometheus import CONTENT_TYPE, Counters
from ner_lab.serving.refusals import Limits, RefusedRequestError
from ner_lab.serving.request_body import asked
from ner_lab.serving.served_model import ServedModel

Answers = list[dict[str, Any]]
DISCARDED = 64_000_000  # bytes of a body that is too large: read and forgotten, so that its sender hears the answer
PROTECTED = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def application(models: Mapping[str, ServedModel], limits: Limits, counters: Counters) -> FastAPI:
    """The service of some runs, the first of which answers where a request names none."""

    @asynccontextmanager
    async def ends(app: FastAPI) -> AsyncIterator[None]:
        yield
        await asyncio.gather(*(model.stop() for model in models.values()))

    app = FastAPI(
        title="ner-lab serve",
        version=ner_lab.__version__,
        description=ABOUT,
        docs_url=None,  # FastAPI's own page comes from somebody else's server
        redoc_url=None,
        lifespan=ends,
    )

    @app.exception_handler(RefusedRequestError)
    async def refuse(request: Request, error: RefusedRequestError) -> Response:
        later = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
        return _json({"detail": error.detail}, error.status, later)

    @app.post("/predict", summary="Entities of texts", openapi_extra=PREDICT)
    async def predict(request: Request, run: str | None = None) -> Response:
        begin, status = time.monotonic(), 500
        try:
            model = _named(run, models)
            texts, several = asked(await _body(request, limits))
            answers = await _unless_gone(request, model.answers(texts))
            status = 200
            return _json(answers if several else answers[0])
        except RefusedRequestError as error:
            status = error.status
            raise
        finally:
            counters.request(status, time.monotonic() - begin)

    @app.get("/health", summary="Whether the models answer, and what they know")
    async def health() -> Response:
        found = {
            name: {
                "ready": model.ready,
                "waiting": len(model.queue),
                "types": model.types,
                "process": model.process.pid,
            }
            for name, model in models.items()
        }
        ready = all(model.ready for model in models.values())
        body = {"status": "ready" if ready else "not ready", "version": ner_lab.__version__, "runs": found}
        return _json(body, 200 if ready else 503)

    @app.get("/metrics", summary="Numbers of the service, as Prometheus reads them")
    async def metrics() -> Response:
        return Response(counters.text(models.values()), headers={"Content-Type": CONTENT_TYPE})

    @app.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> Response:
        return _file(openapi_page.render(app.openapi(), str(request.base_url).rstrip("/")), "text/html")

    def add(path: str, content: str, kind: str) -> None:
        async def fixed() -> Response:
            return _file(content, kind)

        app.add_api_route(path, fixed, include_in_schema=False)

    for path, (content, kind) in _page().items():
        add(path, content, kind)
    return app


def _page() -> Mapping[str, tuple[str, str]]:
    own, look = files("ner_lab.serving"), files("ner_lab.report.single") / "page.css"
    style = look.read_text(encoding="utf-8") + (own / "page.css").read_text(encoding="utf-8")
    return {
        "/": ((own / "page.html").read_text(encoding="utf-8"), "text/html"),
        "/page.css": (style, "text/css"),
        "/page.js": ((own / "page.js").read_text(encoding="utf-8"), "text/javascript"),
    }


def _named(run: str | None, models: Mapping[str, ServedModel]) -> ServedModel:
    name = next(iter(models)) if run is None else run
    if name not in models:
        raise RefusedRequestError(422, f"run={name}: no such run here; there are {', '.join(models)}")
    return models[name]


async def _body(request: Request, limits: Limits) -> bytes:
    found, read = bytearray(), 0
    try:
        async with asyncio.timeout(limits.seconds):
            async for chunk in request.stream():
                read += len(chunk)
                if read > DISCARDED:
                    break
                if read <= limits.body:
                    found += chunk
    except TimeoutError:
        raise RefusedRequestError(408, f"the body did not come within {limits.seconds:g} seconds") from None
    if read > limits.body:
        raise refusals.too_large(limits.body)
    return bytes(found)


async def _unless_gone(request: Request, answering: Coroutine[Any, Any, Answers]) -> Answers:
    """The answers, as long as the client waits for them: a page asks anew at every key."""
    answers, gone = asyncio.ensure_future(answering), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait((answers, gone), return_when=asyncio.FIRST_COMPLETED)
        if not answers.done():
            raise refusals.abandoned()
        return answers.result()
    finally:
        answers.cancel()
        gone.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _json(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    kind = {"Content-Type": "application/json", "X-Content-Type-Options": "nosniff"}
    return Response(body, status, headers={**kind, **(headers or {})})


def _file(content: str, kind: str) -> Response:
    headers = {**PROTECTED, "Cache-Control": "no-cache", "Content-Type": f"{kind}; charset=utf-8"}
    return Response(content, headers=headers)
