#!/usr/bin/env python3
"""Writes networks of well-known shapes with random weights as TFLite files, to measure on.

Layers, strides, paddings and multiply-accumulates are those of torchvision's networks, the operators those that converters
of such networks write. Trained weights are not needed for that: times depend on shapes and on codes that spread as usual.
Seeds are fixed, and a network's int8 and float files hold the same weights.
"""
import argparse
import collections
import pathlib
import sys
import zlib

import numpy

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "test" / "models"))
from writer import Writer

SAME, VALID = 0, 1
FUSED = {None: 0, "relu": 1, "relu6": 3}

# `sample` are values that a tensor may take, channels by positions; its quantization is chosen from them.
Tensor = collections.namedtuple("Tensor", "index shape sample quantization")


def quantization_of(sample):
    """The scale and zero point of int8 codes that span a sample and zero."""
    low, high = min(sample.min(), 0.0), max(sample.max(), 0.0)
    scale = (high - low) / 255
    return scale, int(round(-128 - low / scale))


def bounded(sample, activation):
    if activation is None:
        return sample
    return numpy.clip(sample, 0, 6 if activation == "relu6" else None)


def pair(value):
    return value if isinstance(value, tuple) else (value, value)


class Network:
    """Adds one layer after the other. A layer takes tensors and returns one; sizes are (height, width) or one number."""

    def __init__(self, name, form, batch):
        self.writer = Writer(name)
        self.is_int8, self.batch, self.count = form == "int8", batch, 0
        self.random = numpy.random.default_rng(zlib.crc32(name.encode()))
        # Weights are scaled so that every product has this distribution, as behind a batch norm: channels have biases.
        self.product = self.random.standard_normal((256, 64)) + self.random.normal(0.3, 0.5, (256, 1))

    def tensor(self, name, shape, sample, quantization=None):
        if not self.is_int8:
            return Tensor(self.writer.tensor(name, shape, "float32"), shape, sample, None)
        quantization = quantization or quantization_of(sample)
        return Tensor(self.writer.tensor(name, shape, "int8", *quantization), shape, sample, quantization)

    def scalar(self, value):
        name = f"constant_{value:.3f}"
        if not self.is_int8:
            return Tensor(self.writer.tensor(name, numpy.array(value, numpy.float32)), [], numpy.array(value), None)
        scale, zero_point = quantization_of(numpy.array(value))
        code = numpy.array(round(value / scale) + zero_point, numpy.int8)
        return Tensor(self.writer.tensor(name, code, scale=scale, zero_point=zero_point), [], numpy.array(value), None)

    def indices(self, values):
        return self.writer.tensor(f"indices_{self.count}", numpy.array(values, numpy.int32))

    def operator(self, kind, inputs, shape, sample, options_type=None, quantization=None, **options):
        self.count += 1
        result = self.tensor(f"{kind.lower()}_{self.count}", shape, sample, quantization)
        self.writer.operator(kind, inputs, [result.index], options_type, **options)
        return result

    def input(self, size):
        return self.tensor("image", [self.batch, size, size, 3], self.random.uniform(-1, 1, (256, 64)))

    # ---- products ------------------------------------------------------------------------------

    def weights(self, x, shape, output_axis, per_channel):
        """Weights and biases that give self.product. Weights sum to 0 for each output, so that the input's mean does not
        become a constant that drowns the image."""
        weights = self.random.standard_normal(shape, numpy.float32)
        axes = tuple(axis for axis in range(len(shape)) if axis != output_axis)
        weights -= weights.mean(axes, keepdims=True)
        weights /= numpy.sqrt(numpy.square(weights).sum(axes, keepdims=True)) * numpy.float32(x.sample.std())
        biases = self.random.normal(0.3, 0.5, shape[output_axis])
        names = f"weights_{self.count}", f"biases_{self.count}"
        if not self.is_int8:
            return self.writer.tensor(names[0], weights), self.writer.tensor(names[1], biases.astype(numpy.float32))
        scale_axes = axes if per_channel else None
        scale = numpy.maximum(weights.max(scale_axes, keepdims=True), -weights.min(scale_axes, keepdims=True)) / 127
        codes = numpy.rint(weights / scale).astype(numpy.int8)
        scale = scale.reshape(-1)
        bias_scale = scale * x.quantization[0]
        bias_codes = numpy.rint(biases / bias_scale).astype(numpy.int32)
        return (self.writer.tensor(names[0], codes, scale=scale, axis=output_axis if per_channel else 0),
                self.writer.tensor(names[1], bias_codes, scale=bias_scale))

    def framed(self, x, window, strides, padding):
        """The input of a sliding window, SAME or VALID, and the size of the result. TFLite's SAME puts the odd row of padding
        behind the image; where a network does otherwise, a PAD operator stands before it."""
        size = x.shape[1:3]
        result = [(n + 2 * p - k) // s + 1 for n, p, k, s in zip(size, padding, window, strides)]
        if padding == (0, 0):
            return x, VALID, result
        same = [-(-n // s) for n, s in zip(size, strides)]
        before = tuple(max((m - 1) * s + k - n, 0) // 2 for m, n, k, s in zip(same, size, window, strides))
        if result == same and padding == before:
            return x, SAME, result
        paddings = self.indices([[0, 0], [padding[0]] * 2, [padding[1]] * 2, [0, 0]])
        shape = [x.shape[0], size[0] + 2 * padding[0], size[1] + 2 * padding[1], x.shape[3]]
        return self.operator("PAD", [x.index, paddings], shape, x.sample, "PadOptions", x.quantization), VALID, result

    def convolution(self, x, channels, window=1, stride=1, padding=0, activation=None, depthwise=False):
        window, strides = pair(window), pair(stride)
        x, border, size = self.framed(x, window, strides, pair(padding))
        options = {"padding": border, "strideH": strides[0], "strideW": strides[1], "dilationHFactor": 1, "dilationWFactor": 1,
                   "fusedActivationFunction": FUSED.get(activation, 0)}
        fused = activation if activation in FUSED else None
        if depthwise:
            weights, biases = self.weights(x, (1, *window, channels), 3, True)
            kind, table, options["depthMultiplier"] = "DEPTHWISE_CONV_2D", "DepthwiseConv2DOptions", 1
        else:
            weights, biases = self.weights(x, (channels, *window, x.shape[3]), 0, True)
            kind, table = "CONV_2D", "Conv2DOptions"
        shape, sample = [x.shape[0], *size, channels], bounded(self.product, fused)
        return self.activated(self.operator(kind, [x.index, weights, biases], shape, sample, table, **options), activation)

    def depthwise(self, x, window, stride, activation):
        return self.convolution(x, x.shape[3], window, stride, window // 2, activation, depthwise=True)

    def dense(self, x, channels, activation=None):
        # One scale for all weights, as most converters write it: older TFLites know no other.
        weights, biases = self.weights(x, (channels, x.shape[1]), 0, False)
        fused = activation if activation in FUSED else None
        result = self.operator("FULLY_CONNECTED", [x.index, weights, biases], [x.shape[0], channels], bounded(self.product, fused),
                               "FullyConnectedOptions", fusedActivationFunction=FUSED.get(activation, 0))
        return self.activated(result, activation)

    # ---- element by element --------------------------------------------------------------------

    def activated(self, x, activation):
        """What TFLite cannot fuse."""
        if activation in FUSED:
            return x
        if activation == "hard_swish":
            return self.operator("HARD_SWISH", [x.index], x.shape, x.sample * numpy.clip(x.sample + 3, 0, 6) / 6, "HardSwishOptions")
        if activation == "silu":
            return self.multiply(x, self.sigmoid(x))
        if activation == "sigmoid":
            return self.sigmoid(x)
        if activation == "hard_sigmoid":
            return self.multiply(self.add(x, self.scalar(3.0), "relu6"), self.scalar(1 / 6))
        raise ValueError(activation)

    def sigmoid(self, x):
        # The quantization is the only one that TFLite takes.
        return self.operator("LOGISTIC", [x.index], x.shape, 1 / (1 + numpy.exp(-x.sample)), quantization=(1 / 256, -128))

    def add(self, x, y, activation=None):
        # Channels are shuffled, since the samples of two products are the same numbers.
        shuffled = self.random.permutation(y.sample) if y.sample.ndim else y.sample
        return self.operator("ADD", [x.index, y.index], x.shape, bounded(x.sample + shuffled, activation), "AddOptions",
                             fusedActivationFunction=FUSED[activation])

    def multiply(self, x, y):
        return self.operator("MUL", [x.index, y.index], x.shape, x.sample * y.sample, "MulOptions")

    # ---- pools and shapes ----------------------------------------------------------------------

    def pool(self, kind, x, window, stride, padding, sample):
        x, border, size = self.framed(x, pair(window), pair(stride), pair(padding))
        return self.operator(kind, [x.index], [x.shape[0], *size, x.shape[3]], sample, "Pool2DOptions", x.quantization, padding=border,
                             strideH=stride, strideW=stride, filterHeight=window, filterWidth=window)

    @staticmethod
    def neighbours(x, window):
        return [numpy.roll(x.sample, i, 1) for i in range(window * window)]

    def max_pool(self, x, window, stride, padding=0):
        """A PAD puts zeros around the image, which change no maximum: all these networks pool what a Relu gave."""
        return self.pool("MAX_POOL_2D", x, window, stride, padding, numpy.max(self.neighbours(x, window), 0))

    def average_pool(self, x, window):
        """Differs from torchvision at the border: with SAME, TFLite does not count the padding."""
        return self.pool("AVERAGE_POOL_2D", x, window, 1, window // 2, numpy.mean(self.neighbours(x, window), 0))

    def mean(self, x, keep_dims=False):
        """Of each channel."""
        shape = [x.shape[0], 1, 1, x.shape[3]] if keep_dims else [x.shape[0], x.shape[3]]
        # Depth has made channels differ more than the sample knows: without this, one code in ten would saturate.
        sample = x.sample.mean(1, keepdims=True)
        sample = numpy.clip(sample + 0.8 * (sample - sample.mean()), x.sample.min(), x.sample.max())
        return self.operator("MEAN", [x.index, self.indices([1, 2])], shape, sample, "ReducerOptions", keepDims=keep_dims)

    def concatenate(self, *parts):
        # TFLite does not rescale int8 here.
        assert all(part.quantization == parts[0].quantization for part in parts)
        shape = [*parts[0].shape[:3], sum(part.shape[3] for part in parts)]
        sample = numpy.concatenate([part.sample for part in parts])
        inputs = [part.index for part in parts]
        return self.operator("CONCATENATION", inputs, shape, sample, "ConcatenationOptions", parts[0].quantization, axis=3)

    def flatten(self, x):
        shape = [x.shape[0], x.shape[1] * x.shape[2] * x.shape[3]]
        inputs = [x.index, self.indices(shape)]
        return self.operator("RESHAPE", inputs, shape, x.sample, "ReshapeOptions", x.quantization, newShape=shape)

    def squeeze_and_excite(self, x, channels, activation, gate):
        squeezed = self.convolution(self.mean(x, keep_dims=True), channels, activation=activation)
        return self.multiply(x, self.convolution(squeezed, x.shape[3], activation=gate))


# ---- the networks ------------------------------------------------------------------------------


def residual_stages(net, x, block, depths, expansion):
    """What ResNets have in common: the first convolution, four stages of blocks, the classifier."""
    x = net.max_pool(net.convolution(x, 64, 7, 2, 3, "relu"), 3, 2, 1)
    for stage, depth in enumerate(depths):
        width = 64 << stage
        for number in range(depth):
            stride = 2 if stage > 0 and number == 0 else 1
            shortcut = x if x.shape[3] == width * expansion else net.convolution(x, width * expansion, 1, stride)
            x = net.add(block(net, x, width, stride), shortcut, "relu")
    return net.dense(net.mean(x), 1000)


def resnet18(net):
    def block(net, x, width, stride):
        return net.convolution(net.convolution(x, width, 3, stride, 1, "relu"), width, 3, 1, 1)
    return residual_stages(net, net.input(224), block, [2, 2, 2, 2], 1)


def resnet50(net):
    def block(net, x, width, stride):
        x = net.convolution(x, width, activation="relu")
        x = net.convolution(x, width, 3, stride, 1, "relu")
        return net.convolution(x, 4 * width)
    return residual_stages(net, net.input(224), block, [3, 4, 6, 3], 4)


def mobilenet_v2(net):
    x = net.convolution(net.input(224), 32, 3, 2, 1, "relu6")
    for expansion, channels, depth, first_stride in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
                                                     (6, 160, 3, 2), (6, 320, 1, 1)]:
        for stride in [first_stride] + [1] * (depth - 1):
            y = x if expansion == 1 else net.convolution(x, expansion * x.shape[3], activation="relu6")
            y = net.convolution(net.depthwise(y, 3, stride, "relu6"), channels)
            x = net.add(x, y) if x.shape == y.shape else y
    return net.dense(net.mean(net.convolution(x, 1280, activation="relu6")), 1000)


def mobilenet_v3_large(net):
    x = net.convolution(net.input(224), 16, 3, 2, 1, "hard_swish")
    # window, channels inside, channels, those of the squeeze or 0, activation, stride
    for window, inner, channels, squeezed, activation, stride in [
            (3, 16, 16, 0, "relu", 1), (3, 64, 24, 0, "relu", 2), (3, 72, 24, 0, "relu", 1), (5, 72, 40, 24, "relu", 2),
            (5, 120, 40, 32, "relu", 1), (5, 120, 40, 32, "relu", 1), (3, 240, 80, 0, "hard_swish", 2), (3, 200, 80, 0, "hard_swish", 1),
            (3, 184, 80, 0, "hard_swish", 1), (3, 184, 80, 0, "hard_swish", 1), (3, 480, 112, 120, "hard_swish", 1),
            (3, 672, 112, 168, "hard_swish", 1), (5, 672, 160, 168, "hard_swish", 2), (5, 960, 160, 240, "hard_swish", 1),
            (5, 960, 160, 240, "hard_swish", 1)]:
        y = x if inner == x.shape[3] else net.convolution(x, inner, activation=activation)
        y = net.depthwise(y, window, stride, activation)
        if squeezed:
            y = net.squeeze_and_excite(y, squeezed, "relu", "hard_sigmoid")
        y = net.convolution(y, channels)
        x = net.add(x, y) if x.shape == y.shape else y
    x = net.mean(net.convolution(x, 960, activation="hard_swish"))
    return net.dense(net.dense(x, 1280, "hard_swish"), 1000)


def efficientnet_b0(net):
    x = net.convolution(net.input(224), 32, 3, 2, 1, "silu")
    for expansion, window, first_stride, channels, depth in [(1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3),
                                                             (6, 5, 1, 112, 3), (6, 5, 2, 192, 4), (6, 3, 1, 320, 1)]:
        for stride in [first_stride] + [1] * (depth - 1):
            y = x if expansion == 1 else net.convolution(x, expansion * x.shape[3], activation="silu")
            y = net.depthwise(y, window, stride, "silu")
            y = net.convolution(net.squeeze_and_excite(y, x.shape[3] // 4, "silu", "sigmoid"), channels)
            x = net.add(x, y) if x.shape == y.shape else y
    return net.dense(net.mean(net.convolution(x, 1280, activation="silu")), 1000)


def squeezenet1_1(net):
    x = net.max_pool(net.convolution(net.input(224), 64, 3, 2, 0, "relu"), 3, 2)
    for number, (squeezed, expanded) in enumerate([(16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256)]):
        x = net.convolution(x, squeezed, activation="relu")
        x = net.concatenate(net.convolution(x, expanded, activation="relu"), net.convolution(x, expanded, 3, 1, 1, "relu"))
        if number in (1, 3):
            x = net.max_pool(x, 3, 2)
    return net.mean(net.convolution(x, 1000, activation="relu"))


def vgg16(net):
    x = net.input(224)
    for channels, depth in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]:
        for _ in range(depth):
            x = net.convolution(x, channels, 3, 1, 1, "relu")
        x = net.max_pool(x, 2, 2)
    return net.dense(net.dense(net.dense(net.flatten(x), 4096, "relu"), 4096, "relu"), 1000)


def inception_v3(net):
    def chain(x, *layers):
        """Convolutions of (channels, window, stride, padding)."""
        for layer in layers:
            x = net.convolution(x, *layer, activation="relu")
        return x

    def row(channels):
        return (channels, (1, 7), 1, (0, 3))

    def column(channels):
        return (channels, (7, 1), 1, (3, 0))

    x = chain(net.input(299), (32, 3, 2), (32, 3), (64, 3, 1, 1))
    x = chain(net.max_pool(x, 3, 2), (80,), (192, 3))
    x = net.max_pool(x, 3, 2)
    for pooled in (32, 64, 64):
        x = net.concatenate(chain(x, (64,)), chain(x, (48,), (64, 5, 1, 2)), chain(x, (64,), (96, 3, 1, 1), (96, 3, 1, 1)),
                            chain(net.average_pool(x, 3), (pooled,)))
    x = net.concatenate(chain(x, (384, 3, 2)), chain(x, (64,), (96, 3, 1, 1), (96, 3, 2)), net.max_pool(x, 3, 2))
    for width in (128, 160, 160, 192):
        x = net.concatenate(chain(x, (192,)), chain(x, (width,), row(width), column(192)),
                            chain(x, (width,), column(width), row(width), column(width), row(192)),
                            chain(net.average_pool(x, 3), (192,)))
    x = net.concatenate(chain(x, (192,), (320, 3, 2)), chain(x, (192,), row(192), column(192), (192, 3, 2)), net.max_pool(x, 3, 2))
    for _ in range(2):
        first, second = chain(x, (384,)), chain(x, (448,), (384, 3, 1, 1))
        # The halves of a branch are joined together with the branches; torchvision joins them before.
        halves = [chain(branch, layer) for branch in (first, second) for layer in [(384, (1, 3), 1, (0, 1)), (384, (3, 1), 1, (1, 0))]]
        x = net.concatenate(chain(x, (320,)), *halves, chain(net.average_pool(x, 3), (192,)))
    return net.dense(net.mean(x), 1000)


NETWORKS = [resnet18, resnet50, mobilenet_v2, mobilenet_v3_large, efficientnet_b0, inception_v3, squeezenet1_1, vgg16]


def write(folder, build, form, batch=1):
    """Returns the file's path."""
    net = Network(build.__name__, form, batch)
    result = build(net)
    path = folder / f"{build.__name__}.{form}{'' if batch == 1 else f'_b{batch}'}.tflite"
    # The image is the first tensor of the file.
    path.write_bytes(net.writer.finish([0], [result.index]))
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path, help="where NAME.FORM.tflite go, with _bN behind for a batch of N")
    parser.add_argument("names", nargs="*", metavar="name", help="all without: " + ", ".join(build.__name__ for build in NETWORKS))
    parser.add_argument("--form", choices=["int8", "float"], default="int8",
                        help="int8: weights with a scale per channel, activations with a zero point")
    parser.add_argument("--batch", type=int, default=1)
    arguments = parser.parse_args()
    known = {build.__name__: build for build in NETWORKS}
    unknown = [name for name in arguments.names if name not in known]
    if unknown:
        parser.error("no network " + ", ".join(unknown))
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name in arguments.names or known:
        write(arguments.folder, known[name], arguments.form, arguments.batch)


if __name__ == "__main__":
    main()
