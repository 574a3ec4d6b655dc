#!/usr/bin/env python3
"""Compiles the models of a manifest and compares their outputs with the goldens beside them.

Each model is compiled once per target and numerics preset; integer outputs have to be equal to the byte,
float outputs within 1e-5 of their range. A target that this machine cannot run is compiled only, and its assembly searched for the target's dot product.
Under `tflite-optimized` the goldens are the outputs that TFLite's
built-in kernels printed, under `tflite` those of its reference kernels. Where nobody computed these, `octet run
--reference` decides: docs/numerics.md lists the cases. With --evaluator every other case is compared with that too.
"""
import argparse
import array
import concurrent.futures
import json
import math
import pathlib
import shlex
import subprocess
import sys
import tempfile

CODES = {"float32": "f", "float64": "d", "int8": "b", "uint8": "B", "bool": "B", "int16": "h", "uint16": "H", "int32": "i", "int64": "q"}


def difference(actual, expected, type_name):
    """What is wrong with `actual`; empty if nothing is."""
    if len(actual) != len(expected):
        return f"{len(actual)} bytes, expected {len(expected)}"
    if actual == expected:
        return ""
    code = CODES[type_name]
    got, want = array.array(code, actual), array.array(code, expected)
    apart = [(i, abs(a - b)) for i, (a, b) in enumerate(zip(got, want)) if a != b and not (a != a and b != b)]
    if not apart:
        return ""
    worst = max(distance if distance == distance else math.inf for _, distance in apart)
    if code in "fd":
        span = max(want) - min(want)
        if worst <= 1e-5 * (span if span > 0 else max(map(abs, want))):
            return ""
    return f"{len(apart)} of {len(got)} elements differ, the first at {apart[0][0]}, by at most {worst:g}"


def expected_files(entry, case, preset):
    """The goldens of a case; None if there are none for the preset."""
    if preset == "tflite-optimized":
        return case["outputs"]
    # Nobody asked for the reference of a model that ends in float: its integer contractions round differently.
    rounds = any(op in ("CONV_2D<int8>", "CONV_2D<uint8>", "FULLY_CONNECTED<int8>", "FULLY_CONNECTED<uint8>") for op in entry.get("typed_ops", {}))
    reference = case.get("reference", {"status": "not computed" if rounds else "equal"})
    if reference["status"] == "not computed":
        return None
    return reference.get("outputs", case["outputs"])


# What multiplies codes; the others have pmaddwd.
DOTS = {"sapphirerapids": "dpbusd"} | dict.fromkeys(["alderlake", "cascadelake", "icelake-server", "znver4", "znver5"], "vpdpbusd")
QUANTIZED_CONTRACTIONS = ("CONV_2D<int8>", "CONV_2D<uint8>")


class Checker:
    def __init__(self, arguments, target, preset, scratch):
        self.octet, self.folder, self.target, self.preset, self.scratch = arguments.octet, arguments.manifest.parent, target, preset, scratch
        self.always_evaluates = arguments.evaluator
        self.runner = shlex.split(arguments.runner) if arguments.runner else [arguments.octet]

    def octet_run(self, *arguments, program=None):
        done = subprocess.run([*(program or [self.octet]), *map(str, arguments)], capture_output=True, text=True, timeout=600)
        return "" if done.returncode == 0 else f"exit {done.returncode}: {done.stderr.strip()}"

    def model(self, entry):
        """(cases that agree, names of cases without a golden, messages)"""
        name = entry["name"].replace("/", "_")
        artifact = self.scratch / f"{name}.{self.target}.{self.preset}.so"
        error = self.octet_run("compile", self.folder / entry["file"], "-o", artifact, "--target", self.target,
                               "--numerics", self.preset, "--threads", 1)
        if error:
            return 0, [], [f"{entry['name']}: {error}"]
        if not self.can_run:
            return 0, [], self.assembly(entry)
        agreeing, without, messages = 0, [], []
        for case in entry["cases"]:
            error = self.case(entry, case, artifact)
            if error:
                messages.append(f"{entry['name']}, case {case['name']}: {error}")
            elif expected_files(entry, case, self.preset) is None:
                without.append(f"{entry['name']} {case['name']}")
            else:
                agreeing += 1
        artifact.unlink()
        return agreeing, without, messages

    def assembly(self, entry):
        """Messages about the code of a model that cannot run here."""
        listing = self.scratch / f"{entry['name'].replace('/', '_')}.{self.target}.{self.preset}.s"
        error = self.octet_run("compile", self.folder / entry["file"], "-o", listing, "--target", self.target, "--numerics", self.preset)
        if error:
            return [f"{entry['name']}: {error}"]
        dot = DOTS.get(self.target, "pmaddwd")
        if any(op in QUANTIZED_CONTRACTIONS for op in entry.get("typed_ops", {})) and dot not in listing.read_text():
            return [f"{entry['name']}: no {dot} in its code for {self.target}"]
        return []

    def find_out_whether_it_runs(self, model):
        artifact = self.scratch / "probe.so"
        error = self.octet_run("compile", model, "-o", artifact, "--target", self.target) or \
            self.octet_run("run", artifact, program=self.runner)
        self.can_run = "this CPU has no" not in error
        if not self.can_run:
            print(f"NOT RUN, only compiled: {error.split('error: ')[-1]}")

    def run(self, model, entry, case, outputs, *options):
        """Types of the outputs in a folder, and the message if there is none."""
        arguments = ["run", model, "--output-dir", outputs, "--invokes", case.get("invokes", 1), "--threads", 1, *options]
        for i, file in enumerate(case["inputs"]):
            arguments += ["--input", f"{i}={self.folder / file}"]
        error = self.octet_run(*arguments, program=None if "--reference" in options else self.runner)
        return [] if error else [output["type"] for output in json.loads((outputs / "outputs.json").read_text())], error

    def case(self, entry, case, artifact):
        """What is wrong; empty if nothing is."""
        compiled = self.scratch / f"{artifact.name}.{case['name']}"
        types, error = self.run(artifact, entry, case, compiled)
        if error:
            return error
        expected = expected_files(entry, case, self.preset)
        goldens = [("the golden", self.folder / file) for file in expected or []]
        if expected is None or self.always_evaluates:
            evaluated = self.scratch / f"{compiled.name}.evaluated"
            _, error = self.run(self.folder / entry["file"], entry, case, evaluated, "--reference", "--numerics", self.preset)
            if error:
                return f"evaluator: {error}"
            goldens += [("the evaluator", evaluated / f"{i}.bin") for i in range(len(types))]
        for index, (what, file) in enumerate(goldens):
            i = index % len(types)
            error = difference((compiled / f"{i}.bin").read_bytes(), file.read_bytes(), types[i])
            if error:
                return f"output {i} is not {what}'s: {error}"
        return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("octet")
    parser.add_argument("manifest", type=pathlib.Path)
    parser.add_argument("--target", action="append", help="may be repeated; default native")
    parser.add_argument("--numerics", action="append", help="may be repeated; default both presets")
    parser.add_argument("--filter", default="", help="only models whose name holds this")
    parser.add_argument("--evaluator", action="store_true", help="compare every case with the evaluator too")
    parser.add_argument("--runner", default="", help="an octet that runs the artifacts instead: in an emulator, say")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    if not arguments.manifest.exists():
        print(f"SKIPPED: {arguments.manifest} is not here")
        return 77
    models = [entry for entry in json.loads(arguments.manifest.read_text())["models"] if arguments.filter in entry["name"]]
    failed, without = False, set()
    for target in arguments.target or ["native"]:
        for preset in arguments.numerics or ["tflite-optimized", "tflite"]:
            with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
                checker = Checker(arguments, target, preset, pathlib.Path(scratch))
                checker.find_out_whether_it_runs(checker.folder / models[0]["file"])
                results = list(pool.map(checker.model, models))
            messages = [message for result in results for message in result[2]]
            print(f"{target}, {preset}: {len(models)} models, {sum(r[0] for r in results)} cases agree, "
                  f"{sum(len(r[1]) for r in results)} have no golden and agree with the evaluator, {len(messages)} fail")
            print("".join(f"  {message}\n" for message in messages), end="", flush=True)
            failed |= bool(messages)
            without.update(name for result in results for name in result[1])
    if without:
        print("no golden: " + ", ".join(sorted(without)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
