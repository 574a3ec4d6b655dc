"""Writes small models for the tests of the importers: make.py NAME FILE."""
import pathlib
import sys

import flatbuffers
import numpy

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "models"))
from writer import Writer, schema

WINDOW = {"strideW": 1, "strideH": 1}
SAME, VALID = 0, 1
RELU6 = 3


def codes(*shape):
    return (numpy.arange(numpy.prod(shape)) % 23 - 11).astype(numpy.int8).reshape(shape)


def int8(model, name, shape, scale=0.5, zero_point=-1):
    return model.tensor(name, shape, "int8", scale=scale, zero_point=zero_point)


def convolution():
    """Per-channel filters, SAME padding of an even image under stride 2, a fused Relu6."""
    model = Writer("convolution")
    image, result = int8(model, "image", [1, 8, 8, 3]), int8(model, "features/Relu6", [1, 4, 4, 2], 0.25, 3)
    filters = model.tensor("filters", codes(2, 3, 3, 3), scale=[0.5, 0.25])
    bias = model.tensor("bias", numpy.array([10, -20], numpy.int32), scale=[0.25, 0.125])
    model.operator("CONV_2D", [image, filters, bias], [result], "Conv2DOptions", padding=SAME, strideW=2, strideH=2,
                   dilationWFactor=1, dilationHFactor=1, fusedActivationFunction=RELU6)
    return model.finish([image], [result])


def depthwise():
    model = Writer("depthwise")
    image, result = int8(model, "image", [1, 8, 8, 4]), int8(model, "result", [1, 6, 6, 4])
    filters = model.tensor("filters", codes(1, 3, 3, 4), scale=[0.5, 0.25, 0.125, 0.0625], axis=3)
    model.operator("DEPTHWISE_CONV_2D", [image, filters, -1], [result], "DepthwiseConv2DOptions", padding=VALID,
                   depthMultiplier=1, dilationWFactor=1, dilationHFactor=1, **WINDOW)
    return model.finish([image], [result])


def dense():
    """An image flattened by the operator, and two rows kept apart by keep_num_dims."""
    model = Writer("dense")
    image, result = int8(model, "image", [1, 2, 2, 3]), int8(model, "result", [1, 1, 1, 5])
    weights = model.tensor("weights", codes(5, 3), scale=0.25)
    flat = int8(model, "flat", [1, 2])
    more = model.tensor("more", codes(2, 12), scale=0.25)
    model.operator("FULLY_CONNECTED", [image, more, -1], [flat], "FullyConnectedOptions")
    kept = int8(model, "kept", [1, 2, 2, 5])
    model.operator("FULLY_CONNECTED", [image, weights, -1], [kept], "FullyConnectedOptions", keepNumDims=True)
    return model.finish([image], [flat, kept])


def hybrid_dense():
    """Float activations and int8 weights: TFLite quantizes each row as it comes."""
    model = Writer("hybrid")
    x, y = model.tensor("x", [2, 4], "float32"), model.tensor("y", [2, 3], "float32")
    weights = model.tensor("weights", codes(3, 4), scale=0.25)
    model.operator("FULLY_CONNECTED", [x, weights, -1], [y], "FullyConnectedOptions")
    return model.finish([x], [y])


def hybrid_convolution():
    """Float images, a scale for each filter: TFLite quantizes each image with a zero point."""
    model = Writer("hybrid")
    image, result = model.tensor("image", [2, 8, 8, 3], "float32"), model.tensor("result", [2, 6, 6, 2], "float32")
    filters = model.tensor("filters", codes(2, 3, 3, 3), scale=[0.5, 0.25])
    model.operator("CONV_2D", [image, filters, -1], [result], "Conv2DOptions", padding=VALID, dilationWFactor=1,
                   dilationHFactor=1, **WINDOW)
    return model.finish([image], [result])


def hybrid_depthwise_of_one_scale():
    model = Writer("hybrid")
    image, result = model.tensor("image", [1, 8, 8, 4], "float32"), model.tensor("result", [1, 6, 6, 4], "float32")
    filters = model.tensor("filters", codes(1, 3, 3, 4), scale=0.5)
    model.operator("DEPTHWISE_CONV_2D", [image, filters, -1], [result], "DepthwiseConv2DOptions", padding=VALID,
                   depthMultiplier=1, dilationWFactor=1, dilationHFactor=1, **WINDOW)
    return model.finish([image], [result])


def words():
    """int16 activations: sums of 64 bits with their scales beside them."""
    model = Writer("16x8")
    x, y = model.tensor("x", [1, 4], "int16", scale=0.5), model.tensor("y", [1, 3], "int16", scale=0.25)
    weights = model.tensor("weights", codes(3, 4), scale=0.25)
    model.operator("FULLY_CONNECTED", [x, weights, -1], [y], "FullyConnectedOptions")
    return model.finish([x], [y])


def numerics():
    """Operators whose arithmetic differs between TFLite's kernels."""
    model = Writer("numerics")
    x = int8(model, "x", [1, 4])
    weights = model.tensor("weights", codes(4, 4), scale=0.25)
    product, share = int8(model, "product", [1, 4]), int8(model, "share", [1, 4], 1 / 256, -128)
    gate = int8(model, "gate", [1, 4], 1 / 256, -128)
    model.operator("FULLY_CONNECTED", [x, weights, -1], [product], "FullyConnectedOptions")
    model.operator("SOFTMAX", [product], [share], "SoftmaxOptions", beta=1.0)
    model.operator("LOGISTIC", [product], [gate])
    return model.finish([x], [share, gate])


def shapes():
    """Reshapes and their kin in one chain, with constants as operands."""
    model = Writer("shapes")
    x = int8(model, "x", [1, 4, 4, 2])
    axes = model.tensor("axes", numpy.array([0, 2, 1, 3], numpy.int32))
    begin, size = (model.tensor(n, numpy.array(v, numpy.int32)) for n, v in (("begin", [0, 1, 0, 0]), ("size", [1, -1, 2, 2])))
    paddings = model.tensor("paddings", numpy.array([[0, 0], [1, 0], [0, 1], [0, 0]], numpy.int32))
    turned, cut, padded = int8(model, "turned", [1, 4, 4, 2]), int8(model, "cut", [1, 3, 2, 2]), int8(model, "padded", [1, 4, 3, 2])
    joined, flat = int8(model, "joined", [1, 4, 6, 2]), int8(model, "flat", [1, 48])
    model.operator("TRANSPOSE", [x, axes], [turned])
    model.operator("SLICE", [turned, begin, size], [cut])
    model.operator("PAD", [cut, paddings], [padded])
    model.operator("CONCATENATION", [padded, padded], [joined], "ConcatenationOptions", axis=2)
    model.operator("RESHAPE", [joined], [flat], "ReshapeOptions", newShape=[1, -1])
    return model.finish([x], [flat])


def concatenation_of_scales():
    model = Writer("two scales")
    x, y, z = int8(model, "x", [1, 2]), int8(model, "y", [1, 2], 0.25, 7), int8(model, "z", [1, 4])
    model.operator("CONCATENATION", [x, y], [z], "ConcatenationOptions", axis=1)
    return model.finish([x, y], [z])


def nibbles():
    """int4 weights, two in a byte, the lower half first."""
    model = Writer("int4")
    x, y = int8(model, "x", [1, 4]), int8(model, "y", [1, 1])
    weights = model.tensor("weights", numpy.zeros((1, 4), numpy.int8), "int4", scale=0.25, data=bytes([0x21, 0xF8]))
    model.operator("FULLY_CONNECTED", [x, weights, -1], [y], "FullyConnectedOptions")
    return model.finish([x], [y])


def variable():
    """An SVDF, whose state is a variable tensor."""
    model = Writer("svdf")
    x, y = model.tensor("x", [1, 3], "float32"), model.tensor("y", [1, 2], "float32")
    feature = model.tensor("feature", numpy.ones((2, 3), numpy.float32))
    time = model.tensor("time", numpy.ones((2, 4), numpy.float32))
    state = model.tensor("state", [1, 8], "float32", variable=True)
    model.operator("SVDF", [x, feature, time, -1, state], [y], "SVDFOptions", rank=1)
    return model.finish([x], [y])


def unsupported():
    """Three operators that octet has not, around one that it has, and a parameter that it has not."""
    model = Writer("unsupported")
    x = model.tensor("x", [1, 4], "float32")
    first, second, third, last = (model.tensor(n, [1, 4], "float32") for n in ("spectrum", "sum", "unique/values", "last"))
    model.operator("RFFT2D", [x, x], [first])
    model.operator("ADD", [x, x], [second], "AddOptions")
    model.operator("UNIQUE", [second], [third])
    operator = model.operator("CUSTOM", [third], [last])
    model.model.operatorCodes[operator.opcodeIndex].customCode = "MyOperator"
    return model.finish([x], [last])


def unsupported_activation():
    model = Writer("fused tanh")
    x, y = model.tensor("x", [1, 4], "float32"), model.tensor("block/tanh", [1, 4], "float32")
    model.operator("ADD", [x, x], [y], "AddOptions", fusedActivationFunction=4)
    return model.finish([x], [y])


def first_causes():
    """Two operators at fault; what follows from them is not told."""
    model = Writer("two faults")
    x = model.tensor("x", [1, 4], "float32")
    a, b, c = (model.tensor(n, [1, 4], "float32") for n in ("first", "follows", "second"))
    axis = model.tensor("axis", numpy.array([0, 7], numpy.int32))
    model.operator("ADD", [x, x], [a], "AddOptions", fusedActivationFunction=4)
    model.operator("ADD", [a, x], [b], "AddOptions")
    model.operator("TRANSPOSE", [x, axis], [c])
    return model.finish([x], [b, c])


def missing_constant():
    model = Writer("weights that are not there")
    x, y = int8(model, "x", [1, 4]), int8(model, "y", [1, 2])
    weights = int8(model, "weights", [2, 4])
    model.operator("FULLY_CONNECTED", [x, weights, -1], [y], "FullyConnectedOptions")
    return model.finish([x], [y])


def short_buffer():
    model = Writer("short")
    x, y = int8(model, "x", [1, 4]), int8(model, "y", [1, 2])
    weights = model.tensor("dense/weights", codes(2, 4), scale=0.25, data=bytes(7))
    model.operator("FULLY_CONNECTED", [x, weights, -1], [y], "FullyConnectedOptions")
    return model.finish([x], [y])


def zero_scale():
    model = Writer("a scale of zero")
    x, y = int8(model, "x", [1, 4], 0.0), int8(model, "y", [1, 4])
    model.operator("ADD", [x, x], [y], "AddOptions")
    return model.finish([x], [y])


def wild_index():
    model = Writer("a tensor that is not there")
    x, y = int8(model, "x", [1, 4]), int8(model, "y", [1, 4])
    model.operator("ADD", [x, 99], [y], "AddOptions")
    return model.finish([x], [y])


def cycle():
    model = Writer("an operator that reads what it makes")
    x, y = int8(model, "x", [1, 4]), int8(model, "y", [1, 4])
    model.operator("ADD", [x, y], [y], "AddOptions")
    return model.finish([x], [y])



def large_fill():
    model = Writer("a number repeated without end")
    shape = model.tensor("shape", numpy.array([65536, 65536], numpy.int32))
    value = model.tensor("value", numpy.array(1, numpy.float32))
    filled = model.tensor("filled", [1], "float32")
    model.operator("FILL", [shape, value], [filled])
    return model.finish([], [filled])


def large_input():
    model = Writer("an image of 4.8 GB")
    x, y = int8(model, "photo", [1, 40000, 40000, 3]), int8(model, "y", [1, 40000, 40000, 3])
    model.operator("ABS", [x], [y])
    return model.finish([x], [y])


def nan_slope():
    model = Writer("a slope that is no number")
    x, y = int8(model, "x", [4]), int8(model, "y", [4])
    model.operator("LEAKY_RELU", [x], [y], "LeakyReluOptions", alpha=float("nan"))
    return model.finish([x], [y])


def negative_beta():
    model = Writer("a softmax that prefers the least")
    x, y = int8(model, "x", [1, 4]), int8(model, "y", [1, 4], 1 / 256, -128)
    model.operator("SOFTMAX", [x], [y], "SoftmaxOptions", beta=-1.0)
    return model.finish([x], [y])


def scales_apart():
    model = Writer("a product that no int8 can hold")
    x, y = int8(model, "x", [4], 1e38), int8(model, "y", [4], 1e-38)
    model.operator("MUL", [x, x], [y], "MulOptions")
    return model.finish([x], [y])


def scalar_softmax():
    model = Writer("a softmax that only the verifier refuses")
    x, y = model.tensor("x", [], "float32"), model.tensor("y", [], "float32")
    model.operator("SOFTMAX", [x], [y], "SoftmaxOptions", beta=1.0)
    return model.finish([x], [y])


def nested_loops(depth, doubled):
    """Graph k loops over graph k + 1; doubled, in its condition too, which makes 2^depth copies of the last."""
    model = Writer("loops inside each other")
    graphs = []
    for k in range(depth + 1):
        model.graph = schema.SubGraphT()
        model.graph.tensors, model.graph.operators = [], []
        x, y = model.tensor("x", [], "bool"), model.tensor(f"loop{k}", [], "bool")
        if k < depth:
            model.operator("WHILE", [x], [y], "WhileOptions", condSubgraphIndex=k + 1 if doubled else depth, bodySubgraphIndex=k + 1)
        else:
            model.operator("LOGICAL_NOT", [x], [y])
        model.finish([x], [y])
        graphs.append(model.graph)
    model.model.subgraphs = graphs
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def deep_loops():
    return nested_loops(100, False)


def doubling_loops():
    return nested_loops(30, True)


def long_expression():
    """Twenty thousand operators that all follow from one code."""
    model = Writer("long")
    codes = first = model.tensor("x", [1, 8], "int8", scale=0.05, zero_point=0)
    for i in range(20000):
        result = model.tensor(f"t{i}", [1, 8], "int8", scale=1 / 256, zero_point=-128)
        model.operator("LOGISTIC", [codes], [result])
        codes = result
    return model.finish([first], [codes])


def svdf_without_state():
    model = Writer("svdf")
    x, y = model.tensor("x", [1, 3], "float32"), model.tensor("y", [1, 2], "float32")
    feature = model.tensor("feature", numpy.ones((2, 3), numpy.float32))
    time = model.tensor("time", numpy.ones((2, 4), numpy.float32))
    model.operator("SVDF", [x, feature, time, -1, -1], [y], "SVDFOptions", rank=1)
    return model.finish([x], [y])


pathlib.Path(sys.argv[2]).write_bytes(globals()[sys.argv[1]]())
