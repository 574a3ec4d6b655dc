#!/usr/bin/env python3
"""Draws where a network's time goes: a bar for each kernel, and all kernels under the roofline of this core.

Compiles a model, or takes an artifact, profiles it on one thread, and writes NAME.kernels.svg and NAME.roofline.svg into a
folder; then prints the kernels that lose most against the roofline. Needs Debian's python3-matplotlib.
"""
import argparse
import json
import pathlib
import re

import matplotlib
matplotlib.use("svg")
import matplotlib.pyplot as pyplot

from common import OCTET, output_of, realtime_prefix

COLORS = {"dots": "#2f6fb0", "epilogue": "#d98e04", "loads": "#7a4fa3", "memory": "#b03a2e", "elements": "#6b8e23"}
KINDS = {"int8": "int8", "float32": "float"}


def profile(octet, model, runs):
    return json.loads(output_of(*realtime_prefix(), octet, "profile", model, "--threads", 1, "--runs", runs, "--json"))


def is_float(step):
    return " f32 " in step["shape"]


def draw_kernels(report, path):
    """Microseconds of each kernel in the order they run, coloured by what bounds them, and the floor of its dot products."""
    steps = report["steps"]
    figure, axes = pyplot.subplots(figsize=(10, 3.6))
    for bound, color in COLORS.items():
        chosen = [(i, step["us"]) for i, step in enumerate(steps) if step["bound"] == bound]
        if chosen:
            axes.bar(*zip(*chosen), width=0.9, color=color, label=bound)
    floors = [step["macs"] * 1e-3 / report["peak_gmacs"]["float32" if is_float(step) else "int8"] for step in steps]
    axes.bar(range(len(steps)), floors, width=0.9, fill=False, edgecolor="black", linewidth=0.5, label="dot products at peak")
    axes.set(xlabel="kernel, in the order they run", ylabel="µs", xlim=(-1, len(steps)))
    axes.set_title(f"{report['model']}, {report['target']}, one thread: {report['total_us'] / 1000:.2f} ms", fontsize=10)
    axes.legend(fontsize=8, frameon=False, ncols=len(COLORS) + 1)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def draw_roofline(report, path):
    """GMAC/s over multiply-accumulates per byte of operands, constants and results."""
    figure, axes = pyplot.subplots(figsize=(7, 4.2))
    steps = [step for step in report["steps"] if step["macs"]]
    intensities = [step["macs"] / step["bytes"] for step in steps]
    span = [min(intensities) / 2, max(intensities) * 2]
    for kind in sorted({"float32" if is_float(step) else "int8" for step in steps}):
        peak = report["peak_gmacs"][kind]
        ridge = peak / report["memory_gbytes_per_s"]
        points = sorted({span[0], min(max(ridge, span[0]), span[1]), span[1]})
        axes.plot(points, [min(peak, x * report["memory_gbytes_per_s"]) for x in points], color="black", linewidth=1)
        axes.annotate(f"{KINDS[kind]} peak, {peak:.0f} GMAC/s", (span[1], peak), ha="right", va="bottom", fontsize=8)
    axes.annotate(f"memory, {report['memory_gbytes_per_s']:.0f} GB/s", (span[0], span[0] * report["memory_gbytes_per_s"]),
                  ha="left", va="bottom", fontsize=8, rotation=35)
    for bound, color in COLORS.items():
        chosen = [(intensity, step["gmacs"], step["us"]) for intensity, step in zip(intensities, steps) if step["bound"] == bound]
        if chosen:
            x, y, time = zip(*chosen)
            axes.scatter(x, y, s=[max(6, 1500 * t / report["total_us"]) for t in time], color=color, alpha=0.6, label=bound)
    axes.set(xscale="log", yscale="log", xlabel="multiply-accumulates per byte", ylabel="GMAC/s")
    axes.set_title(f"{report['model']}, {report['target']}, one thread; areas are times", fontsize=10)
    axes.legend(fontsize=8, frameon=False, loc="lower right")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def group_of(step):
    """Kernels that lose their time to the same thing."""
    if step["kind"] != "contraction":
        return step["kind"]
    inputs = re.search(r", (\d+)x(\d+)x(\d+) to", step["shape"])
    depth = int(inputs[1]) * int(inputs[2]) * int(inputs[3])
    if " 1 pixels" in step["shape"]:
        return "classifier"
    if ", add " in step["shape"]:
        return "contraction with a residual sum"
    return "contraction of 256 inputs or more" if depth >= 256 else "contraction of fewer inputs"


def print_groups(report):
    """Of each group its share of the time, what part of that is above its dot products at peak, and its share of the peak."""
    groups = {}
    for step in report["steps"]:
        groups.setdefault(group_of(step), []).append(step)
    print(f"{report['total_us'] / 1000:.2f} ms; int8 peak {report['peak_gmacs']['int8']:.0f} GMAC/s")
    print(f"{'kernels':>7} {'of time':>8} {'above dots':>10} {'of peak':>16}  group")
    for group, steps in sorted(groups.items(), key=lambda item: -sum(step["us"] for step in item[1])):
        time = sum(step["us"] for step in steps)
        floor = sum(step["macs"] * 1e-3 / report["peak_gmacs"]["float32" if is_float(step) else "int8"] for step in steps)
        shares = [step["share_of_peak"] for step in steps]
        total = report["total_us"]
        print(f"{len(steps):7} {time / total:8.1%} {(time - floor) / total:10.1%} "
              f"{min(shares):7.0%} – {max(shares):6.0%}  {group}")


def print_losses(report, count):
    """What could be won at most: the time above the dot products' own, kernels of equal shape together."""
    losses = {}
    for step in report["steps"]:
        peak = report["peak_gmacs"]["float32" if is_float(step) else "int8"]
        entry = losses.setdefault(step["shape"], [0, 0.0, 0.0])
        entry[0] += 1
        entry[1] += step["us"]
        entry[2] += step["us"] - step["macs"] * 1e-3 / peak
    print(f"{'kernels':>7} {'us':>9} {'above dots':>10}  shape")
    for shape, (kernels, time, loss) in sorted(losses.items(), key=lambda item: -item[1][2])[:count]:
        print(f"{kernels:7} {time:9.1f} {loss:10.1f}  {shape}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=pathlib.Path, help="a model or an artifact")
    parser.add_argument("--octet", type=pathlib.Path, default=OCTET)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("."), help="for the pictures (this one)")
    arguments = parser.parse_args()
    report = profile(arguments.octet, arguments.model, arguments.runs)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    pyplot.rcParams.update({"svg.hashsalt": "octet", "svg.fonttype": "none"})  # equal figures are equal files, of text
    draw_kernels(report, arguments.folder / f"{report['model']}.kernels.svg")
    draw_roofline(report, arguments.folder / f"{report['model']}.roofline.svg")
    print_groups(report)
    print_losses(report, 8)


if __name__ == "__main__":
    main()
