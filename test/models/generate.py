#!/usr/bin/env python3
"""Writes the project's own small models and the goldens that the TFLite reference program prints for them.

One model per operator, element type and scheme: NAME.tflite, NAME.inI.bin, NAME.outI.bin and manifest.json,
which check.py reads. Models that Octet refuses so far go to wanted.json, in the same form.
What the reference program refuses is named and not written.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import smallmodels_contractions
import smallmodels_elementwise
import smallmodels_movement
import smallmodels_recurrent
import smallmodels_reductions
from wanted import WANTED

ROOMS = [smallmodels_contractions, smallmodels_elementwise, smallmodels_reductions, smallmodels_movement, smallmodels_recurrent]


class Peer:
    """The TFLite program: what it answers for a model and inputs."""

    def __init__(self, program, scratch):
        self.program, self.scratch = program, scratch

    def run(self, model, data):
        """(shapes of the outputs, bytes of the outputs), or the message with which it refused."""
        file = self.scratch / "model.tflite"
        file.write_bytes(data)
        command = [self.program, "--model", file, "--out", self.scratch / "out", "--invokes", str(model.invokes)]
        for i, values in enumerate(model.values):
            path = self.scratch / f"in{i}"
            path.write_bytes(values.tobytes())
            command += ["--in", f"{i}:{path}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            return None, f"exit {done.returncode}: {' '.join(done.stderr.split())}"
        told = json.loads(done.stdout)
        if len(told["outputs"]) != len(model.outputs):
            return None, "another number of outputs"
        outputs = [(self.scratch / f"out{i}.bin").read_bytes() for i in range(len(model.outputs))]
        return [output["shape"] for output in told["outputs"]], outputs


def write(model, peer, folder):
    """The manifest's entry of a model, or the message with which the peer refused it."""
    shapes, outputs = peer.run(model, model.bytes())
    if shapes is None:
        return outputs
    model.shaped(shapes)
    data = model.bytes()
    again, outputs = peer.run(model, data)
    if again != shapes:
        return "shapes that change from run to run"
    files = {f"{model.name}.tflite": data}
    files.update({f"{model.name}.in{i}.bin": values.tobytes() for i, values in enumerate(model.values)})
    files.update({f"{model.name}.out{i}.bin": output for i, output in enumerate(outputs)})
    for name, content in files.items():
        (folder / name).write_bytes(content)
    is_float = any(model.types[output].name.startswith("float") for output in model.outputs)
    return {"name": model.name, "file": f"{model.name}.tflite", "typed_ops": dict(sorted(model.typed_ops.items())),
            "compare": "close" if is_float else "exact",
            "cases": [{"name": "codes", "inputs": [name for name in files if ".in" in name],
                       "outputs": [name for name in files if ".out" in name],
                       "reference": {"status": "not computed" if model.differs_from_reference() else "equal"},
                       "invokes": model.invokes}]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer", required=True, help="the TFLite reference program, peer_tflite")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent / "tflite")
    arguments = parser.parse_args()
    arguments.output.mkdir(exist_ok=True)
    for old in arguments.output.glob("*.*"):
        if old.suffix in (".tflite", ".bin", ".json"):
            old.unlink()
    entries, names, refused = {True: [], False: []}, set(), 0
    with tempfile.TemporaryDirectory() as scratch:
        peer = Peer(arguments.peer, pathlib.Path(scratch))
        for room in ROOMS:
            for model in room.models():
                if model.name in names:
                    sys.exit(f"two models are called {model.name}")
                names.add(model.name)
                entry = write(model, peer, arguments.output)
                if isinstance(entry, str):
                    refused += 1
                    print(f"{model.name}: {entry}")
                else:
                    entries[model.name in WANTED].append(entry)
    for is_wanted, file in ((False, "manifest.json"), (True, "wanted.json")):
        rows = ",\n".join(json.dumps(entry) for entry in entries[is_wanted])
        (arguments.output / file).write_text(f'{{"models": [\n{rows}\n]}}\n')
    if WANTED - names:
        sys.exit(f"wanted.py names models that do not exist: {sorted(WANTED - names)}")
    print(f"{len(entries[False])} models, {len(entries[True])} more that Octet refuses, {refused} that the reference program refuses")


if __name__ == "__main__":
    main()
