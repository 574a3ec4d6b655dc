#!/usr/bin/env python3
"""The digits models: as many held-out pictures right as are on record, on every target the same bytes,
and TFLite's own bytes from the int8 one."""
import array
import pathlib
import struct
import subprocess
import sys
import tempfile

DIGITS = pathlib.Path(__file__).resolve().parents[2] / "examples" / "digits"
HELDOUT = DIGITS / "heldout"
CLASSES = 10
CORRECT = {"int8": 356, "float": 356}
TARGETS = ("native", "baseline")

failures = []


def check(condition, message):
    if not condition:
        failures.append(message)


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stderr}")


def correct_of(scores, code, labels):
    values = array.array(code, scores)
    rows = [values[i:i + CLASSES] for i in range(0, len(values), CLASSES)]
    return sum(row.index(max(row)) == label for row, label in zip(rows, labels, strict=True))


class Tester:
    def __init__(self, octet, scratch):
        self.octet, self.scratch = octet, pathlib.Path(scratch)
        images, self.labels = (HELDOUT / "images.idx3").read_bytes()[16:], (HELDOUT / "labels.idx1").read_bytes()[8:]
        self.golden = (HELDOUT / "tflite.int8").read_bytes()
        self.input = {"int8": self.scratch / "int8.bin", "float": self.scratch / "float.bin"}
        self.input["int8"].write_bytes(bytes(pixel ^ 128 for pixel in images))
        self.input["float"].write_bytes(b"".join(struct.pack("<f", pixel / 255) for pixel in images))

    def compile(self, kind, *options):
        artifact = self.scratch / "artifact.so"
        run(self.octet, "compile", DIGITS / f"digits_{kind}.tflite", "-o", artifact, *options)
        return artifact

    def scores(self, artifact, source):
        run(self.octet, "run", artifact, "--input", f"image={source}", "--output-dir", self.scratch / "out")
        return (self.scratch / "out" / "0.bin").read_bytes()

    def all_pictures(self, kind, numerics):
        """Each target's scores of the whole set; the count must be the one on record, the bytes those of the first."""
        answers = []
        for target in TARGETS:
            artifact = self.compile(kind, "--batch", len(self.labels), "--target", target, "--numerics", numerics)
            scores = self.scores(artifact, self.input[kind])
            correct = correct_of(scores, "b" if kind == "int8" else "f", self.labels)
            check(correct == CORRECT[kind], f"{kind}, {target}, {numerics}: {correct} right, not {CORRECT[kind]}")
            answers.append(scores)
        if kind == "int8":
            check(len(set(answers)) == 1, f"{kind}, {numerics}: {' and '.join(TARGETS)} differ")
        return answers[0]

    def pictures(self):
        """The first ten as files, one at a time: how the model is used alone."""
        artifact = self.compile("int8", "--numerics", "tflite-optimized")
        for digit in range(CLASSES):
            scores = self.scores(artifact, DIGITS / "pictures" / f"{digit}.png")
            check(scores == self.golden[CLASSES * digit:][:CLASSES], f"pictures/{digit}.png: not TFLite's scores")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: digits.py OCTET")
    with tempfile.TemporaryDirectory() as scratch:
        tester = Tester(sys.argv[1], scratch)
        check(len(tester.golden) == CLASSES * len(tester.labels) == 3600, "the held-out set is not whole")
        tester.all_pictures("float", "tflite")
        tester.all_pictures("int8", "tflite")
        check(tester.all_pictures("int8", "tflite-optimized") == tester.golden, "int8: not TFLite's scores")
        tester.pictures()
    print("\n".join(failures) or f"{len(tester.labels)} digits, {CORRECT['int8']} right, TFLite's bytes")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
