#!/usr/bin/env python3
"""Builds and runs the examples as their README files say, and shows that they refuse what they cannot use."""
import argparse
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
DIGITS = EXAMPLES / "digits"
IMAGES, LABELS = DIGITS / "heldout" / "images.idx3", DIGITS / "heldout" / "labels.idx1"
WARNINGS = ["-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
CORRECT = "356 of 360 digits right"

TWO_MODELS = """
#include "octet/artifact.h"
#include <stdio.h>
const octet_model *octet_model_digits_int8(void);
const octet_model *octet_model_digits_float(void);
int main(void) {
  return printf("%s %s\\n", octet_model_digits_int8()->name, octet_model_digits_float()->name) < 0;
}
"""

failures = []


class Tester:
    def __init__(self, arguments, scratch):
        self.octet, self.scratch = arguments.octet.resolve(), pathlib.Path(scratch)
        self.libraries = self.octet.parents[1] / "lib"
        flags = shlex.split(arguments.flags)
        self.cc, self.cxx = [*shlex.split(arguments.cc), *flags], [*shlex.split(arguments.cxx), *flags]

    def run(self, *command, status=0, expect="", **options):
        """Runs a command and looks for `expect` in what it says; False if anything is not as it should be."""
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=600, **options)
        text = done.stdout + done.stderr
        is_right = done.returncode == status and expect in text
        if not is_right:
            failures.append(f"{' '.join(map(str, command))}\n  exit {done.returncode}, expected {status} and '{expect}':\n{text}")
        return is_right

    def c(self):
        program = self.scratch / "classify-c"
        for kind in ("int8", "float"):
            self.run(self.octet, "compile", DIGITS / f"digits_{kind}.tflite", "-o", self.scratch / f"digits_{kind}.a")
        if self.run(*self.cc, "-std=c99", *WARNINGS, "-I", ROOT / "include", EXAMPLES / "embed-c" / "classify.c",
                    self.scratch / "digits_int8.a", self.libraries / "liboctet.a", "-o", program):
            self.run(program, IMAGES, LABELS, expect=CORRECT)
            self.run(program, LABELS, LABELS, status=1, expect="not pictures of 8x8")
            self.run(program, self.scratch / "nothing", LABELS, status=1, expect="not pictures of 8x8")
            self.run(program, status=2, expect="usage")

    def two_models(self):
        source, program = self.scratch / "two.c", self.scratch / "two"
        source.write_text(TWO_MODELS)
        archives = [self.scratch / "digits_int8.a", self.scratch / "digits_float.a"]
        if self.run(*self.cc, "-std=c99", *WARNINGS, "-I", ROOT / "include", source, *archives, "-o", program):
            self.run(program, expect="digits_int8 digits_float\n")

    def cpp(self):
        program, artifact = self.scratch / "classify-cpp", self.scratch / "digits_int8.so"
        self.run(self.octet, "compile", DIGITS / "digits_int8.tflite", "-o", artifact)
        if self.run(*self.cxx, "-std=c++17", *WARNINGS, "-pthread", "-I", ROOT / "include", EXAMPLES / "embed-cpp" / "classify.cpp",
                    "-L", self.libraries, "-loctet", f"-Wl,-rpath,{self.libraries}", "-o", program):
            for model in (artifact, DIGITS / "digits_int8.tflite", DIGITS / "digits_float.tflite"):
                self.run(program, model, IMAGES, LABELS, expect=CORRECT)
            self.run(program, self.scratch / "nothing.so", IMAGES, LABELS, status=1, expect="nothing.so: No such file")
            self.run(program, LABELS, IMAGES, LABELS, status=1, expect="unknown file format")
            self.run(program, artifact, LABELS, LABELS, status=1, expect="not bytes in MNIST's format")

    def demo(self):
        environment = {**os.environ, "CXX": shlex.join(self.cxx)}
        self.run(DIGITS / "run.sh", self.octet.parents[1], env=environment, expect="0.8477      3  three")
        self.run(DIGITS / "run.sh", status=2, expect="usage")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("octet", type=pathlib.Path, help="in the bin folder of a build")
    parser.add_argument("--cc", default="cc")
    parser.add_argument("--cxx", default="c++")
    parser.add_argument("--flags", default="", help="for both, as the build has them (sanitizers)")
    with tempfile.TemporaryDirectory() as scratch:
        tester = Tester(parser.parse_args(), scratch)
        tester.c()
        tester.two_models()
        tester.cpp()
        tester.demo()
    print("\n".join(failures) or "the examples build and run")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
