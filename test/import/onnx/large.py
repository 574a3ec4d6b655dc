"""large.py FOLDER: writes models with constants of more than 64 MiB, which are folded only where they must be."""
import pathlib
import sys

import onnx

from model import Model, ramp


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, lhs, rhs in (("layer", [1, 4100], [4100, 4160]), ("matrices", [2, 1, 4100], [2, 4100, 2100])):
        model = Model()
        model.input("x", lhs)
        model.constant("w", ramp(*rhs))
        model.node("MatMul", ["x", "w"], "y")
        model.output("y", [*lhs[:-1], rhs[-1]])
        onnx.save(model.proto(), str(folder / f"{name}.onnx"), save_as_external_data=True, location=f"{name}.bin")


main()
