"""A corpus that the project generates: news, sport and reference prose with six types of names."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
