#!/usr/bin/env python3
"""Draws where a network's time goes: a bar for each kernel, and all kernels under the roofline of this core.

Compiles a model, or takes an artifact, profiles it on one thread, and writes NAME.kernels.svg and NAME.roofline.svg into a
folder; then prints the kernels that lose most against the roofline. Needs Debian's python3-matplotlib.
"""
import argparse
import json
import pathlib

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
    pyplot.rcParams["svg.hashsalt"] = "octet"  # equal figures are equal files
    draw_kernels(report, arguments.folder / f"{report['model']}.kernels.svg")
    draw_roofline(report, arguments.folder / f"{report['model']}.roofline.svg")
    print_losses(report, 12)


if __name__ == "__main__":
    main()
