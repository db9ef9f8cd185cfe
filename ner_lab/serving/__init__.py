"""A run as a service: `ner-lab serve`.

One process speaks HTTP and holds the requests, and each run has a process that owns its model: `model_process` is that
one, `supervision` starts it, asks it and starts it again when it dies, in the `frames` that both speak. `queueing` says
which texts are read together, `served_model` brings the three together. `request_body` reads what is asked and
`refusals` is how it is refused, `app` is the application (`openapi_page` its documentation, `prometheus` its numbers,
`page.html`, `page.js` and `page.css` what a person tries it on), `server` runs it until it is told to stop.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
