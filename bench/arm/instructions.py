#!/usr/bin/env python3
"""Counts the instructions of an inference on Arms, in an emulator: Octet beside TFLite and ONNX Runtime.

Each program runs a model N and 2N times in qemu-aarch64; the difference, divided by N, is the instructions of one
inference, without loading and preparing. It is a model of cost, not a time: a load counts as much as a multiplication.
The peers are their own arm64 libraries, called through the peer programs' sources, which are built here for Arm.
"""
import argparse
import math
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import ROOT, output_of, paragraph, revision, show_progress, write_section  # noqa: E402

# What is compiled for, the emulator's CPU for it, and the part number by which the core tells its name: none, if any may be.
CPUS = {"armv8-a": ("cortex-a53", 0), "cortex-a53": ("cortex-a53", 0xd03), "cortex-a72": ("cortex-a72", 0xd08),
        "cortex-a76": ("cortex-a76", 0xd0b), "neoverse-n1": ("neoverse-n1", 0xd0c), "neoverse-v1": ("max", 0xd40)}
SYSTEM = pathlib.Path("/usr/aarch64-linux-gnu")
TFLITE = "node_modules/tfjs-tflite-node/cc_deps"
ORT = "node_modules/onnxruntime-node/bin/napi-v6/linux/arm64/libonnxruntime.so.1"


class Counter:
    def __init__(self, arguments, target, scratch):
        self.arguments, self.target, self.scratch = arguments, target, scratch
        self.plugin = scratch / "count.so"
        output_of("gcc", "-O2", "-shared", "-fPIC", arguments.plugin, "-o", self.plugin)
        self.cpu, part = CPUS[target]
        self.root = self.make_root(part)
        if arguments.tflite:
            self.build(arguments.tflite / "peer_tflite.cpp", "peer_tflite", "-I", arguments.tflite / TFLITE / "include",
                       '-DPEER_DEFAULT_LIB="libtensorflowlite_c.so"')
        if arguments.onnxruntime:
            self.build(arguments.onnxruntime / "peer_ort.cpp", "peer_ort")

    def make_root(self, part):
        """What the emulated programs see: Arm's libraries, and of this machine's processors that they are Arm's. Without
        that ONNX Runtime, which reads it, crashes."""
        root = self.scratch / "root"
        cores = root / "sys/devices/system/cpu"
        for folder in (root / "proc", cores):
            folder.mkdir(parents=True)
        (root / "lib").symlink_to(SYSTEM / "lib")
        (root / "proc/cpuinfo").write_text(
            f"processor\t: 0\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x0\n"
            f"CPU part\t: {part:#x}\nCPU revision\t: 0\n\n")
        for name in ("possible", "present"):
            (cores / name).write_text("0\n")
        return root

    def build(self, source, name, *flags):
        output_of("clang++-19", "--target=aarch64-linux-gnu", "-fuse-ld=lld", "-O2", "-std=c++17", *flags, source, "-o",
                  self.scratch / name, "-ldl")

    def count(self, *command):
        """Instructions of a whole run; None if it fails."""
        done = subprocess.run(["qemu-aarch64", "-L", str(self.root), "-cpu", self.cpu, "-plugin", str(self.plugin), "-d", "plugin",
                               *map(str, command)], capture_output=True, text=True)
        found = re.search(r"^insns (\d+)$", done.stderr, re.MULTILINE)
        if done.returncode != 0 and self.arguments.verbose:
            print(done.stderr[-500:], file=sys.stderr)
        return int(found[1]) if found and done.returncode == 0 else None

    def per_inference(self, runs_of):
        """`runs_of` gives the command for so many runs. Loading is not always the same work, so what is left when it is
        taken off is believed if it comes out twice, and else the median of three."""
        runs, counts = self.arguments.runs, []
        while len(counts) < 2 or (len(counts) < 3 and max(counts) > 1.01 * min(counts)):
            first = self.count(*runs_of(runs))
            second = first and self.count(*runs_of(2 * runs))
            if not second:
                return None
            counts.append((second - first) / runs)
        return statistics.median_low(counts)

    def octet(self, model):
        artifact = self.scratch / "model.so"
        output_of(self.arguments.octet, "compile", model, "-o", artifact, "--target", self.target)
        return self.per_inference(lambda runs: [self.arguments.program, "run", artifact, "--threads", 1, "--invokes", runs,
                                                "--output-dir", self.scratch / "out"])

    def peers(self, model):
        """Name and instructions of each that can run the model."""
        if model.suffix == ".tflite" and self.arguments.tflite:
            library = self.arguments.tflite / TFLITE / "linux_arm64/libtensorflowlite_c.so"
            for name, flags in {"TFLite": [], "XNNPACK": ["--xnnpack"]}.items():
                yield name, self.per_inference(lambda runs, flags=flags: [
                    self.scratch / "peer_tflite", "--lib", library, "--model", model, "--threads", 1, "--invokes", runs,
                    "--out", self.scratch / "peer", *flags])
        if model.suffix == ".onnx" and self.arguments.onnxruntime:
            yield "ORT", self.per_inference(lambda runs: [
                self.scratch / "peer_ort", model, "--lib", self.arguments.onnxruntime / ORT, "--threads", 1, "--warmup", 1,
                "--runs", runs])


def millions(count):
    return "–" if count is None else f"{count * 1e-6:.3f}"


def table(arguments, target):
    """A line for each model, and the mean of all."""
    ratios = []
    yield f"### Millions of instructions of an inference, `{target}`\n"
    yield "| model | Octet | peers | fewer |\n|---|--:|--:|--:|"
    with tempfile.TemporaryDirectory() as scratch:
        counter = Counter(arguments, target, pathlib.Path(scratch))
        for model in arguments.models:
            show_progress(f"{target}: {model.stem}")
            ours, peers = counter.octet(model), list(counter.peers(model))
            known = [count for _, count in peers if count]
            ratio = min(known) / ours if known else None
            ratios += [ratio] if ratio else []
            texts = ", ".join(f"{name} {millions(count)}" for name, count in peers)
            yield f"| {model.stem} | {millions(ours)} | {texts} | {f'{ratio:.2f}×' if ratio else '–'} |"
    if ratios:
        yield f"\nGeometric mean: {math.exp(sum(map(math.log, ratios)) / len(ratios)):.2f}× fewer than the better peer.\n"


def section(arguments):
    yield "## Arms: instructions\n"
    yield paragraph(
        f"Octet of {revision()}. No board was at hand: these are instructions that an emulator executes for one inference on one "
        f"thread, which is a model of its cost, not its time; a load counts as much as a multiplication. Peers: their makers' "
        f"own arm64 libraries, TensorFlow Lite with its built-in kernels and with its XNNPACK delegate (a dash: it refuses the "
        f"model), ONNX Runtime (ORT). They choose kernels by the name of the core, which is not told them for `armv8-a`: those "
        f"for the in-order `cortex-a53` execute more instructions, of which fewer wait. To measure on a board: docs/boards.md. Printed by")
    yield "    python3 bench/arm/instructions.py MODELS " + " ".join(f"--target {target}" for target in arguments.target) + (
        f" --runs {arguments.runs} --plugin QEMU_COUNT.C --tflite FOLDER --onnxruntime FOLDER\n")
    for target in arguments.target:
        yield from table(arguments, target)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=pathlib.Path, nargs="+", metavar="MODEL", help=".tflite or .onnx")
    parser.add_argument("--target", action="append", choices=CPUS, help="may be repeated; default cortex-a53")
    parser.add_argument("--octet", type=pathlib.Path, default=ROOT / "build/dev/bin/octet")
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/dev/bin/octet-aarch64",
                        help="the octet for Arms")
    parser.add_argument("--plugin", type=pathlib.Path, required=True, metavar="QEMU_COUNT.C",
                        help="source of the emulator's plugin that counts")
    parser.add_argument("--tflite", type=pathlib.Path, metavar="FOLDER", help="the TFLite peer, with its node_modules")
    parser.add_argument("--onnxruntime", type=pathlib.Path, metavar="FOLDER", help="the ONNX Runtime peer, likewise")
    parser.add_argument("--runs", type=int, default=2, metavar="N")
    parser.add_argument("--output", type=pathlib.Path, help="the page whose section to write; else standard output")
    parser.add_argument("--verbose", action="store_true", help="say why a peer does not run")
    arguments = parser.parse_args()
    arguments.target = arguments.target or ["cortex-a53"]
    write_section(arguments.output, "arm-instructions", section(arguments))


if __name__ == "__main__":
    main()
