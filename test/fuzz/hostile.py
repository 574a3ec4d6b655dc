#!/usr/bin/env python3
"""Gives octet files and inputs that are wrong, and checks that it says so.

Hand-made models (handmade.py, test/import/onnx), and truncated, bit-flipped, overwritten and altered ones, go through
`octet compile`, `inspect`, `run` and `run --reference`, with a limit of time and memory. Each must end with status 0 or 1; on
1 with a message that names the file, and without an output file, whole or in part. Deterministic by --seed.
"""
import argparse
import collections
import concurrent.futures
import pathlib
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

import numpy

import handmade
import hostile_onnx

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "random"))
import random_models  # noqa: E402

WORDS = [0, 1, 4, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x7FC00000, 0x00010000, 0xFFFFFFF0]


def mutate(data, source):
    """One of the ways in which a file gets damaged."""
    data, kind = bytearray(data), int(source.integers(0, 5))
    if kind == 0:
        return "cut", bytes(data[:int(source.integers(0, len(data)))])
    if kind == 1:
        for _ in range(int(source.integers(1, 9))):
            data[int(source.integers(0, len(data)))] ^= 1 << int(source.integers(0, 8))
        return "bits", bytes(data)
    at = int(source.integers(0, max(1, len(data) // 4))) * 4
    if kind == 2:
        data[at:at + 4] = struct.pack("<I", WORDS[int(source.integers(0, len(WORDS)))])
        return "word", bytes(data)
    if kind == 3:
        word = struct.unpack("<I", data[at:at + 4].ljust(4, b"\0"))[0] + int(source.choice([-4, -1, 1, 2, 4, 16]))
        data[at:at + 4] = struct.pack("<I", word & 0xFFFFFFFF)
        return "step", bytes(data)
    end = at + int(source.integers(1, 32))
    data[at:end] = bytes(source.choice([0, 255], 1).astype(numpy.uint8)) * (min(end, len(data)) - at)
    return "area", bytes(data)


def mutations(seed, count):
    source = numpy.random.default_rng(seed & (2**63 - 1))
    good = [handmade.pack(handmade.convolution().model), handmade.pack(handmade.loops(2, False).model)]
    index = 0
    while len(good) < 30:
        file = random_models.make(seed, index)[1]
        index += 1
        # In small files more of the damage hits what matters.
        if len(file) < 6000:
            good.append(file)
    for i in range(count):
        name, data = mutate(good[i % len(good)], source)
        yield f"{name}-{i}", data


class Runner:
    def __init__(self, arguments, scratch):
        self.octet, self.scratch = arguments.octet, scratch
        self.seconds, self.memory = arguments.timeout, arguments.memory << 20

    def limit(self):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (self.seconds, self.seconds))
        if self.memory:
            resource.setrlimit(resource.RLIMIT_AS, (self.memory, self.memory))

    def __call__(self, arguments, names, statuses=(0, 1)):
        """(status, what is wrong with it or nothing)"""
        try:
            done = subprocess.run([self.octet, *arguments], capture_output=True, timeout=4 * self.seconds, preexec_fn=self.limit)
        except subprocess.TimeoutExpired:
            return None, "hangs"
        message = done.stderr.decode(errors="replace")
        if done.returncode < 0:
            name = signal.Signals(-done.returncode).name
            return done.returncode, f"{'takes too long' if name in ('SIGXCPU', 'SIGKILL') else f'dies of {name}'}: {message.strip()[-300:]}"
        if done.returncode not in statuses:
            return done.returncode, f"exit status {done.returncode}: {message.strip()[-300:]}"
        if done.returncode and not any(name in message for name in names):
            return done.returncode, f"the message does not name {names[0]}: {message.strip()[:300]!r}"
        if done.returncode == 0 and "error" in message:
            return done.returncode, f"status 0 with an error: {message.strip()[:300]!r}"
        return done.returncode, ""

    def model(self, name, data):
        """[(command, status, complaint)] of a model's file."""
        folder = self.scratch / name
        folder.mkdir()
        file, output = folder / (name[-60:] if name.endswith(".onnx") else f"{name[:60]}.tflite"), folder / "out.so"
        file.write_bytes(data)
        beside = folder / "weights.bin"  # which some name
        beside.write_bytes(bytes(range(16)))
        results = []
        commands = {"compile": ["compile", file, "-o", output, "--threads", "1"], "inspect": ["inspect", file],
                    "run": ["run", file, "--threads", "1"], "run --reference": ["run", file, "--reference"]}
        for kind, command in commands.items():
            status, complaint = self(list(map(str, command)), [file.name])
            if kind == "compile" and not complaint:
                left = sorted(path.name for path in folder.iterdir() if path not in (file, beside))
                if left != (["out.so"] if status == 0 else []):
                    complaint = f"status {status} leaves {left}"
            results.append((kind, status, complaint))
        shutil.rmtree(folder)
        return results


def numpy_file(array, path):
    numpy.save(path, array)
    return path


def wrong_inputs(runner, folder):
    """(name, complaint) of inputs that do not fit a good model."""
    model, good = folder / "model.tflite", folder / "good.bin"
    model.write_bytes(handmade.pack(handmade.convolution().model))
    good.write_bytes(bytes(48))
    written = {"short.bin": bytes(47), "long.bin": bytes(49), "empty.bin": b"", "noise.png": b"\x89PNG\r\n\x1a\n" + bytes(40), "noise.jpg": b"\xff\xd8\xff\xe0" + bytes(9),
               "empty.png": b"", "noise.bmp": b"BM" + b"\xff" * 60, "short.npy": b"\x93NUMPY\x01\x00", "noise.npy": bytes(200), "unknown.txt": bytes(48),
               "endless.npy": b"\x93NUMPY\x02\x00\xff\xff\xff\xff{'descr': '|i1'", "header.npy": b"\x93NUMPY\x01\x00\x76\x00" + b"(" * 118 + bytes(48)}
    for name, data in written.items():
        (folder / name).write_bytes(data)
    image = numpy.zeros((1, 4, 4, 3), numpy.int8)
    numpy_file(image.astype(numpy.float64), folder / "type.npy")
    numpy_file(image[:, :3], folder / "shape.npy")
    numpy_file(numpy.asfortranarray(numpy.arange(48, dtype=numpy.int8).reshape(4, 4, 3)), folder / "order.npy")
    numpy_file(numpy.array([None, {}], dtype=object), folder / "object.npy")
    numpy_file(image.astype(">i2"), folder / "endian.npy")
    header = b"{'descr': '|i1', 'fortran_order': False, 'shape': (4611686018427387904, 16, 3), }".ljust(117) + b"\n"
    (folder / "overflow.npy").write_bytes(b"\x93NUMPY\x01\x00\x76\x00" + header + bytes(48))
    files = [name for name in sorted(written) + ["type.npy", "shape.npy", "order.npy", "object.npy", "endian.npy", "overflow.npy", "missing.bin", "."]]
    cases = [(f"x={folder / name}", [name]) for name in files]
    cases += [(f"{index}={good}", [index]) for index in ("1", "-1", "999999999999999999999", "y", "")]
    results = []
    for text, names in cases:
        for form in ([], ["--reference"]):
            status, complaint = runner(["run", str(model), "--input", text, *form], [*names, str(folder)], (1,))
            results.append((f"--input {text} {' '.join(form)}", complaint))
    for name, arguments, statuses in (
            ("no file", ["run", str(folder / "absent.tflite")], (1,)), ("a folder", ["run", str(folder)], (1,)), ("a text", ["run", str(folder / "unknown.txt")], (1,)),
            ("an empty library", ["run", str(folder / "empty.bin")], (1,)), ("no such label file", ["run", str(model), "--labels", str(folder / "absent")], (1,)),
            ("no =", ["run", str(model), "--input", str(good)], (2,)), ("twice", ["run", str(model), "--input", f"x={good}", "--input", f"0={good}"], (2,)),
            ("no target", ["compile", str(model), "-o", str(folder / "a.so"), "--target", "pdp11"], (2,)), ("no numerics", ["compile", str(model), "-o", str(folder / "a.so"), "--numerics", "x"], (2,)),
            ("no folder", ["compile", str(model), "-o", str(folder / "absent" / "a.so")], (1,)), ("onto a folder", ["compile", str(model), "-o", str(folder)], (1,)),
            ("unknown kind", ["compile", str(model), "-o", str(folder / "a.so"), "--emit", "poem"], (2,)), ("full disk", ["compile", str(model), "-o", "/dev/full"], (1,))):
        status, complaint = runner(arguments, [str(folder), "pdp11", "poem", "'x'", "/dev/full", "empty.bin", "unknown.txt"], statuses)
        results.append((name, complaint))
    if (folder / "a.so").exists():
        results.append(("refused options", "leave an output file"))
    return results


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("octet", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=200, help="how many damaged files, besides the hand-made ones")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--filter", default="", help="only cases whose name holds this")
    parser.add_argument("--timeout", type=int, default=20, help="seconds of CPU that a command may take")
    parser.add_argument("--memory", type=int, default=4096, help="MiB of address space; 0 for no limit, which sanitizers need")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "octet-hostile-failures")
    return parser.parse_args()


def main():
    arguments = parse()
    start, counts, failures = time.monotonic(), collections.Counter(), 0
    print(f"seed {arguments.seed}", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        runner = Runner(arguments, pathlib.Path(scratch))
        cases = [*handmade.cases(), *mutations(arguments.seed, arguments.count), *hostile_onnx.cases(),
                 *hostile_onnx.mutations(arguments.seed, arguments.count, mutate)]
        cases = [case for case in cases if arguments.filter in case[0]]
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            for (name, data), results in zip(cases, pool.map(lambda case: runner.model(*case), cases)):
                for command, status, complaint in results:
                    counts[f"{command} {'ok' if status == 0 else 'refused' if status == 1 else 'other'}"] += 1
                    if complaint:
                        failures += 1
                        arguments.keep.mkdir(parents=True, exist_ok=True)
                        kept = arguments.keep / (name if name.endswith(".onnx") else f"{name}.tflite")
                        kept.write_bytes(data)
                        print(f"FAILED {command} {kept}: {complaint}", flush=True)
        folder = pathlib.Path(scratch) / "inputs"
        folder.mkdir()
        inputs = wrong_inputs(runner, folder) if not arguments.filter else []
        for name, complaint in inputs:
            if complaint:
                failures += 1
                print(f"FAILED {name}: {complaint}", flush=True)
    print(f"{len(cases)} files and {len(inputs)} wrong uses in {time.monotonic() - start:.0f} s, {failures} failed; " +
          ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
