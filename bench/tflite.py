#!/usr/bin/env python3
"""Measures Octet beside TFLite on the models of a manifest, and writes its section of docs/performance.md.

Every round runs, for one model after the other, TFLite's built-in kernels, its XNNPACK delegate and Octet, so
that a machine that slows down slows all three; the table holds medians of the rounds and the median of the
rounds' ratios. Needs the TFLite peer program (see --peer).
"""
import argparse
import json
import os
import pathlib
import tempfile

from common import (OCTET, REALTIME, attempt, cell, circumstances, compile_model, counted_threads, inspect, measure_octet,
                    median_of, output_of, paragraph, realtime_prefix, runs_within, show_progress, write_section)


def measure_peer(peer, model, threads, budget, xnnpack, prefix):
    """The median in milliseconds; None if this mode cannot run the model."""
    flags = ["--xnnpack"] if xnnpack else []
    command = [*prefix, peer, "--model", model, "--seed", 7, "--bench", "--threads", threads, *flags]
    first = attempt(*command, "--warmup", 1, "--runs", 3)
    if first is None:
        return None
    runs = runs_within(budget, json.loads(first)["bench"]["median_ms"])
    return json.loads(output_of(*command, "--warmup", 2, "--runs", runs))["bench"]["median_ms"]


class Subject:
    def __init__(self, entry, arguments, scratch):
        self.name = entry["name"]
        self.model = arguments.manifest.parent / entry["file"]
        self.artifact = pathlib.Path(scratch) / (self.name.replace("/", "_") + ".so")
        self.facts = inspect(arguments.octet, self.model)
        self.compile_seconds = compile_model(arguments.octet, self.model, self.artifact)
        self.rounds = {}

    def run_round(self, arguments, threads):
        # Pools that spin while they wait starve each other at real-time priority.
        prefix = arguments.prefix if threads == 1 else []
        row = {"builtin": measure_peer(arguments.peer, self.model, threads, arguments.budget_ms, False, prefix),
               "xnnpack": measure_peer(arguments.peer, self.model, threads, arguments.budget_ms, True, prefix),
               "octet": measure_octet(arguments.octet, self.artifact, threads, arguments.budget_ms, prefix)}
        self.rounds.setdefault(threads, []).append(row)

    def median(self, threads, mode):
        return median_of(self.rounds[threads], lambda row: row[mode])

    def ratio(self, threads, mode):
        """How many times faster than `mode`: the median over rounds, each its own pair."""
        return median_of(self.rounds[threads], lambda row: row[mode] and row[mode] / row["octet"])


def speed_table(subjects, threads):
    yield f"### Time of a run, {counted_threads(threads)}\n"
    yield "| model | MMAC | TFLite built-in ms | XNNPACK ms | Octet ms | GMAC/s | × built-in | × XNNPACK |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for subject in subjects:
        builtin, xnnpack, octet = (subject.median(threads, mode) for mode in ("builtin", "xnnpack", "octet"))
        macs = subject.facts["macs"] * 1e-6
        yield (f"| {subject.name} | {macs:.2f} | {cell(builtin, 3)} | {cell(xnnpack, 3)} | {octet:.4f} | {macs / octet:.1f} | "
               f"{cell(subject.ratio(threads, 'builtin'), 1)} | {cell(subject.ratio(threads, 'xnnpack'), 1)} |")
    yield ""


def size_table(subjects):
    yield "### Compile time and memory\n"
    yield "| model | compile s | artifact KB | constants in the file KB | arena KB | liveness lower bound KB |"
    yield "|---|--:|--:|--:|--:|--:|"
    for subject in subjects:
        facts = subject.facts
        kilobytes = (f"{subject.artifact.stat().st_size / 1000:.0f} | {facts['constant_bytes'] / 1000:.0f} | "
                     f"{facts['arena_bytes'] / 1000:.1f} | {facts['arena_lower_bound_bytes'] / 1000:.1f}")
        yield f"| {subject.name} | {subject.compile_seconds:.2f} | {kilobytes} |"


def section(subjects, arguments):
    version = output_of(arguments.peer, "--version").strip()
    yield "## Beside TensorFlow Lite\n"
    yield paragraph(
        f"{circumstances(subjects[0].facts['target'])} "
        f"Peer: TensorFlow Lite {version} (built-in kernels, and its XNNPACK delegate with the QS8 and QU8 flags). "
        f"{arguments.rounds} rounds of {arguments.budget_ms} ms each, medians; ratios are medians of each round's own. "
        f"A dash: the delegate refuses the model. {REALTIME if arguments.prefix else ''}Printed by")
    yield "    python3 bench/tflite.py --peer PATH/peer_tflite --manifest PATH/manifest.json\n"
    for threads in arguments.threads:
        yield from speed_table(subjects, threads)
    yield from size_table(subjects)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--octet", type=pathlib.Path, default=OCTET)
    parser.add_argument("--peer", type=pathlib.Path, required=True, help="the TFLite peer program")
    parser.add_argument("--manifest", type=pathlib.Path, required=True)
    parser.add_argument("--threads", type=int, nargs="+", default=sorted({1, os.cpu_count()}))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--budget-ms", type=int, default=300, help="time of one measurement")
    parser.add_argument("--filter", default="", help="only models whose name holds this")
    parser.add_argument("--operators", action="store_true", help="also the models of single operators")
    parser.add_argument("--output", type=pathlib.Path, help="the page whose section to write; else standard output")
    arguments = parser.parse_args()
    entries = [entry for entry in json.loads(arguments.manifest.read_text())["models"]
               if entry.get("latency") and arguments.filter in entry["name"]
               and (arguments.operators or not entry["file"].startswith("ops/"))]
    arguments.prefix = realtime_prefix()
    with tempfile.TemporaryDirectory() as scratch:
        subjects = [Subject(entry, arguments, scratch) for entry in entries]
        for number in range(arguments.rounds):
            for subject in subjects:
                show_progress(f"round {number + 1} of {arguments.rounds}: {subject.name}")
                for threads in arguments.threads:
                    subject.run_round(arguments, threads)
        write_section(arguments.output, "tflite", section(subjects, arguments))


if __name__ == "__main__":
    main()
