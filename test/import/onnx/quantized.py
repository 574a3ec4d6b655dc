"""Quantized networks of one or two layers, in each form that toolkits write."""
import numpy
from onnx import numpy_helper

from model import BOOL, INT8, INT32, UINT8, Model, f32, made, ramp


@made()
def convolution_qdq(bias_scale=None):
    """QuantizeLinear and DequantizeLinear around a convolution with a scale for each filter."""
    model = Model()
    model.input("image", [1, 3, 8, 8])
    x = model.pair("image", "x", 0.5, numpy.uint8(128))
    model.constant("w_codes", ramp(2, 3, 3, 3, type=numpy.int8))
    w = model.dequantize("w_codes", "w", f32(0.5, 0.25), numpy.zeros(2, numpy.int8), axis=0)
    model.constant("b_codes", numpy.array([10, -20], numpy.int32))
    b = model.dequantize("b_codes", "b", f32(0.25, 0.125) if bias_scale is None else bias_scale, numpy.zeros(2, numpy.int32), axis=0)
    y = model.node("Conv", [x, w, b], "sums", kernel_shape=[3, 3], pads=[1, 1, 1, 1], name="block/conv")
    model.pair(model.node("Relu", [y], "activation"), "y", 2, numpy.uint8(0))
    model.output("y", [1, 2, 8, 8])
    return model


@made()
def convolution_with_foreign_bias():
    """The bias has one scale of its own: codes are derived from its numbers again."""
    return convolution_qdq(bias_scale=f32(1, 1))


@made()
def convolution_with_float_bias():
    model = convolution_qdq()
    model.nodes = [node for node in model.nodes if node.output[0] != "b"]
    model.constant("b", f32(2.5, -2.5))
    return model


@made()
def convolution_of_float_weights():
    """Training with quantization leaves float weights, and both operators behind them."""
    model = Model()
    model.input("image", [1, 1, 4, 4])
    x = model.pair("image", "x", 0.5, numpy.int8(0))
    model.constant("w_float", ramp(2, 1, 3, 3) * numpy.float32(0.3))
    codes = model.quantize("w_float", "w_codes", f32(0.5, 0.01), numpy.zeros(2, numpy.int8), axis=0)
    w = model.dequantize(codes, "w", f32(0.5, 0.01), numpy.zeros(2, numpy.int8), axis=0)
    model.pair(model.node("Conv", [x, w], "sums"), "y", 2, numpy.int8(3))
    model.output("y", [1, 2, 2, 2])
    return model


@made()
def convolution_operator():
    """QLinearConv, codes from end to end."""
    model = Model()
    x = model.input("x", [1, 3, 8, 8], UINT8)
    w = model.constant("w", ramp(2, 3, 3, 3, type=numpy.int8))
    b = model.constant("b", numpy.array([10, -20], numpy.int32))
    operands = [x, *model.scale("x", 0.5, numpy.uint8(128)), w, *model.scale("w", f32(0.5, 0.25), numpy.zeros(2, numpy.int8)),
                *model.scale("y", 2, numpy.uint8(3)), b]
    model.node("QLinearConv", operands, "y", pads=[1, 1, 1, 1])
    model.output("y", [1, 2, 8, 8], UINT8)
    return model


@made()
def convolution_of_two_types():
    """Unsigned codes become signed ones."""
    model = convolution_operator()
    for constant in model.constants:
        if constant.name == "y_zero_point":
            constant.CopyFrom(numpy_helper.from_array(numpy.int8(3), "y_zero_point"))
    model.outputs = []
    model.output("y", [1, 2, 8, 8], INT8)
    return model


@made()
def matrix_operator():
    """QLinearMatMul of a stack of matrices by weights with a scale for each column."""
    model = Model()
    a = model.input("a", [1, 4, 8], UINT8)
    b = model.constant("b", ramp(8, 3, type=numpy.int8))
    operands = [a, *model.scale("a", 0.5, numpy.uint8(128)), b, *model.scale("b", f32(0.5, 0.25, 0.125), numpy.zeros(3, numpy.int8)),
                *model.scale("y", 2, numpy.uint8(3))]
    model.node("QLinearMatMul", operands, "y")
    model.output("y", [1, 4, 3], UINT8)
    return model


@made()
def microsoft():
    """The operators of com.microsoft on codes, one behind the other."""
    model = Model(**{"com.microsoft": 1})
    x = model.input("x", [1, 2, 4, 4], UINT8)

    def operands(*names):
        return [operand for name in names for operand in (name, f"{name}_scale", f"{name}_zero_point")]

    def node(kind, inputs, result, scale, zero_point, **attributes):
        model.node(kind, [*inputs, *model.scale(result, scale, numpy.uint8(zero_point))], result, domain="com.microsoft", **attributes)

    model.scale(x, 0.5, numpy.uint8(128))
    node("QLinearAdd", operands(x, x), "sum", 1, 120)
    node("QLinearMul", operands("sum", x), "product", 16, 100)
    node("QLinearLeakyRelu", operands("product"), "leaky", 8, 90, alpha=0.25)
    node("QLinearSigmoid", operands("leaky"), "gate", 1 / 256, 0)
    model.node("QLinearConcat", [*model.scale("both", 8, numpy.uint8(90)), *operands("leaky", "gate")], "both", domain="com.microsoft", axis=1)
    node("QLinearAveragePool", operands("both"), "pooled", 4, 80, kernel_shape=[2, 2], strides=[2, 2])
    node("QLinearGlobalAveragePool", operands("pooled"), "mean", 2, 70, channels_last=0)
    model.node("Flatten", ["mean"], "row")
    model.constant("w", ramp(4, 3, type=numpy.int8))
    model.scale("w", 0.125, numpy.int8(0))
    node("QGemm", ["row", *operands("mean")[1:], *operands("w"), model.constant("b", numpy.array([1, -2, 3], numpy.int32))],
         "dense", 1, 60)
    node("QLinearSoftmax", operands("dense"), "y", 1 / 256, 0, axis=-1, opset=13)
    model.output("y", [1, 3], UINT8)
    return model


@made()
def matrix_integer():
    model = Model()
    a = model.input("a", [4, 8], UINT8)
    b = model.constant("b", ramp(8, 3, type=numpy.int8))
    model.node("MatMulInteger", [a, b, model.constant("a_zero_point", numpy.uint8(7))], "y")
    model.output("y", [4, 3], INT32)
    return model


@made()
def several_consumers():
    """One dequantize that two convolutions and a float operator read."""
    model = Model()
    model.input("image", [1, 2, 4, 4])
    x = model.pair("image", "x", 0.5, numpy.int8(0))
    for name, scale in (("left", 2), ("right", 4)):
        model.constant(f"{name}_codes", ramp(2, 2, 1, 1, type=numpy.int8))
        w = model.dequantize(f"{name}_codes", f"{name}_w", 0.25 / scale, numpy.int8(0))
        model.pair(model.node("Conv", [x, w], name), f"{name}_y", scale, numpy.int8(0))
    model.node("Exp", [x], "real")
    for name in ("left_y", "right_y", "real"):
        model.output(name, [1, 2, 4, 4])
    return model


@made()
def floats_between():
    """A float product between quantized ones, and a convolution whose weights nobody quantized."""
    model = Model()
    model.input("a", [1, 2, 4, 4])
    x = model.pair("a", "x", 0.5, numpy.int8(0))
    model.constant("w_codes", ramp(2, 2, 1, 1, type=numpy.int8))
    w = model.dequantize("w_codes", "w", 0.25, numpy.int8(0))
    y = model.pair(model.node("Conv", [x, w], "quantized", name="quantized"), "y", 2, numpy.int8(0))
    model.constant("w_float", ramp(2, 2, 1, 1))
    z = model.node("Conv", [y, "w_float"], "float_weights", name="float_weights")
    model.node("Conv", [z, w], "float_input", name="float_input")
    model.output("float_input", [1, 2, 4, 4])
    return model


@made()
def choice_of_codes():
    """Codes of the result's scale are chosen as they are, others are made such first."""
    model = Model(**{"com.microsoft": 1})
    condition = model.input("condition", [4, 1], BOOL)
    x, y = model.input("x", [4, 3], UINT8), model.input("y", [1, 3], UINT8)
    scales = [model.scale(name, scale, numpy.uint8(128)) for name, scale in (("x", 0.5), ("y", 0.25), ("z", 0.5))]
    model.node("QLinearWhere", [condition, x, *scales[0], y, *scales[1], *scales[2]], "z", domain="com.microsoft")
    model.output("z", [4, 3], UINT8)
    return model
