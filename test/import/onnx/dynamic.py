"""Scales that running the model gives, and weights whose blocks have scales."""
import numpy

from model import INT4, INT8, INT32, UINT8, UINT4, Model, f32, made, ramp, raw_tensor


def ranges(model, x):
    return model.node("DynamicQuantizeLinear", [x], [f"{x}_codes", f"{x}_scale", f"{x}_zero_point"])


@made()
def dynamic_matrices():
    """Three products of one quantized tensor, as attention has them, each with its scales and its bias."""
    model = Model()
    codes, scale, zero_point = ranges(model, model.input("x", [1, 4, 8]))
    for i, name in enumerate(("query", "key", "value")):
        model.constant(f"{name}_w", ramp(8, 3, type=numpy.int8) + numpy.int8(i))
        model.node("MatMulInteger", [codes, f"{name}_w", zero_point], f"{name}_sums")
        model.node("Cast", [f"{name}_sums"], f"{name}_float", to=1)
        model.node("Mul", [scale, model.constant(f"{name}_w_scale", f32(0.5, 0.25, 0.125))], f"{name}_scale")
        model.node("Mul", [f"{name}_float", f"{name}_scale"], f"{name}_product")
        model.node("Add", [f"{name}_product", model.constant(f"{name}_bias", f32(1, 2, 3))], name)
        model.output(name, [1, 4, 3])
    return model


@made()
def dynamic_convolution(pads=(0, 0, 0, 0)):
    model = Model()
    codes, scale, zero_point = ranges(model, model.input("x", [1, 2, 5, 5]))
    w = model.constant("w", numpy.arange(90, 126, dtype=numpy.uint8).reshape(2, 2, 3, 3))
    model.node("ConvInteger", [codes, w, zero_point, model.constant("w_zero_point", numpy.uint8(100))], "y", pads=pads)
    model.output("y", None, INT32)
    return model


@made()
def dynamic_convolution_padded():
    return dynamic_convolution((1, 1, 1, 1))


@made()
def dynamic_operands():
    """Both factors are quantized while the model runs, and one is signed."""
    model = Model()
    a = ranges(model, model.input("a", [2, 4, 8]))
    b, zero_point = model.input("b", [8, 3], INT8), model.input("b_zero_point", [3], INT8)
    model.node("MatMulInteger", [a[0], b, a[2], zero_point], "y")
    model.output("y", [2, 4, 3], INT32)
    return model


@made()
def dynamic_microsoft():
    model = Model(**{"com.microsoft": 1})
    x = model.input("x", [4, 8])
    w, scale, zero_point = model.constant("w", ramp(8, 3, type=numpy.int8)), *model.scale("w", f32(0.5), numpy.int8(1))
    bias = model.constant("bias", f32(1, 2, 3))
    model.node("DynamicQuantizeMatMul", [x, w, scale, zero_point, bias], "y", domain="com.microsoft")
    codes = ranges(model, x)
    model.node("MatMulIntegerToFloat", [codes[0], w, codes[1], scale, codes[2], zero_point, bias], "z", domain="com.microsoft")
    model.output("y", [4, 3])
    model.output("z", [4, 3])
    return model


@made()
def scales_of_activations():
    """A scale for each channel of an activation, then one that is an input."""
    model = Model()
    x, scale = model.input("x", [1, 3, 4]), model.input("scale", [])
    channels = model.scale("channels", f32(0.5, 0.25, 0.125), numpy.array([1, 2, 3], numpy.uint8))
    model.node("QuantizeLinear", [x, *channels], "codes", axis=1)
    model.node("DequantizeLinear", ["codes", *channels], "reals", axis=1)
    model.node("QuantizeLinear", ["reals", scale, model.constant("zero", numpy.int8(-3))], "y")
    model.output("y", [1, 3, 4], INT8)
    return model


@made("stated", "initializer", "constant")
def codes_of_four_bits(form):
    """The type of the codes is an attribute, or that of the zero point."""
    model = Model(21)
    operands = [model.input("x", [4]), model.constant("scale", f32(1)[0])]
    zero_point = raw_tensor(INT4, [], bytes([0x0F]))
    if form == "initializer":
        operands.append(model.constant("zero_point", zero_point))
    if form == "constant":
        operands.append(model.node("Constant", [], "zero_point", value=zero_point))
    model.node("QuantizeLinear", operands, "y", **({"output_dtype": UINT4} if form == "stated" else {}))
    model.node("DequantizeLinear", ["y", *operands[1:]], "z")
    model.output("z", [4])
    return model


@made()
def scales_of_blocks():
    """What has no matrix product behind it is floats."""
    model = Model(21)
    model.constant("codes", ramp(2, 4, type=numpy.int8))
    model.constant("scales", f32(1, 2, 3, 4).reshape(2, 2))
    model.node("DequantizeLinear", ["codes", "scales"], "y", block_size=2, axis=1)
    model.output("y", [2, 4])
    return model


@made()
def nibbles_of_blocks():
    """Weights [K, N] of 4 bits with a scale and a zero point for 16 rows."""
    model = Model(21)
    x = model.input("x", [2, 3, 32])
    model.constant("codes", raw_tensor(INT4, [32, 2], bytes(range(32))))
    model.constant("scales", f32(1, 2, 3, 4).reshape(2, 2))
    model.constant("zero_points", raw_tensor(INT4, [2, 2], bytes([0x21, 0x43])))
    model.node("DequantizeLinear", ["codes", "scales", "zero_points"], "w", block_size=16, axis=0)
    model.node("MatMul", [x, "w"], "y")
    model.output("y", [2, 3, 2])
    return model


@made()
def bits(zero_points=True, bias=True, **attributes):
    """com.microsoft.MatMulNBits, whose last block of 16 has 8 inputs."""
    model = Model(**{"com.microsoft": 1})
    x = model.input("x", [3, 40])
    operands = [x, model.constant("codes", numpy.arange(48, dtype=numpy.uint8).reshape(2, 3, 8)),
                model.constant("scales", f32(1, 2, 3, 4, 5, 6)),
                model.constant("zero_points", numpy.array([0x21, 0x3, 0x54, 0x6], numpy.uint8)) if zero_points else "",
                "", model.constant("bias", f32(1, 2)) if bias else ""]
    model.node("MatMulNBits", operands, "y", domain="com.microsoft", **{"K": 40, "N": 2, "bits": 4, "block_size": 16, **attributes})
    model.output("y", [3, 2])
    return model


@made()
def bits_without_zero_points():
    return bits(zero_points=False, bias=False)


@made()
def bits_too_few():
    return bits(K=48, N=3)


@made()
def bits_of_two():
    return bits(bits=2)
