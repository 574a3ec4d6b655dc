#!/usr/bin/env python3
"""Makes small random models and compares compiled code with the reference evaluator on each.

Every kernel's result and every output has to be equal to the bit (floats: within 1e-5 of their range) on
random inputs, on every target that this machine can run. A model is determined by seed and index alone:
`--seed S --index I` makes and checks one again. A failing model is kept, with its inputs, under --keep.
"""
import argparse
import collections
import ctypes
import json
import multiprocessing
import multiprocessing.connection
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import time

import numpy

import contractions
import elementwise
import movement
from graph import Graph, QUANTIZED

OPERATORS = contractions.OPERATORS + elementwise.OPERATORS + movement.OPERATORS
# What --contractions draws: as much work as pays for a special way to do it, and epilogues.
LARGE_OPERATORS = [(8, contractions.conv2d), (3, contractions.dense), (2, contractions.matmul), (2, elementwise.arithmetic),
                   (1, elementwise.unary)]
TARGETS = ["native", "cascadelake", "x86-64-v3", "baseline"]
NUMERICS = ["tflite-optimized", "tflite"]


class Options(ctypes.Structure):
    _fields_ = [(name, ctypes.c_char_p) for name in ("target", "numerics", "emit", "dump_after")] + \
        [("batch", ctypes.c_int64), ("threads", ctypes.c_int32), ("variant", ctypes.c_int32),
         ("tuning", ctypes.c_char_p), ("dimensions", ctypes.c_char_p), ("cache", ctypes.c_char_p)]


WRITER = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)


class Octet:
    """The functions of octet.h that the test needs."""
    OK, REFUSED, INCOMPATIBLE = 0, 1, 3

    def __init__(self, path):
        self.library = ctypes.CDLL(str(path))
        self.library.octet_last_error.restype = ctypes.c_char_p

    def kernels(self, file, target, numerics, variant):
        """The text of the model's kernels, as choose-tiles leaves them."""
        with tempfile.NamedTemporaryFile(suffix=".mlir") as text:
            options = Options(target=target.encode(), numerics=numerics.encode(), emit=b"kernel", threads=1, variant=variant,
                              tuning=b"none", cache=b"none")
            status = self.library.octet_compile(os.fsencode(file), ctypes.byref(options), os.fsencode(text.name))
            return pathlib.Path(text.name).read_text() if status == Octet.OK else ""

    def compare(self, file, inputs, runs, target, numerics, variant=0):
        """(status, message or the table of tensors)"""
        table = []
        write = WRITER(lambda context, text, length: table.append(ctypes.string_at(text, length)))
        pointers = (ctypes.c_void_p * max(1, len(inputs)))(*[array.ctypes.data for array in inputs])
        options = Options(target=target.encode(), numerics=numerics.encode(), threads=1, variant=variant,
                          tuning=b"none", cache=b"none")
        status = self.library.octet_compare(os.fsencode(file), ctypes.byref(options), pointers, runs, 0, write, None)
        message = self.library.octet_last_error().decode(errors="replace") if status else ""
        return status, message, b"".join(table).decode(errors="replace")


class Emulated:
    """The same comparison of outputs alone, with code for a machine that an emulator stands for."""

    def __init__(self, arguments):
        self.octet, self.runner = str(arguments.octet), shlex.split(arguments.runner)

    @staticmethod
    def run(*arguments):
        done = subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True)
        return done.returncode, done.stderr.strip()

    def compile(self, file, output, target, numerics, variant, *options):
        return self.run(self.octet, "compile", file, "-o", output, "--target", target, "--numerics", numerics, "--variant",
                        variant, "--tuning", "none", "--cache", "none", "--threads", 1, *options)

    def kernels(self, file, target, numerics, variant):
        with tempfile.NamedTemporaryFile(suffix=".mlir") as text:
            status, _ = self.compile(file, text.name, target, numerics, variant, "--emit", "kernel")
            return "" if status else pathlib.Path(text.name).read_text()

    def compare(self, file, inputs, runs, target, numerics, variant=0):
        with tempfile.TemporaryDirectory(dir=pathlib.Path(file).parent) as folder:
            options = ["--invokes", runs]
            for i, array in enumerate(inputs):
                array.tofile(f"{folder}/in{i}.bin")
                options += ["--input", f"{i}={folder}/in{i}.bin"]
            return self.compare_runs(file, options, target, numerics, variant)

    def compare_runs(self, file, options, target, numerics, variant=0):
        """The same of runs with these options of `octet run`."""
        with tempfile.TemporaryDirectory(dir=pathlib.Path(file).parent) as name:
            folder = pathlib.Path(name)
            status, message = self.compile(file, folder / "model.so", target, numerics, variant)
            if status:
                return Octet.REFUSED, message, ""
            options = [*options, "--threads", 1]
            status, message = self.run(*self.runner, "run", folder / "model.so", *options, "--output-dir", folder / "compiled")
            if not status:
                status, message = self.run(self.octet, "run", file, *options, "--reference", "--numerics", numerics,
                                           "--output-dir", folder / "evaluated")
            if status:
                return Octet.REFUSED, f"differs from the evaluator: {message}", ""
            outputs = json.loads((folder / "compiled/outputs.json").read_text())
            for i, output in enumerate(outputs):
                type = numpy.dtype(output["type"])
                actual, expected = (numpy.fromfile(folder / which / f"{i}.bin", type) for which in ("compiled", "evaluated"))
                if not self.equal(actual, expected):
                    return Octet.REFUSED, f"output {i} differs from the evaluator", ""
        return Octet.OK, "", ""

    @staticmethod
    def equal(actual, expected):
        if actual.dtype.kind != "f":
            return numpy.array_equal(actual, expected)
        same = (actual == expected) | (numpy.isnan(actual) & numpy.isnan(expected))
        span = numpy.ptp(expected[numpy.isfinite(expected)]) if numpy.isfinite(expected).any() else 0
        with numpy.errstate(invalid="ignore"):
            return bool((same | (numpy.abs(actual - expected) <= 1e-5 * span)).all())


def large_shape(chance):
    """Images, and rows for dense layers."""
    if chance.happens(0.2):
        return chance.extent(70), chance.extent(300)
    sides = (chance.extent(56), chance.integer(1, 16))
    return (1 if chance.happens(0.7) else 2, *(sides if chance.happens(0.5) else sides[::-1]), chance.extent(260))


def make(seed, index, is_large=False):
    """A graph with its file and its inputs' numbers; a large one of contractions of bytes."""
    graph = Graph(seed, index)
    chance = graph.chance
    type = chance.pick(["int8", "int8", "int8", "uint8"] if is_large else ["int8", "int8", "int8", "uint8", "uint8", "int16", "float32"])
    quantization = (chance.scale(), chance.zero_point(type)) if type in QUANTIZED else ()
    graph.input(large_shape(chance) if is_large else chance.shape(), type, *quantization)
    most = 3 if is_large else 6
    count = min(chance.integer(1, most), chance.integer(1, most))
    operators = LARGE_OPERATORS if is_large else OPERATORS
    weights = numpy.cumsum([weight for weight, _ in operators])
    while len(graph.kinds) < count:
        operator = operators[int(numpy.searchsorted(weights, chance.integer(1, int(weights[-1]))))][1]
        operator(graph)
    file = graph.finish()
    inputs = []
    for value in graph.inputs:
        if value.type == "float32":
            inputs.append(chance.reals(value.shape))
        elif value.is_quantized:
            inputs.append(chance.codes(value.shape, value.type))
        else:
            inputs.append(chance.codes(value.shape, value.type, -100, 100))
    return graph, file, inputs


def summary(message):
    """The reason of a refusal without names and numbers, to count it."""
    return re.sub(r"-?\d[\d.e+-]*", "N", message.splitlines()[0].split("): ", 1)[-1])[:110]


class Check:
    """Checks models of one seed in this process."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.octet = Emulated(arguments) if arguments.runner else Octet(arguments.octet_lib)
        self.folder = tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None)

    def __call__(self, index):
        """(verdict, message, kinds): a verdict is equal, refused or different."""
        graph, file, inputs = make(self.arguments.seed, index, self.arguments.contractions)
        # Everything that changes the code is rotated, each at its own pace.
        targets = self.arguments.target
        target, numerics = targets[index % len(targets)], NUMERICS[index // len(targets) % 2]
        # Half of them by the schedule that is chosen, half by any that there is, or that is nearly as good.
        variant = index * 7919 % (13 if self.arguments.contractions else 1009) if index % 2 else 0
        path = pathlib.Path(self.folder.name) / f"{self.arguments.seed}-{index}.tflite"
        path.write_bytes(file)
        status, message, table = self.octet.compare(path, inputs, graph.runs, target, numerics, variant)
        if self.arguments.counts:
            found = self.octet.kernels(path, target, numerics, variant).count(self.arguments.counts)
            graph.kinds += [f"'{self.arguments.counts}'"] * found
        path.unlink()
        if status == Octet.OK:
            return "equal", "", graph.kinds
        if status == Octet.REFUSED and "differs from the evaluator" not in message:
            return ("refused", message, graph.kinds) if message.strip() else ("different", "refused without a reason", graph.kinds)
        text = f"{message}\n{table}".strip()
        return "different", f"{target}, {numerics}, variant {variant}: {' '.join(graph.kinds)}\n{text}", graph.kinds


def keep(arguments, index, message):
    folder = arguments.keep / f"{arguments.seed}-{index}"
    folder.mkdir(parents=True, exist_ok=True)
    _, file, inputs = make(arguments.seed, index, arguments.contractions)
    (folder / "model.tflite").write_bytes(file)
    for i, array in enumerate(inputs):
        (folder / f"{i}.bin").write_bytes(array.tobytes())
    (folder / "message.txt").write_text(f"--seed {arguments.seed} --index {index}\n{message}\n")
    return folder


def work(arguments, pipe):
    """A worker: takes indices, gives verdicts. It may die of what it checks."""
    check = Check(arguments)
    while (index := pipe.recv()) is not None:
        pipe.send(check(index))


class Worker:
    def __init__(self, arguments):
        self.arguments, self.process = arguments, None

    def start(self):
        self.pipe, other = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=work, args=(self.arguments, other), daemon=True)
        self.process.start()
        other.close()

    def give(self, index):
        if not self.process or not self.process.is_alive():
            self.start()
        self.index, self.since = index, time.monotonic()
        self.pipe.send(index)

    def verdict(self):
        try:
            return self.pipe.recv()
        except EOFError:
            self.process.join()
            return "different", f"the process died with status {self.process.exitcode} ({' '.join(make(self.arguments.seed, self.index, self.arguments.contractions)[0].kinds)})", []

    def stop(self):
        self.process.kill()
        self.process.join()


def results(arguments, indices):
    """(index, verdict, message, kinds) of each model, in the order they are done."""
    indices = iter(indices)
    busy = {}
    for _ in range(arguments.jobs):
        if (index := next(indices, None)) is not None:
            worker = Worker(arguments)
            worker.give(index)
            busy[worker.pipe] = worker
    while busy:
        ready = multiprocessing.connection.wait(list(busy), timeout=5)
        for worker in list(busy.values()):
            late = time.monotonic() - worker.since > arguments.timeout
            if worker.pipe not in ready and not late:
                continue
            del busy[worker.pipe]
            if worker.pipe in ready:
                yield worker.index, *worker.verdict()
            else:
                worker.stop()
                yield worker.index, "different", f"not done after {arguments.timeout} s", []
            if (index := next(indices, None)) is not None:
                worker.give(index)
                busy[worker.pipe] = worker
            elif worker.process.is_alive():
                worker.pipe.send(None)


def usable_targets(arguments):
    """Those of the list whose code this machine can run."""
    graph, file, inputs = make(0, 0)
    octet = Octet(arguments.octet_lib)
    with tempfile.NamedTemporaryFile(suffix=".tflite") as model:
        model.write(file)
        model.flush()
        return [target for target in TARGETS if octet.compare(model.name, inputs, 1, target, NUMERICS[0])[0] != Octet.INCOMPATIBLE]


def seed_of(text):
    if text == "now":
        return time.time_ns() // 1000 % 10**9
    if text == "commit":
        head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True)
        return int(head.stdout[:7] or "1", 16)
    return int(text)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--octet-lib", type=pathlib.Path, help="liboctet.so; not needed with --runner")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=seed_of, default="now", help="a number, `now`, or `commit`: the same whenever that is tested")
    parser.add_argument("--index", type=int, help="check this model alone")
    parser.add_argument("--contractions", action="store_true", help="larger convolutions and dense layers of bytes, little else")
    parser.add_argument("--counts", default="", help="text in the kernels, to count; it has to be there once in eight models")
    parser.add_argument("--target", action="append", help="may be repeated; default: those this machine can run")
    parser.add_argument("--runner", default="", help="an octet that runs artifacts for the targets, in an emulator")
    parser.add_argument("--octet", type=pathlib.Path, help="the octet that compiles them")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=60, help="seconds that one model may take")
    parser.add_argument("--keep", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "octet-random-failures")
    arguments = parser.parse_args()
    if not arguments.octet_lib and not (arguments.runner and arguments.octet and arguments.target):
        parser.error("give --octet-lib, or --runner with --octet and --target")
    return arguments


def main():
    arguments = parse()
    print(f"seed {arguments.seed}", flush=True)
    # In a process of its own: this one has to outlive what it asks.
    with multiprocessing.Pool(1) as pool:
        arguments.target = arguments.target or pool.apply(usable_targets, (arguments,))
    indices = range(arguments.count) if arguments.index is None else [arguments.index]
    start, examples = time.monotonic(), {}
    verdicts, refusals, kinds = collections.Counter(), collections.Counter(), collections.Counter()
    for index, verdict, message, used in results(arguments, indices):
        verdicts[verdict] += 1
        kinds.update(used if verdict == "equal" else [])
        if verdict == "refused":
            refusals[summary(message)] += 1
            examples.setdefault(summary(message), index)
        elif verdict == "different":
            print(f"FAILED model {index}, kept in {keep(arguments, index, message)}: {message}", flush=True)
    done = sum(verdicts.values())
    print(f"{done} models on {', '.join(arguments.target)} in {time.monotonic() - start:.0f} s: {verdicts['equal']} equal, "
          f"{verdicts['different']} failed, {verdicts['refused']} refused ({100 * verdicts['refused'] / done:.1f} %)")
    print(f"operators compared: {', '.join(f'{kind} {count}' for kind, count in sorted(kinds.items()))}")
    for reason, count in refusals.most_common():
        print(f"  refused {count}, the first at {examples[reason]}: {reason}")
    counted = kinds[f"'{arguments.counts}'"]
    if arguments.counts and arguments.index is None and 8 * counted < arguments.count:
        print(f"FAILED: '{arguments.counts}' only {counted} times in the kernels of {arguments.count} models")
        return 1
    return 1 if verdicts["different"] else 0


if __name__ == "__main__":
    sys.exit(main())
