"""Writes small models for the tests of the command line: make.py NAME FILE."""
import pathlib
import sys

import numpy

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "models"))
from writer import Writer


def convolution():
    """int8 1x8x8x3 "image" to 1x8x8x4 "result"."""
    model = Writer("one convolution")
    image = model.tensor("image", [1, 8, 8, 3], "int8", scale=0.5, zero_point=-1)
    weights = (numpy.arange(4 * 3 * 3 * 3) % 23 - 11).astype(numpy.int8).reshape(4, 3, 3, 3)
    filters = model.tensor("filters", weights, scale=[0.01, 0.02, 0.03, 0.04])
    bias = model.tensor("bias", numpy.array([10, -20, 30, -40], numpy.int32), scale=[0.005, 0.01, 0.015, 0.02])
    result = model.tensor("result", [1, 8, 8, 4], "int8", scale=0.25, zero_point=3)
    model.operator("CONV_2D", [image, filters, bias], [result], "Conv2DOptions", strideW=1, strideH=1,
                   dilationWFactor=1, dilationHFactor=1, fusedActivationFunction=1)
    return model.finish([image], [result])


def sum_of_floats():
    """Two float inputs, "left" and "right"."""
    model = Writer("one sum")
    left, right, result = (model.tensor(name, [1, 4], "float32") for name in ("left", "right", "result"))
    model.operator("ADD", [left, right], [result], "AddOptions")
    return model.finish([left, right], [result])


def broken_operator():
    """A convolution whose filters are deeper than its image has channels."""
    model = Writer("a convolution that does not fit")
    image = model.tensor("image", [1, 8, 8, 3], "int8", scale=0.5)
    filters = model.tensor("filters", numpy.zeros((4, 3, 3, 5), numpy.int8), scale=0.01)
    result = model.tensor("block1/conv", [1, 8, 8, 4], "int8", scale=0.25)
    model.operator("CONV_2D", [image, filters, -1], [result], "Conv2DOptions", strideW=1, strideH=1,
                   dilationWFactor=1, dilationHFactor=1)
    return model.finish([image], [result])


pathlib.Path(sys.argv[2]).write_bytes(globals()[sys.argv[1]]())
