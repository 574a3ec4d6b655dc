#!/usr/bin/env python3
"""Runs ONNX's own node tests, which Debian's libonnx-testdata carries, and compares the verdicts with nodes.txt.

A test passes if its model compiles, runs, and both compiled code and the evaluator give its outputs: integers to the
unit, floats within the tolerance of ONNX's runner. A test is refused if Octet says why. Operands that
Octet wants to know when it compiles (shapes, axes, scales), which these tests feed as inputs, are made constants of
the model first. --write makes nodes.txt anew.
"""
import argparse
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy
import onnx
from onnx import numpy_helper

RELATIVE, ABSOLUTE = 1e-3, 1e-7  # onnx/backend/test/runner
HERE = pathlib.Path(__file__).parent


def read(path):
    tensor = onnx.TensorProto()
    tensor.ParseFromString(path.read_bytes())
    return numpy_helper.to_array(tensor)


def make_constant(model, name, value):
    model.graph.initializer.append(numpy_helper.from_array(value, name))
    kept = [port for port in model.graph.input if port.name != name]
    del model.graph.input[:]
    model.graph.input.extend(kept)


def difference(actual, wanted):
    if actual.shape != wanted.shape:
        return f"shape {list(actual.shape)}, expected {list(wanted.shape)}"
    if actual.dtype.kind != "f":
        return "" if (actual == wanted).all() else f"{(actual != wanted).sum()} of {wanted.size} integers differ"
    if numpy.allclose(actual, wanted, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True):
        return ""
    return f"differs by {numpy.nanmax(numpy.abs(actual.astype('f8') - wanted)):.3g}"


class Test:
    def __init__(self, octet, folder, scratch):
        self.octet, self.name, self.scratch = octet, folder.name, scratch / folder.name
        self.scratch.mkdir()
        self.model = onnx.load(folder / "model.onnx")
        data = folder / "test_data_set_0"
        try:
            ports = [port.name for port in self.model.graph.input]
            self.inputs = {name: read(data / f"input_{i}.pb") for i, name in enumerate(ports)}
            self.wanted = [read(data / f"output_{i}.pb") for i in range(len(self.model.graph.output))]
        except Exception:  # sequences and optionals are no tensors
            self.inputs = self.wanted = None

    def run(self, reference):
        path, results = self.scratch / "model.onnx", self.scratch / "results"
        onnx.save(self.model, path)
        command = [self.octet, "run", path, "--numerics", "onnx", "--output-dir", results]
        command += ["--reference"] if reference else []
        for port in self.model.graph.input:
            file = self.scratch / f"{len(command)}.bin"
            file.write_bytes(self.inputs[port.name].tobytes())
            command += ["--input", f"{port.name}={file}"]
        return subprocess.run(command, capture_output=True, text=True, timeout=30), results

    def outputs(self, results):
        for i, port in enumerate(json.loads((results / "outputs.json").read_text())):
            raw = (results / f"{i}.bin").read_bytes()
            yield numpy.frombuffer(raw, self.wanted[i].dtype).reshape(port["shape"])

    def make_known(self, message):
        """Makes what a refusal names as unknown a constant; false if there is nothing to make one."""
        index, operands = int(re.search(r" #(\d+) ", message)[1]), re.findall(r"operand (\d+) must be a constant", message)
        if "weights known only at run time" in message:
            operands = range(1, len(self.model.graph.node[index].input))
        made = False
        for operand in operands:
            name = self.model.graph.node[index].input[int(operand)]
            if name in self.inputs and name in [port.name for port in self.model.graph.input]:
                make_constant(self.model, name, self.inputs[name])
                made = True
        return made

    def verdict(self):
        if self.inputs is None:
            return "refused", "not only tensors"
        done, results = self.run(False)
        while done.returncode == 1 and re.search("must be (a )?constant", done.stderr) and self.make_known(done.stderr):
            done, results = self.run(False)
        if done.returncode == 1:
            why = done.stderr.strip().splitlines()[0].replace(f"{self.scratch}/", "")
            return "refused", re.sub(r"^(?:octet: )?model.onnx: ", "", why)
        for reference in (False, True):
            if reference:
                done, results = self.run(True)
            if done.returncode != 0:
                return "failed", f"exit status {done.returncode}: {done.stderr.strip()[:200]}"
            for actual, wanted in zip(self.outputs(results), self.wanted):
                if wrong := difference(actual, wanted):
                    return "failed", wrong + (" (evaluator)" if reference else "")
        return "passed", ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("octet")
    parser.add_argument("--data", type=pathlib.Path, default="/usr/share/libonnx-testdata/data/node")
    parser.add_argument("--only", default="", help="tests whose name contains this")
    parser.add_argument("--write", action="store_true", help="write nodes.txt")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    folders = sorted(folder for folder in arguments.data.iterdir() if arguments.only in folder.name)
    if not folders:
        parser.error(f"{arguments.data} has no such tests: install libonnx-testdata")
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        def judge(folder):
            try:
                return Test(arguments.octet, folder, pathlib.Path(scratch)).verdict()
            except subprocess.TimeoutExpired:
                return "failed", "does not end"
        verdicts = list(pool.map(judge, folders))
    lines = [f"{verdict} {folder.name}{': ' + why if why else ''}" for folder, (verdict, why) in zip(folders, verdicts)]
    counts = {kind: sum(verdict == kind for verdict, _ in verdicts) for kind in ("passed", "refused", "failed")}
    print(", ".join(f"{count} {kind}" for kind, count in counts.items()))
    known = HERE / "nodes.txt"
    if arguments.write:
        known.write_text("\n".join(lines) + "\n")
    expected = set(known.read_text().splitlines())
    wrong = [line for line in lines if line not in expected]
    print("\n".join(wrong))
    sys.exit(bool(wrong or counts["failed"]))


if __name__ == "__main__":
    main()
