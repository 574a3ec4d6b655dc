"""Writes all the small ONNX models of the importer's tests to a folder: make.py FOLDER."""
import pathlib
import sys

sys.dont_write_bytecode = True
import branches  # noqa: E402,F401
import compositions  # noqa: E402,F401
import dynamic  # noqa: E402,F401
import external  # noqa: E402,F401
import operators  # noqa: E402,F401
import quantized  # noqa: E402,F401
import refused  # noqa: E402,F401
import transformers  # noqa: E402,F401
from model import MODELS, to_bytes  # noqa: E402


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in MODELS.items():
        (folder / f"{name}.onnx").write_bytes(to_bytes(make()))


if __name__ == "__main__":
    main()
