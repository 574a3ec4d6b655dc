#!/usr/bin/env python3
"""Compares whole networks with ONNX Runtime 1.30: the files that ../shared/zoo makes, in every form, on several inputs.

- fp32: all outputs within 1e-4 of ONNX Runtime's, relative to the largest.
- qop_u8: what comes before the last DequantizeLinear is equal to the unit, so the outputs are.
- all others: the same first class as ONNX Runtime's float network wherever its own int8 network finds it (BERT has no
  classes), and a signal-to-noise ratio over all inputs against the float network at most 0.5 dB below that of ONNX Runtime's int8.

No convolution or product with constant weights of a quantized form may be left in float.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy

CONTRACTIONS = ("Conv", "ConvTranspose", "Gemm", "MatMul")


def signal_to_noise(actual, wanted):
    noise = numpy.linalg.norm((actual - wanted).astype("f8"))
    return float("inf") if noise == 0 else 20 * numpy.log10(numpy.linalg.norm(wanted.astype("f8")) / noise)


class Networks:
    def __init__(self, arguments):
        self.arguments = arguments
        self.scratch = pathlib.Path(arguments.scratch)
        self.results = {}
        (self.scratch / "ort").mkdir()

    def inputs(self, model, seed):
        """Sentences, some with padding, for BERT; random numbers are good enough for images."""
        if not model.name.startswith("bert"):
            return ["--seed", str(seed)]
        random, length = numpy.random.default_rng(seed), 128
        first, last = random.integers(8, length // 2), random.integers(length // 2, length + 1)
        place = numpy.arange(length)
        tokens = {"input_ids": random.integers(0, 30522, length), "attention_mask": place < last, "token_type_ids": place >= first}
        options = []
        for name, numbers in tokens.items():
            file = self.scratch / f"{name}.{seed}.bin"
            numbers.astype("i8").tofile(file)
            options += ["--input", f"{name}={file}"]
        return options

    def onnx_runtime(self, model, seed):
        key = (model, seed)
        if key not in self.results:
            out = self.scratch / "ort"
            subprocess.run([self.arguments.peer, model, "--runs", "1", "--warmup", "0", "--out", out, *self.inputs(model, seed)],
                           check=True, capture_output=True)
            self.results[key] = numpy.concatenate([numpy.fromfile(file, "f4") for file in sorted(out.iterdir())])
            for file in out.iterdir():
                file.unlink()
        return self.results[key]

    def octet(self, artifact, model, seed):
        out = self.scratch / "octet"
        subprocess.run([self.arguments.octet, "run", artifact, "--output-dir", out, *self.inputs(model, seed)],
                       check=True, capture_output=True)
        names = {port["name"]: i for i, port in enumerate(json.loads((out / "outputs.json").read_text()))}
        return numpy.concatenate([numpy.fromfile(out / f"{names[name]}.bin", "f4") for name in sorted(names)])

    def compile(self, model):
        artifact = self.scratch / "model.so"
        done = subprocess.run([self.arguments.octet, "compile", model, "-o", artifact], capture_output=True, text=True)
        return (artifact, "") if done.returncode == 0 else (None, done.stderr.strip().splitlines()[0])

    def floats_left(self, model):
        report = subprocess.run([self.arguments.octet, "inspect", model, "--json"], check=True, capture_output=True, text=True)
        # Dynamic quantization is of products with constant weights alone.
        may_multiply_floats = model.name.endswith(".dynamic.onnx")
        return [text for text in json.loads(report.stdout)["float_operators"] if text.split()[0] in CONTRACTIONS
                and not (may_multiply_floats and "its operands are floats" in text)]

    def check(self, model):
        """What is wrong with a network, and what to say of it if nothing is."""
        name, form = model.name.removesuffix(".onnx").split(".")
        artifact, message = self.compile(model)
        if not artifact:
            return message, ""
        if not form.startswith("fp32") and (left := self.floats_left(model)):
            return f"{len(left)} contractions in float, the first {left[0]}", ""
        batch = form.removeprefix(form.split("_b8")[0])
        actuals, own, reals, worst = [], [], [], 0
        for seed in range(1, self.arguments.inputs + 1):
            actual, peer = self.octet(artifact, model, seed), self.onnx_runtime(model, seed)
            if form.startswith("qop"):
                if not (actual == peer).all():
                    return f"{(actual != peer).sum()} of {peer.size} outputs differ (seed {seed})", ""
                continue
            if form.startswith("fp32"):
                worst = max(worst, numpy.abs(actual - peer).max() / numpy.abs(peer).max())
                if not worst <= 1e-4:
                    return f"differs by {worst:.2g} of the largest (seed {seed})", ""
                continue
            real = self.onnx_runtime(model.with_name(f"{name}.fp32{batch}.onnx"), seed)
            reals.append(real)
            actuals.append(actual)
            own.append(peer)
            if name != "bert_base" and peer.argmax() == real.argmax() and actual.argmax() != real.argmax():
                return f"another first class (seed {seed})", ""
        if form.startswith("qop"):
            return "", "equal to the unit"
        if form.startswith("fp32"):
            return "", f"within {worst:.1e} of the largest output"
        ratio, peer = (signal_to_noise(numpy.concatenate(of), numpy.concatenate(reals)) for of in (actuals, own))
        text = f"{ratio:.2f} dB, ONNX Runtime {peer:.2f}"
        return (text, "") if ratio < peer - 0.5 else ("", text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("octet")
    parser.add_argument("zoo", type=pathlib.Path, help="the folder with the networks")
    parser.add_argument("--peer", required=True, help="../shared/peers/onnxruntime's program")
    parser.add_argument("--only", default="", help="networks whose name contains this")
    parser.add_argument("--inputs", type=int, default=4)
    arguments = parser.parse_args()
    failures = 0
    with tempfile.TemporaryDirectory() as arguments.scratch:
        networks = Networks(arguments)
        for model in sorted(path for path in arguments.zoo.glob("*.onnx") if arguments.only in path.name):
            wrong, right = networks.check(model)
            failures += bool(wrong)
            print(f"{model.name:36} {'FAILED: ' + wrong if wrong else right}", flush=True)
            networks.results = {key: value for key, value in networks.results.items() if key[0].name.startswith(model.name.split(".")[0])}
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
