#!/usr/bin/env python3
"""Measures Octet beside TFLite on the models of a manifest, and writes docs/performance.md.

Every round runs, for one model after the other, TFLite's built-in kernels, its XNNPACK delegate and Octet, so
that a machine that slows down slows all three; the table holds medians of the rounds and the median of the
rounds' ratios. Needs the TFLite peer program (see --peer).
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]


def output_of(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else None


def measure_peer(peer, model, threads, budget, xnnpack):
    """The median in milliseconds; None if this mode cannot run the model."""
    flags = ["--xnnpack"] if xnnpack else []
    command = [peer, "--model", model, "--seed", 7, "--bench", "--threads", threads, *flags]
    first = output_of(*command, "--warmup", 1, "--runs", 3)
    if first is None:
        return None
    each = max(json.loads(first)["bench"]["median_ms"], 1e-3)
    text = output_of(*command, "--warmup", 2, "--runs", max(5, min(2000, int(budget / each))))
    return json.loads(text)["bench"]["median_ms"]


def measure_octet(octet, artifact, threads, budget):
    command = [octet, "bench", artifact, "--seed", 7, "--json", "--threads", threads]
    each = max(json.loads(output_of(*command, "--warmup", 1, "--runs", 3))["median_ms"], 1e-3)
    return json.loads(output_of(*command, "--warmup", 2, "--runs", max(5, min(2000, int(budget / each)))))["median_ms"]


class Subject:
    def __init__(self, entry, arguments, scratch):
        self.name = entry["name"]
        self.model = arguments.manifest.parent / entry["file"]
        self.artifact = pathlib.Path(scratch) / (self.name.replace("/", "_") + ".so")
        self.facts = json.loads(output_of(arguments.octet, "inspect", self.model, "--json"))
        start = time.monotonic()
        if output_of(arguments.octet, "compile", self.model, "-o", self.artifact) is None:
            sys.exit(f"{self.model} does not compile")
        self.compile_seconds = time.monotonic() - start
        self.rounds = {}

    def run_round(self, arguments, threads):
        row = {"builtin": measure_peer(arguments.peer, self.model, threads, arguments.budget_ms, False),
               "xnnpack": measure_peer(arguments.peer, self.model, threads, arguments.budget_ms, True),
               "octet": measure_octet(arguments.octet, self.artifact, threads, arguments.budget_ms)}
        self.rounds.setdefault(threads, []).append(row)

    def median(self, threads, mode):
        values = [row[mode] for row in self.rounds[threads]]
        return None if None in values else statistics.median(values)

    def ratio(self, threads, mode):
        """How many times faster than `mode`: the median over rounds, each its own pair."""
        if self.median(threads, mode) is None:
            return None
        return statistics.median(row[mode] / row["octet"] for row in self.rounds[threads])


def cell(value, digits):
    return "–" if value is None else f"{value:.{digits}f}"


def speed_table(subjects, threads):
    yield f"### {threads} thread{'s' if threads > 1 else ''}\n"
    yield "| model | MMAC | TFLite built-in ms | XNNPACK ms | Octet ms | GMAC/s | × built-in | × XNNPACK |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for subject in subjects:
        octet = subject.median(threads, "octet")
        macs = subject.facts["macs"] * 1e-6
        yield (f"| {subject.name} | {macs:.2f} | {cell(subject.median(threads, 'builtin'), 3)} | {cell(subject.median(threads, 'xnnpack'), 3)} | "
               f"{octet:.4f} | {macs / octet:.1f} | {cell(subject.ratio(threads, 'builtin'), 1)} | {cell(subject.ratio(threads, 'xnnpack'), 1)} |")
    yield ""


def size_table(subjects):
    yield "| model | compile s | artifact KB | constants in the file KB | arena KB | liveness lower bound KB |"
    yield "|---|--:|--:|--:|--:|--:|"
    for subject in subjects:
        facts = subject.facts
        yield (f"| {subject.name} | {subject.compile_seconds:.2f} | {subject.artifact.stat().st_size / 1000:.0f} | {facts['constant_bytes'] / 1000:.0f} | "
               f"{facts['arena_bytes'] / 1000:.1f} | {facts['arena_lower_bound_bytes'] / 1000:.1f} |")
    yield ""


def cpu_name():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def document(subjects, arguments):
    commit = output_of("git", "-C", ROOT, "rev-parse", "--short", "HEAD")
    facts = subjects[0].facts
    yield "# Performance\n"
    yield (f"{cpu_name()}, {os.cpu_count()} cores, target `{facts['target']}`, commit {commit.strip()}, {datetime.date.today()}. "
           f"Peer: TensorFlow Lite {output_of(arguments.peer, '--version').strip()} (built-in kernels, and its XNNPACK delegate with the QS8 and QU8 "
           f"flags). {arguments.rounds} rounds of {arguments.budget_ms} ms each, medians; ratios are medians of each round's own. "
           f"A dash: the delegate refuses the model. Printed by\n")
    yield "    chrt -f 1 python3 bench/tflite.py --peer PATH/peer_tflite --manifest PATH/manifest.json\n"
    yield "## Time of a run\n"
    for threads in arguments.threads:
        yield from speed_table(subjects, threads)
    yield "## Compile time and memory\n"
    yield from size_table(subjects)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--octet", type=pathlib.Path, default=ROOT / "build" / "dev" / "bin" / "octet")
    parser.add_argument("--peer", type=pathlib.Path, required=True, help="the TFLite peer program")
    parser.add_argument("--manifest", type=pathlib.Path, required=True)
    parser.add_argument("--threads", type=int, nargs="+", default=sorted({1, os.cpu_count()}))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--budget-ms", type=int, default=300, help="time of one measurement")
    parser.add_argument("--filter", default="", help="only models whose name holds this")
    parser.add_argument("--operators", action="store_true", help="also the models of single operators")
    parser.add_argument("--output", type=pathlib.Path, help="the file to write; else standard output")
    arguments = parser.parse_args()
    entries = [entry for entry in json.loads(arguments.manifest.read_text())["models"]
               if entry.get("latency") and arguments.filter in entry["name"]
               and (arguments.operators or not entry["file"].startswith("ops/"))]
    with tempfile.TemporaryDirectory() as scratch:
        subjects = [Subject(entry, arguments, scratch) for entry in entries]
        for number in range(arguments.rounds):
            for subject in subjects:
                for threads in arguments.threads:
                    subject.run_round(arguments, threads)
                if sys.stderr.isatty():
                    print(f"round {number + 1} of {arguments.rounds}: {subject.name:60}", end="\r", file=sys.stderr)
        text = "\n".join(document(subjects, arguments))
    if arguments.output:
        arguments.output.write_text(text)
    else:
        print(text)


if __name__ == "__main__":
    main()
