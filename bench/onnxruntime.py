#!/usr/bin/env python3
"""Measures Octet beside ONNX Runtime on the same files, and writes its section of docs/performance.md.

The files are those of a zoo, NAME.FORM.onnx. Every round runs, for one network after the other, each form in ONNX
Runtime and in Octet, so that a machine that slows down slows all of them; the tables hold medians of the rounds and of
the rounds' ratios. Needs the ONNX Runtime peer program (see --peer).
"""
import argparse
import json
import pathlib
import re
import statistics
import tempfile

from common import (OCTET, REALTIME, cell, circumstances, compile_model, counted_threads, inspect, measure_octet, median_of,
                    output_of, paragraph, realtime_prefix, show_progress, write_section)

SECTION = "Beside ONNX Runtime"
INT8_FORMS = ["qdq_u8", "qop_u8"]
OTHER_INT8_FORMS = ["qdq_s8", "sym_s8", "trt_s8"]
INTEGERS = ["--range", "0:1"]  # as inputs: tokens and masks
OPTIONAL_FORMS = ["dynamic"]  # of networks that have them, with all forms


def measure_onnxruntime(peer, model, threads, budget, prefix):
    """The median in milliseconds."""
    text = output_of(*prefix, peer, model, "--threads", threads, "--warmup", 2, "--runs", 5, "--seconds", budget / 1000,
                     *INTEGERS)
    return json.loads(text)["median_ms"]


def version_of(peer, model):
    return json.loads(output_of(peer, model, "--warmup", 0, "--runs", 1, *INTEGERS))["version"]


class Subject:
    def __init__(self, name, arguments, scratch):
        self.name, (network, ending) = name, (name.split("_b8")[0], "_b8" * name.endswith("_b8"))
        files = {form: arguments.zoo / f"{network}.{form}{ending}.onnx" for form in ["fp32", *arguments.forms, *OPTIONAL_FORMS]}
        optional = [form for form in OPTIONAL_FORMS if arguments.all_forms and files[form].exists()]
        self.forms = arguments.forms + optional
        self.zoo = {form: files[form] for form in ["fp32", *self.forms]}
        self.facts = inspect(arguments.octet, self.zoo["fp32"])
        self.artifacts = {}
        for form, model in self.zoo.items():
            self.artifacts[form] = scratch / model.with_suffix(".so").name
            compile_model(arguments.octet, model, self.artifacts[form])
        self.gmacs = self.facts["macs"] * 1e-9
        self.rounds = {}

    def run_round(self, arguments, threads):
        """A row holds milliseconds of ONNX Runtime and of Octet by form, and the peak in GMAC/s."""
        row = {"peer": {}, "octet": {}}
        if arguments.peak:
            row["peak"] = threads * float(output_of(*arguments.prefix, arguments.peak, "--quick"))
        # Threads that spin while they wait for each other must not keep each other off a core.
        prefix = arguments.prefix if threads == 1 else []
        for form, model in self.zoo.items():
            row["peer"][form] = measure_onnxruntime(arguments.peer, model, threads, arguments.budget_ms, prefix)
            row["octet"][form] = measure_octet(arguments.octet, self.artifacts[form], threads, arguments.budget_ms, prefix)
        row["best"] = min(row["peer"][form] for form in self.forms)
        self.rounds.setdefault(threads, []).append(row)

    def median(self, threads, value):
        return median_of(self.rounds[threads], value)

    def ratio(self, threads, value):
        """As text: the median over rounds, each its own pair, and the lowest and highest."""
        values = [value(row) for row in self.rounds[threads]]
        return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def subjects_of(arguments, scratch):
    """The networks that the zoo has in all forms asked for."""
    for path in sorted(arguments.zoo.glob("*.fp32*.onnx")):
        name = path.name.replace(".fp32", "").removesuffix(".onnx")
        network, ending = name.split("_b8")[0], "_b8" * name.endswith("_b8")
        present = all((arguments.zoo / f"{network}.{form}{ending}.onnx").exists() for form in arguments.forms)
        if present and re.search(arguments.filter, name):
            show_progress(f"compiling {name}")
            yield Subject(name, arguments, scratch)


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
    header = ["ms", "GMAC", "ORT fp32", "Octet fp32", *(f"{who} {form}" for form in forms for who in ("ORT", "Octet"))]
    yield from table(header, [[subject.name, cell(subject.gmacs, 2),
                               *(cell(subject.median(threads, lambda row: row[who].get(form)), 2)
                                 for form in ["fp32", *forms] for who in ("peer", "octet"))] for subject in subjects])


def ratio_table(subjects, threads, forms, arguments):
    first = forms[0]
    header = ["times as fast", "fp32", *forms, "× own fp32", "GMAC/s"]
    rows = []
    for subject in subjects:
        row = [subject.name, subject.ratio(threads, lambda row: row["peer"]["fp32"] / row["octet"]["fp32"])]
        row += [subject.ratio(threads, lambda row: row["best"] / row["octet"][form]) if form in subject.forms else "–" for form in forms]
        row.append(subject.ratio(threads, lambda row: row["octet"]["fp32"] / row["octet"][first]))
        row.append(cell(subject.median(threads, lambda row: subject.gmacs / row["octet"][first] * 1000), 0))
        if arguments.peak:
            row.append(cell(subject.median(threads, lambda row: subject.gmacs / row["octet"][first] * 1e5 / row["peak"]), 0) + " %")
        rows.append(row)
    yield from table(header + ["of peak"] * bool(arguments.peak), rows)


def command(arguments):
    yield "    python3 bench/onnxruntime.py --zoo ZOO --peer PATH/peer_ort"
    yield " --peak PATH/peak" * bool(arguments.peak)
    yield " --all-forms" * arguments.all_forms
    yield f" --filter '{arguments.filter}'" * bool(arguments.filter)
    yield f' --section "{arguments.section}"' * (arguments.section != SECTION)
    yield " --no-realtime" * arguments.no_realtime
    yield f" --rounds {arguments.rounds} --budget-ms {arguments.budget_ms}\n"


def peak_sentence(subjects):
    peaks = [row["peak"] / threads for subject in subjects for threads, rows in subject.rounds.items() for row in rows]
    return (f"The int8 peak of one core was {min(peaks):.0f} to {max(peaks):.0f} GMAC/s, measured before each network in each round; "
            f"that of several threads is taken for as many times as much. ")


def section(subjects, arguments):
    version = version_of(arguments.peer, subjects[0].zoo["fp32"])
    realtime = REALTIME if arguments.prefix else ""
    yield f"## {arguments.section}\n"
    yield paragraph(
        f"{circumstances(subjects[0].facts['target'])} Peer: ONNX Runtime {version} (ORT), all optimizations. Both run the same files, "
        f"which have random weights. {arguments.rounds} rounds of {arguments.budget_ms} ms each, medians; ratios are medians of each "
        f"round's own, with the lowest and highest. `fp32` is float against float; each int8 form of Octet is held against the round's "
        f"fastest int8 form of ORT, whichever that is; `× own fp32`, GMAC/s and the share of the peak are those of Octet's "
        f"{arguments.forms[0]}. {peak_sentence(subjects) if arguments.peak else ''}{realtime}Printed by")
    yield "".join(command(arguments))
    for threads in arguments.threads:
        yield f"### Networks, {counted_threads(threads)}\n"
        forms = arguments.forms + [form for form in OPTIONAL_FORMS if any(form in subject.forms for subject in subjects)]
        yield from time_table(subjects, threads, forms)
        yield from ratio_table(subjects, threads, forms, arguments)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--octet", type=pathlib.Path, default=OCTET)
    parser.add_argument("--peer", type=pathlib.Path, required=True, help="the ONNX Runtime peer program")
    parser.add_argument("--zoo", type=pathlib.Path, required=True, help="folder of NAME.FORM.onnx, with _bN behind for a batch of N")
    parser.add_argument("--peak", type=pathlib.Path, help="the program that prints a core's int8 peak with --quick")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--budget-ms", type=int, default=500, help="time of one measurement")
    parser.add_argument("--filter", default="", help="only networks whose name this regular expression finds")
    parser.add_argument("--section", default=SECTION, help="its heading")
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
        write_section(arguments.output, "onnxruntime" if arguments.section == SECTION else arguments.section.lower().replace(" ", "-"),
                      section(subjects, arguments))


if __name__ == "__main__":
    main()
