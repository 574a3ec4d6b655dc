#!/usr/bin/env python3
"""Models the hot loops of convolutions on Arm cores by llvm-mca: cycles, and the share of the multiply limit.

For each core a 1x1 and a 3x3 convolution are compiled, of int8 and of float32. Of the inner loop that multiplies, LLVM's
model of the core gives the cycles of a turn; the limit is what the multiplications alone would take. It is a model, not a
time: caches always hit, and what LLVM's scheduling model does not say is not there.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from common import ROOT, output_of, paragraph, revision, show_progress, write_section  # noqa: E402

CORES = ["cortex-a53", "cortex-a72", "cortex-a76", "neoverse-n1", "neoverse-v1"]
MULTIPLIES = re.compile(r"\s(sdot|smmla|smull2?|smlal2?|sadalp|fmla)\s")
QUANTIZED = """
!image = tensor<1x28x28x{depth}x!quant.uniform<i8:f32, 0.5:3>>
!weights = tensor<{channels}x{size}x{size}x{depth}x!quant.uniform<i8<-127:127>:f32, 0.0123>>
!sums = tensor<1x28x28x{channels}x!quant.uniform<i32:f32, 0.00615>>
!result = tensor<1x28x28x{channels}x!quant.uniform<i8:f32, 0.3:5>>
func.func @main(%x: !image) -> !result {{
  %w = qnn.constant dense<3> : tensor<{channels}x{size}x{size}x{depth}xi8> : !weights
  %0 = qnn.conv2d %x, %w {{padding = array<i64: {pad}, {pad}, {pad}, {pad}>}} : (!image, !weights) -> !sums
  %1 = qnn.requantize %0 {{numerics = #qnn.numerics<double_away>}} : (!sums) -> !result
  return %1 : !result
}}"""
REAL = """
!image = tensor<1x28x28x{depth}xf32>
!weights = tensor<{channels}x{size}x{size}x{depth}xf32>
!result = tensor<1x28x28x{channels}xf32>
func.func @main(%x: !image) -> !result {{
  %w = qnn.constant dense<3.0> : !weights : !weights
  %0 = qnn.conv2d %x, %w {{padding = array<i64: {pad}, {pad}, {pad}, {pad}>}} : (!image, !weights) -> !result
  return %0 : !result
}}"""
# Multiply-accumulates of an instruction; of three that multiply and add pairs of bytes, the third has none.
MACS = {"sdot": 16, "smmla": 32, "smull": 8, "smull2": 8, "smlal": 8, "smlal2": 8, "sadalp": 0, "fmla": 4}


def hot_loop(octet, model, target):
    """Lines of the inner loop with most multiplications."""
    listing = output_of(octet, "compile", model, "--target", target, "--emit", "asm", "-o", "-")
    finder = ROOT / "test/codegen/loop.py"
    done = subprocess.run([sys.executable, finder, "sdot|smmla|smlal2?|fmla"], input=listing, capture_output=True, text=True)
    loops = re.split(r"^loop .*\n|^end\n", done.stdout, flags=re.MULTILINE)
    return max((loop.splitlines() for loop in loops), key=lambda loop: sum(bool(MULTIPLIES.search(line)) for line in loop))


def mca(lines, core, what):
    """A number of llvm-mca's summary."""
    done = subprocess.run(["llvm-mca-19", "-mtriple=aarch64", f"-mcpu={core}", "--iterations=200"], input="\n".join(lines) + "\n",
                          capture_output=True, text=True)
    found = re.search(rf"{what}:\s+([\d.]+)", done.stdout)
    if not found:
        sys.exit(done.stderr)
    return float(found[1])


def measure(octet, folder, text, core, size, depth, channels):
    model = folder / "model.mlir"
    model.write_text(text.format(size=size, pad=size // 2, depth=depth, channels=channels))
    lines = hot_loop(octet, model, core)
    multiplies = [line for line in lines if MULTIPLIES.search(line)]
    cycles = mca(lines, core, "Total Cycles") / 200
    limit = mca(multiplies, core, "Block RThroughput")
    macs = sum(MACS[MULTIPLIES.search(line)[1]] for line in multiplies)
    return len(multiplies), len(lines) - 1, cycles, limit / cycles, macs / cycles


def section(arguments):
    yield "## Arms: inner loops\n"
    yield paragraph(
        f"Octet of {revision()}. What llvm-mca expects of the inner loop of a 1x1 convolution (96 to 64 channels) and a 3x3 one "
        f"(64 to 64) on 28x28 pixels: cycles of a turn; the share of them that the multiplications would take alone; "
        f"multiply-accumulates of a cycle; and those of int8 over those of float. These are models of the cores, not times: "
        f"caches always hit, and what LLVM does not know of a core is not there. Printed by")
    yield "    python3 bench/arm/hot_loops.py\n"
    yield "| core | loop | multiplies of all | cycles | share | MAC/cycle | × fp32 |\n|---|---|--:|--:|--:|--:|--:|"
    with tempfile.TemporaryDirectory() as scratch:
        for core in arguments.core or CORES:
            show_progress(core)
            for size, depth, channels in ((1, 96, 64), (3, 64, 64)):
                rows = {name: measure(arguments.octet, pathlib.Path(scratch), text, core, size, depth, channels)
                        for name, text in (("int8", QUANTIZED), ("fp32", REAL))}
                for name, (multiplies, instructions, cycles, share, rate) in rows.items():
                    ratio = f"{rate / rows['fp32'][4]:.2f}" if name == "int8" else ""
                    yield (f"| {core} | {size}x{size} {name} | {multiplies} of {instructions} | {cycles:.1f} | {share:.0%} | "
                           f"{rate:.1f} | {ratio} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--octet", type=pathlib.Path, default=ROOT / "build/dev/bin/octet")
    parser.add_argument("--core", action="append", choices=CORES, help="may be repeated; default all")
    parser.add_argument("--output", type=pathlib.Path, help="the page whose section to write; else standard output")
    arguments = parser.parse_args()
    write_section(arguments.output, "arm-inner-loops", section(arguments))


if __name__ == "__main__":
    main()
