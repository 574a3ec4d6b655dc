#!/usr/bin/env python3
"""Measures Octet beside ONNX Runtime on networks of the same shapes, and writes its section of docs/performance.md.

ONNX Runtime runs the files of a zoo, NAME.FORM.onnx; Octet runs the TFLite files that networks.py makes of the same
networks. Every round runs, for one network after the other, ONNX Runtime's forms and Octet's two, so that a machine that
slows down slows all of them; the tables hold medians of the rounds and of the rounds' ratios. Needs NumPy, and the ONNX
Runtime peer program (see --peer).
"""
import argparse
import json
import pathlib
import re
import statistics
import tempfile

import networks
from common import (OCTET, REALTIME, cell, circumstances, compile_model, counted_threads, inspect, measure_octet, median_of,
                    output_of, paragraph, realtime_prefix, show_progress, write_section)

INT8_FORMS = ["qdq_u8", "qop_u8"]
OTHER_INT8_FORMS = ["qdq_s8", "sym_s8", "trt_s8"]


def measure_onnxruntime(peer, model, threads, budget, prefix):
    """The median in milliseconds."""
    text = output_of(*prefix, peer, model, "--threads", threads, "--warmup", 2, "--runs", 5, "--seconds", budget / 1000)
    return json.loads(text)["median_ms"]


def version_of(peer, model):
    return json.loads(output_of(peer, model, "--warmup", 0, "--runs", 1))["version"]


class Subject:
    def __init__(self, build, batch, arguments, scratch):
        ending = "" if batch == 1 else f"_b{batch}"
        self.name = build.__name__ + ending
        self.zoo = {form: arguments.zoo / f"{build.__name__}.{form}{ending}.onnx" for form in ["fp32", *arguments.forms]}
        self.artifacts = {}
        for form in ("int8", "float"):
            model = networks.write(scratch, build, form, batch)
            if form == "int8":
                self.facts = inspect(arguments.octet, model)
            self.artifacts[form] = model.with_suffix(".so")
            compile_model(arguments.octet, model, self.artifacts[form])
            model.unlink()
        self.gmacs = self.facts["macs"] * 1e-9
        self.rounds = {}

    def run_round(self, arguments, threads):
        """A row holds milliseconds, and the peak in GMAC/s."""
        row = {}
        if arguments.peak:
            row["peak"] = threads * float(output_of(*arguments.prefix, arguments.peak, "--quick"))
        # Threads that spin while they wait for each other must not keep each other off a core.
        prefix = arguments.prefix if threads == 1 else []
        for form, model in self.zoo.items():
            row[form] = measure_onnxruntime(arguments.peer, model, threads, arguments.budget_ms, prefix)
        for form, artifact in self.artifacts.items():
            row[form] = measure_octet(arguments.octet, artifact, threads, arguments.budget_ms, prefix)
        self.rounds.setdefault(threads, []).append(row)

    def median(self, threads, value):
        return median_of(self.rounds[threads], value)

    def ratio(self, threads, value):
        """As text: the median over rounds, each its own pair, and the lowest and highest."""
        values = [value(row) for row in self.rounds[threads]]
        return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def subjects_of(arguments, scratch):
    """The networks that the zoo has in all forms asked for."""
    for build in networks.NETWORKS:
        batches = [re.fullmatch(r"\w+\.fp32(?:_b(\d+))?\.onnx", path.name) for path in arguments.zoo.glob(f"{build.__name__}.fp32*.onnx")]
        for batch in sorted(int(found[1] or 1) for found in batches if found):
            ending = "" if batch == 1 else f"_b{batch}"
            present = all((arguments.zoo / f"{build.__name__}.{form}{ending}.onnx").exists() for form in arguments.forms)
            if present and arguments.filter in build.__name__ + ending:
                show_progress(f"compiling {build.__name__}{ending}")
                yield Subject(build, batch, arguments, scratch)


# ---- the section -------------------------------------------------------------------------------


def table(header, rows):
    """Columns aligned, since the page is also read as text; all but the first hold numbers."""
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]

    def line(row):
        return "| " + " | ".join([row[0].ljust(widths[0])] + [text.rjust(width) for text, width in zip(row[1:], widths[1:])]) + " |"
    yield line(header)
    yield "|" + "|".join(["-" * (widths[0] + 2)] + ["-" * (width + 1) + ":" for width in widths[1:]]) + "|"
    yield from (line(row) for row in rows)
    yield ""


def time_table(subjects, threads, forms):
    modes = ["fp32", *forms, "float", "int8"]
    header = ["ms", "GMAC", "ORT fp32", *(f"ORT {form}" for form in forms), "Octet float", "Octet int8"]
    yield from table(header, [[subject.name, cell(subject.gmacs, 2),
                               *(cell(subject.median(threads, lambda row: row[mode]), 2) for mode in modes)] for subject in subjects])


def ratio_table(subjects, threads, arguments):
    header = ["times as fast", "× ORT int8", "float × ORT", "× own float", "GMAC/s", "float GMAC/s"]
    rows = []
    for subject in subjects:
        row = [subject.name,
               subject.ratio(threads, lambda row: min(row[form] for form in arguments.forms) / row["int8"]),
               subject.ratio(threads, lambda row: row["fp32"] / row["float"]),
               subject.ratio(threads, lambda row: row["float"] / row["int8"])]
        row += [cell(subject.median(threads, lambda row: subject.gmacs / row[form] * 1000), 0) for form in ("int8", "float")]
        if arguments.peak:
            row.append(cell(subject.median(threads, lambda row: subject.gmacs / row["int8"] * 1e5 / row["peak"]), 0) + " %")
        rows.append(row)
    yield from table(header + ["of peak"] * bool(arguments.peak), rows)


def command(arguments):
    yield "    python3 bench/onnxruntime.py --zoo ZOO --peer PATH/peer_ort"
    yield " --peak PATH/peak" * bool(arguments.peak)
    yield " --all-forms" * arguments.all_forms
    yield " --no-realtime" * arguments.no_realtime
    yield f" --rounds {arguments.rounds} --budget-ms {arguments.budget_ms}\n"


def peak_sentence(subjects):
    peaks = [row["peak"] / threads for subject in subjects for threads, rows in subject.rounds.items() for row in rows]
    return (f"The int8 peak of one core was {min(peaks):.0f} to {max(peaks):.0f} GMAC/s, measured before each network in each round; "
            f"that of several threads is taken for as many times as much. ")


def section(subjects, arguments):
    version = version_of(arguments.peer, subjects[0].zoo["fp32"])
    realtime = REALTIME if arguments.prefix else ""
    yield "## Beside ONNX Runtime\n"
    yield paragraph(
        f"{circumstances(subjects[0].facts['target'])} Peer: ONNX Runtime {version} (ORT), all optimizations. The networks have random "
        f"weights and the same layers in both; ORT's int8 files take and give floats, Octet's int8. {arguments.rounds} rounds of "
        f"{arguments.budget_ms} ms each, medians; ratios are medians of each round's own, with the lowest and highest. `× ORT int8` is "
        f"against the round's best int8 form of ORT, `float × ORT` float against float, `× own float` Octet's int8 against its float. "
        f"{peak_sentence(subjects) if arguments.peak else ''}{realtime}Printed by")
    yield "".join(command(arguments))
    for threads in arguments.threads:
        yield f"### Networks, {counted_threads(threads)}\n"
        yield from time_table(subjects, threads, arguments.forms)
        yield from ratio_table(subjects, threads, arguments)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--octet", type=pathlib.Path, default=OCTET)
    parser.add_argument("--peer", type=pathlib.Path, required=True, help="the ONNX Runtime peer program")
    parser.add_argument("--zoo", type=pathlib.Path, required=True, help="folder of NAME.FORM.onnx, with _bN behind for a batch of N")
    parser.add_argument("--peak", type=pathlib.Path, help="the program that prints a core's int8 peak with --quick")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--budget-ms", type=int, default=500, help="time of one measurement")
    parser.add_argument("--filter", default="", help="only networks whose name holds this")
    parser.add_argument("--all-forms", action="store_true", help="also " + ", ".join(OTHER_INT8_FORMS))
    parser.add_argument("--no-realtime", action="store_true", help="no real-time priority for one thread, even where it is allowed")
    parser.add_argument("--output", type=pathlib.Path, help="the page whose section to write; else standard output")
    arguments = parser.parse_args()
    arguments.forms = INT8_FORMS + OTHER_INT8_FORMS * arguments.all_forms
    arguments.prefix = [] if arguments.no_realtime else realtime_prefix()
    with tempfile.TemporaryDirectory() as scratch:
        subjects = list(subjects_of(arguments, pathlib.Path(scratch)))
        if not subjects:
            parser.error(f"{arguments.zoo} has no network in all of these forms: fp32, " + ", ".join(arguments.forms))
        for number in range(arguments.rounds):
            for subject in subjects:
                show_progress(f"round {number + 1} of {arguments.rounds}: {subject.name}")
                for threads in arguments.threads:
                    subject.run_round(arguments, threads)
        write_section(arguments.output, "onnxruntime", section(subjects, arguments))


if __name__ == "__main__":
    main()
