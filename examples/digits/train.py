#!/usr/bin/env python3
"""Trains the digits network, quantizes it, and writes all that this folder holds of it.

    digits_float.tflite, digits_int8.tflite   the same network, before and after quantization
    heldout/images.idx3, labels.idx1          360 pictures it has not seen, in MNIST's file format
    heldout/tflite.int8                       with --peer: TFLite's outputs for them, 10 bytes each
    pictures/0.png ... 9.png                  the first ten of them

A few seconds on one thread. The same versions of torch and sklearn write the same bytes again.
"""
import argparse
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

import numpy
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch.nn import functional

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "test" / "models"))
from writer import Writer  # noqa: E402

SEED = 0
EPOCHS = 40

# kind, output channels, kernel, stride; each followed by batch norm and ReLU, and padded as TFLite's SAME.
LAYERS = [("conv", 16, 3, 1), ("depthwise", 16, 3, 1), ("conv", 32, 1, 1), ("depthwise", 32, 3, 2), ("conv", 64, 1, 1)]
CLASSES = 10
SAME, RELU = 0, 1  # as the schema numbers them


def load_split():
    """Training and held-out pictures as bytes, [N, 8, 8, 1]. The first ten held out are the digits 0 to 9."""
    digits = load_digits()
    bytes_of = numpy.rint(digits.images * (255 / 16)).astype(numpy.uint8)[..., numpy.newaxis]
    train, heldout, train_labels, labels = train_test_split(
        bytes_of, digits.target.astype(numpy.uint8), test_size=360, stratify=digits.target, random_state=SEED)
    first = [int(numpy.flatnonzero(labels == digit)[0]) for digit in range(CLASSES)]
    order = first + [i for i in range(len(labels)) if i not in first]
    return train, train_labels, heldout[order], labels[order]


def to_real(pixels):
    """Pixels as the network sees them, in [0, 1]: the background is 0, and so is padding."""
    return torch.from_numpy(pixels.astype(numpy.float32) / 255)


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.convolutions, self.norms = torch.nn.ModuleList(), torch.nn.ModuleList()
        channels = 1
        for kind, outputs, kernel, stride in LAYERS:
            groups = channels if kind == "depthwise" else 1
            self.convolutions.append(torch.nn.Conv2d(channels, outputs, kernel, stride, groups=groups, bias=False))
            self.norms.append(torch.nn.BatchNorm2d(outputs))
            channels = outputs
        self.dense = torch.nn.Linear(4 * 4 * channels, CLASSES)

    def forward(self, pixels):
        """Logits of NHWC pictures."""
        x = pixels.permute(0, 3, 1, 2)
        for convolution, norm in zip(self.convolutions, self.norms):
            x = functional.relu(norm(convolution(pad_same(x, convolution))))
        # Flattened as TFLite's layout does it, channels last.
        return self.dense(x.permute(0, 2, 3, 1).flatten(1))


def pad_same(x, convolution):
    """TFLite pads the smaller half before, the larger after."""
    kernel, stride = convolution.kernel_size[0], convolution.stride[0]
    size = x.shape[-1]
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    before, after = total // 2, total - total // 2
    return functional.pad(x, (before, after, before, after))


def shifted(x):
    """Each picture moved by up to one pixel, so that the network does not learn positions by heart."""
    padded = functional.pad(x, (0, 0, 1, 1, 1, 1))
    offsets = torch.randint(0, 3, (len(x), 2))
    return torch.stack([picture[dy:dy + 8, dx:dx + 8] for picture, (dy, dx) in zip(padded, offsets.tolist())])


def train_network(pixels, labels):
    torch.manual_seed(SEED)
    network = Network()
    x, y = to_real(pixels), torch.from_numpy(labels.astype(numpy.int64))
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(x)).split(64):
            # Smoothed labels keep the scores away from 0 and 1, where int8 could not tell them apart.
            loss = functional.cross_entropy(network(shifted(x[batch])), y[batch], label_smoothing=0.1)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
    return network.eval()


class Layer:
    """A convolution with its batch norm folded in, or the dense layer; weights in TFLite's layout."""

    def __init__(self, name, kind, weights, bias, stride, channel_axis):
        self.name, self.kind, self.stride, self.channel_axis = name, kind, stride, channel_axis
        self.weights = numpy.ascontiguousarray(weights, dtype=numpy.float32)
        self.bias = numpy.asarray(bias, dtype=numpy.float32)


def fold(network):
    layers = []
    for i, (convolution, norm) in enumerate(zip(network.convolutions, network.norms)):
        kind = LAYERS[i][0]
        factor = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        weights = (convolution.weight * factor[:, None, None, None]).detach().numpy()
        bias = (norm.bias - norm.running_mean * factor).detach().numpy()
        # [outputs, inputs, h, w] becomes [outputs, h, w, inputs], or [1, h, w, outputs] for a depthwise one.
        weights = weights.transpose((1, 2, 3, 0) if kind == "depthwise" else (0, 2, 3, 1))
        axis = 3 if kind == "depthwise" else 0
        layers.append(Layer(f"{kind}{i + 1}", kind, weights, bias, convolution.stride[0], axis))
    dense = network.dense
    layers.append(Layer("dense", "dense", dense.weight.detach().numpy(), dense.bias.detach().numpy(), 1, None))
    return layers


def activation_ranges(network, pixels):
    """The largest value after each convolution's ReLU, and the least and largest logit, over the training pictures."""
    largest = []
    with torch.no_grad():
        x = to_real(pixels).permute(0, 3, 1, 2)
        for convolution, norm in zip(network.convolutions, network.norms):
            x = functional.relu(norm(convolution(pad_same(x, convolution))))
            largest.append(float(x.max()))
        logits = network.dense(x.permute(0, 2, 3, 1).flatten(1))
    return [(0.0, value) for value in largest] + [(float(logits.min()), float(logits.max()))]


def affine(low, high):
    """Scale and zero point of int8 codes for [low, high], which must contain 0; 0 has a code of its own."""
    low, high = min(low, 0.0), max(high, 0.0)
    scale = float(numpy.float32((high - low) / 255))
    return {"scale": scale, "zero_point": int(numpy.clip(round(-128 - low / scale), -128, 127))}


def quantized_weights(layer):
    """Codes in -127..127 with zero point 0, and a scale for each output channel, or one for a dense layer."""
    if layer.channel_axis is None:
        largest = numpy.abs(layer.weights).max(keepdims=True)
    else:
        others = tuple(i for i in range(layer.weights.ndim) if i != layer.channel_axis)
        largest = numpy.abs(layer.weights).max(axis=others, keepdims=True)
    scales = (numpy.maximum(largest, 1e-6) / 127).astype(numpy.float32)
    codes = numpy.clip(numpy.rint(layer.weights / scales), -127, 127).astype(numpy.int8)
    return codes, scales.ravel()


class ModelFile:
    """The network as a .tflite file; `ranges` of the activations make it an int8 one."""

    def __init__(self, layers, ranges=None):
        self.is_int8 = ranges is not None
        self.type = "int8" if self.is_int8 else "float32"
        self.writer = Writer("handwritten digits, " + self.type)
        # A pixel p is the code p - 128, and both mean p / 255.
        source = self.input = self.activation("image", [1, 8, 8, 1], 1 / 255, -128)
        size, channels = 8, 1
        for i, layer in enumerate(layers):
            quantization = affine(*ranges[i]) if self.is_int8 else {}
            if layer.kind == "dense":
                source = self.flatten(source, size * size * channels, **(affine(*ranges[i - 1]) if self.is_int8 else {}))
                target = self.activation("logits", [1, CLASSES], **quantization)
                operands = [source, *self.constants(layer, source)]
                self.writer.operator("FULLY_CONNECTED", operands, [target], "FullyConnectedOptions")
            else:
                size, channels = -(-size // layer.stride), len(layer.bias)
                target = self.activation(layer.name, [1, size, size, channels], **quantization)
                self.convolution(layer, source, target)
            source = target
        # The only scale that TFLite has for probabilities of int8.
        self.output = self.activation("scores", [1, CLASSES], 1 / 256, -128)
        self.writer.operator("SOFTMAX", [source], [self.output], "SoftmaxOptions", beta=1.0)

    def activation(self, name, shape, scale=None, zero_point=0):
        index = self.writer.tensor(name, shape, self.type, scale=scale if self.is_int8 else None, zero_point=zero_point)
        # The batch is free: TFLite takes it from a resized input, octet from --batch.
        self.writer.graph.tensors[index].shapeSignature = numpy.array([-1, *shape[1:]], dtype=numpy.int32)
        return index

    def convolution(self, layer, source, target):
        operands = [source, *self.constants(layer, source)]
        common = {"padding": SAME, "strideW": layer.stride, "strideH": layer.stride, "fusedActivationFunction": RELU}
        if layer.kind == "depthwise":
            self.writer.operator("DEPTHWISE_CONV_2D", operands, [target], "DepthwiseConv2DOptions", depthMultiplier=1,
                                 dilationWFactor=1, dilationHFactor=1, **common)
        else:
            self.writer.operator("CONV_2D", operands, [target], "Conv2DOptions", dilationWFactor=1, dilationHFactor=1, **common)

    def flatten(self, source, elements, **quantization):
        target = self.activation("flat", [1, elements], **quantization)
        shape = self.writer.tensor("flat/shape", numpy.array([-1, elements], dtype=numpy.int32))
        self.writer.operator("RESHAPE", [source, shape], [target], "ReshapeOptions", newShape=[-1, elements])
        return target

    def constants(self, layer, source):
        """Weights and bias. An int8 layer's bias counts in units of its accumulator: input scale * weight scale."""
        if not self.is_int8:
            return (self.writer.tensor(layer.name + "/weights", layer.weights), self.writer.tensor(layer.name + "/bias", layer.bias))
        codes, scales = quantized_weights(layer)
        input_scale = self.writer.graph.tensors[source].quantization.scale[0]
        bias_scales = (input_scale * scales).astype(numpy.float32)
        bias = numpy.rint(layer.bias.astype(numpy.float64) / bias_scales).astype(numpy.int32)
        return (self.writer.tensor(layer.name + "/weights", codes, scale=scales, axis=layer.channel_axis or 0),
                self.writer.tensor(layer.name + "/bias", bias, scale=bias_scales))

    def bytes(self):
        return self.writer.finish([self.input], [self.output])


def idx(array):
    """MNIST's format: type, rank and extents, big-endian, then bytes."""
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def png(picture):
    """A grey picture as a file."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width = picture.shape
    rows = b"".join(b"\0" + row.tobytes() for row in picture)  # 0: no filter
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def tflite_outputs(peer, model, pictures):
    """What TFLite's own library answers, a picture at a time."""
    answers = []
    with tempfile.TemporaryDirectory() as scratch:
        source = pathlib.Path(scratch) / "in.bin"
        for picture in pictures:
            source.write_bytes((picture ^ 128).tobytes())
            subprocess.run([peer, "--model", model, "--in", f"0:{source}", "--out", f"{scratch}/out"], check=True, stdout=subprocess.DEVNULL)
            answers.append((pathlib.Path(scratch) / "out0.bin").read_bytes())
    return b"".join(answers)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=pathlib.Path, default=HERE, help="the folder to write to; else this one")
    parser.add_argument("--peer", help="a program that runs TFLite's own library: also writes heldout/tflite.int8")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    pixels, labels, heldout, heldout_labels = load_split()
    network = train_network(pixels, labels)
    with torch.no_grad():
        correct = int((network(to_real(heldout)).argmax(1).numpy() == heldout_labels).sum())
    count = sum(parameter.numel() for parameter in network.parameters())
    print(f"{count} parameters, in float {correct} of {len(heldout)} held-out digits right")

    layers, ranges = fold(network), activation_ranges(network, pixels)
    for folder in ("heldout", "pictures"):
        (arguments.output / folder).mkdir(parents=True, exist_ok=True)
    (arguments.output / "digits_float.tflite").write_bytes(ModelFile(layers).bytes())
    (arguments.output / "digits_int8.tflite").write_bytes(ModelFile(layers, ranges).bytes())
    (arguments.output / "heldout" / "images.idx3").write_bytes(idx(heldout[..., 0]))
    (arguments.output / "heldout" / "labels.idx1").write_bytes(idx(heldout_labels))
    for digit in range(CLASSES):
        (arguments.output / "pictures" / f"{digit}.png").write_bytes(png(heldout[digit, ..., 0]))
    if arguments.peer:
        answers = tflite_outputs(arguments.peer, arguments.output / "digits_int8.tflite", heldout)
        (arguments.output / "heldout" / "tflite.int8").write_bytes(answers)


if __name__ == "__main__":
    main()
