#!/usr/bin/env python3
"""Writes the corpus that fuzzing starts from: small models, good ones of many kinds and bad ones."""
import pathlib
import sys

import numpy

import handmade
import hostile_onnx
from handmade import F, array, one, pack

MOST_BYTES = 2048


def good():
    image, codes = ([1, 3, 3, 2], F), ([1, 3, 3, 2], "int8", 0.5, -3)
    unsigned = ([1, 3, 3, 2], "uint8", 0.5, 128)
    window = dict(padding=0, strideH=1, strideW=1)
    pooled = dict(window, filterHeight=2, filterWidth=2)
    yield "convolution", handmade.convolution()
    yield "depthwise", one("DEPTHWISE_CONV_2D", [image, numpy.ones((1, 2, 2, 4), numpy.float32)], [([1, 3, 3, 4], F)], "DepthwiseConv2DOptions",
                           depthMultiplier=2, **window)[0]
    yield "transposed", one("TRANSPOSE_CONV", [array([1, 6, 6, 2]), numpy.ones((2, 2, 2, 2), numpy.float32), image], [([1, 6, 6, 2], F)],
                            "TransposeConvOptions", padding=0, strideH=2, strideW=2)[0]
    yield "dense", one("FULLY_CONNECTED", [([2, 3], F), numpy.ones((4, 3), numpy.float32)], [([2, 4], F)], "FullyConnectedOptions", fusedActivationFunction=1)[0]
    yield "matmul", one("BATCH_MATMUL", [([2, 3], "int8", 0.5, 1), ([3, 4], "int8", 0.25, -1)], [([2, 4], "int8", 1.0, 0)], "BatchMatMulOptions")[0]
    yield "average", one("AVERAGE_POOL_2D", [unsigned], [unsigned], "Pool2DOptions", **pooled)[0]
    yield "maximum", one("MAX_POOL_2D", [codes], [codes], "Pool2DOptions", **pooled)[0]
    yield "add", one("ADD", [unsigned, ([2], "uint8", 0.1, 0)], [unsigned], "AddOptions", fusedActivationFunction=3)[0]
    yield "softmax", one("SOFTMAX", [([2, 5], "int8", 0.1, 3)], [([2, 5], "int8", 1 / 256, -128)], "SoftmaxOptions", beta=1.0)[0]
    yield "mean", one("MEAN", [codes, array([1, 2])], [([1, 2], "int8", 0.5, -3)], "ReducerOptions")[0]
    yield "concatenation", one("CONCATENATION", [codes, codes], [([1, 3, 3, 4], "int8", 0.5, -3)], "ConcatenationOptions", axis=3)[0]
    yield "strided-slice", one("STRIDED_SLICE", [image, *(array(v) for v in ([0, 2, 0, 0], [1, 0, 3, 2], [1, -1, 2, 1]))], [([1, 2, 2, 2], F)],
                               "StridedSliceOptions")[0]
    yield "mirror-pad", one("MIRROR_PAD", [image, array([[0, 0], [1, 2], [0, 1], [0, 0]])], [([1, 6, 4, 2], F)], "MirrorPadOptions")[0]
    yield "resize", one("RESIZE_BILINEAR", [codes, array([5, 4])], [([1, 5, 4, 2], "int8", 0.5, -3)], "ResizeBilinearOptions", halfPixelCenters=True)[0]
    yield "gather", one("GATHER", [image, array([1, 0, 1])], [([1, 3, 3, 2], F)], "GatherOptions", axis=2)[0]
    yield "words", one("LEAKY_RELU", [([7], "int16", 0.01, 0)], [([7], "int16", 0.02, 0)], "LeakyReluOptions", alpha=0.2)[0]
    yield "loop", handmade.loops(2, False)
    yield "sparse", handmade.sparse("good")[1]


def bad():
    wanted = ["weights-scale-zero", "input-shape-overflow", "convolution-stride-zero", "operator-inputs-later", "loops-ring", "sparse-segments-negative",
              "identifier-alone"]
    return [case for case in handmade.cases() if case[0] in wanted]


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "corpus")
    folder.mkdir(exist_ok=True)
    for name, data in [*((name, pack(writer.model)) for name, writer in good()), *(("bad-" + name, data) for name, data in bad())]:
        assert len(data) < MOST_BYTES, (name, len(data))
        (folder / f"{name}.tflite").write_bytes(data)
    for name, data in hostile_onnx.corpus():
        assert len(data) < MOST_BYTES, (name, len(data))
        (folder / f"{name}.onnx").write_bytes(data)


if __name__ == "__main__":
    main()
