#!/usr/bin/env python3
"""Runs the labelled samples of a manifest and compares predictions with TFLite's.

Under `tflite-optimized` integer outputs themselves have to be TFLite's, under both presets its predictions. A float
autoencoder amplifies the rounding of its sums (in whichever order), so of it the score is compared, as its users do.
"""
import argparse
import array
import ctypes
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from check import CODES, difference


class Session:
    """One session of liboctet on an artifact of one input and one output."""

    def __init__(self, library, artifact, output_bytes):
        self.library, self.output = library, ctypes.create_string_buffer(output_bytes)
        handle, self.session = ctypes.c_void_p(), ctypes.c_void_p()
        self.check(library.octet_load(os.fsencode(artifact), ctypes.byref(handle)))
        self.check(library.octet_session_create(handle, 1, ctypes.byref(self.session)))

    def check(self, status):
        if status != 0:
            sys.exit(self.library.octet_last_error().decode())

    def run(self, data):
        inputs = (ctypes.c_char_p * 1)(data)
        outputs = (ctypes.c_void_p * 1)(ctypes.cast(self.output, ctypes.c_void_p))
        self.check(self.library.octet_session_reset(self.session))
        self.check(self.library.octet_session_run(self.session, inputs, outputs))
        return self.output.raw[:len(self.output)]


def largest(data, type_name):
    numbers = array.array(CODES[type_name], data)
    return max(range(len(numbers)), key=lambda i: (numbers[i], -i))


def mean_square(expected, actual):
    pairs = list(zip(array.array("f", expected), array.array("f", actual)))
    return sum((a - b) ** 2 for a, b in pairs) / len(pairs)


def check_set(labelled, entry, folder, session, preset):
    """Messages about samples that are not as TFLite has them."""
    inputs, outputs = ((folder / labelled[part]).read_bytes() for part in ("inputs", "outputs"))
    input_bytes, output_bytes = entry["inputs"][0]["bytes"], entry["outputs"][0]["bytes"]
    type_name, score = entry["outputs"][0]["type"], 0.0
    for i in range(labelled["count"]):
        found = session.run(inputs[i * input_bytes:(i + 1) * input_bytes])
        expected = outputs[i * output_bytes:(i + 1) * output_bytes]
        if type_name == "float32":
            score += mean_square(inputs[i * input_bytes:(i + 1) * input_bytes], found) / labelled["count"]
        elif preset == "tflite-optimized":
            error = difference(found, expected, type_name)
            if error:
                yield f"{labelled['name']}, sample {i}: {error}"
        if "tflite_top1" in labelled and largest(found, type_name) != labelled["tflite_top1"][i]:
            yield f"{labelled['name']}, sample {i}: class {largest(found, type_name)}, TFLite says {labelled['tflite_top1'][i]}"
    if type_name == "float32" and abs(score - labelled["tflite_score"]) > 1e-5 * labelled["tflite_score"]:
        yield f"{labelled['name']}: score {score}, TFLite's is {labelled['tflite_score']}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("octet")
    parser.add_argument("library", help="liboctet.so")
    parser.add_argument("manifest", type=pathlib.Path)
    arguments = parser.parse_args()
    if not arguments.manifest.exists():
        print(f"SKIPPED: {arguments.manifest} is not here")
        return 77
    manifest, folder = json.loads(arguments.manifest.read_text()), arguments.manifest.parent
    models = {entry["name"]: entry for entry in manifest["models"]}
    library = ctypes.CDLL(arguments.library)
    library.octet_last_error.restype = ctypes.c_char_p
    samples, messages = 0, []
    with tempfile.TemporaryDirectory() as scratch:
        for preset in ("tflite-optimized", "tflite"):
            for labelled in manifest["labelled_sets"]:
                entry = models[labelled["model"]]
                artifact = pathlib.Path(scratch) / f"{labelled['name']}.{preset}.so"
                subprocess.run([arguments.octet, "compile", folder / entry["file"], "-o", artifact, "--numerics", preset], check=True)
                session = Session(library, artifact, entry["outputs"][0]["bytes"])
                messages += check_set(labelled, entry, folder, session, preset)
                samples += labelled["count"]
    print(f"{samples} samples, {len(messages)} not as TFLite has them")
    print("".join(f"  {message}\n" for message in messages), end="")
    return 1 if messages else 0


if __name__ == "__main__":
    sys.exit(main())
