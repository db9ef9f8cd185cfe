from .manifest import Manifest as Manifest
from .onnx_reader import OnnxReader as OnnxReader
