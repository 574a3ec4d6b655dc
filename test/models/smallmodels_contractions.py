"""Small models of convolutions, dense layers and matrix products, in every scheme of quantization."""
import numpy

from smallmodel import F32, I32, I64, NONE, RELU, RELU6, RELU_N1_TO_1, SAME, VALID, Model, Type, quantized

# int8: a scale per channel; int8_tensor: one for all. int16: 16-bit activations, 8-bit weights, 64-bit bias.
SCHEMES = ("float", "uint8", "int8", "int8_tensor", "int16")
# The reference program reads one scale of a dense layer's weights.
DENSE_SCHEMES = ("float", "uint8", "int8_tensor", "int16_tensor")


def weights_of(model, scheme, shape, axis, depth):
    if scheme == "float":
        return model.constant(F32, model.random.normal(0, 1 / numpy.sqrt(depth), shape))
    if scheme == "uint8":
        return model.constant(quantized("uint8", 0.0123, 121), model.draw(Type("uint8"), shape))
    codes = model.draw(Type("int8"), shape)
    if scheme.endswith("tensor"):
        return model.constant(quantized("int8", 0.0123), codes)
    scales = model.random.uniform(0.004, 0.02, shape[axis])
    return model.constant(Type("int8", scales, 0), codes, axis=axis)


def contraction(model, scheme, shape, filter_shape, axis, depth, has_bias=True, low=None, high=None):
    """(input, weights, bias, type of the output): the output's scale lets a few per cent of the results saturate."""
    weights = weights_of(model, scheme, filter_shape, axis, depth)
    channels = filter_shape[axis]
    if scheme == "float":
        bias = model.constant(F32, model.random.uniform(-1, 1, channels)) if has_bias else -1
        return model.input(F32, shape), weights, bias, F32
    storage = scheme.split("_")[0]
    x = {"uint8": quantized("uint8", 0.0512, 131), "int8": quantized("int8", 0.0512, -9), "int16": quantized("int16", 0.000301)}[storage]
    spread = (19000 if storage == "int16" else 74) * 73 * numpy.sqrt(depth)
    scale = numpy.mean(model.types[weights].scale) * x.scale * spread
    y = {"uint8": quantized("uint8", scale / 55, 101), "int8": quantized("int8", scale / 55, 17), "int16": quantized("int16", scale / 14000)}[storage]
    bias = -1
    if has_bias:
        values = model.random.randint(-int(spread), int(spread), channels)
        bias_type = (I64 if storage == "int16" else I32)
        scales = numpy.float32(x.scale) * numpy.float32(model.types[weights].scale)
        bias = model.constant(Type(bias_type.name, scales, 0), values)
    return model.input(x, shape, low=low, high=high), weights, bias, y


def present(*operands):
    """Operands without a trailing absent one."""
    return list(operands[:-1] if operands[-1] < 0 else operands)


#           name            input           filter (out, h, w)  padding strides dilations activation
CONVOLUTIONS = [
    ("valid",             [1, 6, 7, 3],   (5, 3, 3),  VALID, (1, 1), (1, 1), NONE),
    ("same_relu6",        [1, 7, 6, 5],   (7, 3, 3),  SAME,  (1, 1), (1, 1), RELU6),
    ("same_stride2_relu", [2, 7, 8, 4],   (8, 3, 3),  SAME,  (2, 2), (1, 1), RELU),
    ("strides_differ",    [1, 9, 8, 2],   (3, 5, 2),  SAME,  (3, 1), (1, 1), NONE),
    ("dilation",          [1, 9, 10, 3],  (4, 3, 3),  SAME,  (1, 1), (2, 3), NONE),
    ("dilation_valid",    [1, 9, 8, 2],   (4, 3, 2),  VALID, (1, 1), (2, 2), RELU_N1_TO_1),
    ("pointwise",         [1, 5, 5, 33],  (17, 1, 1), VALID, (1, 1), (1, 1), NONE),
    ("pointwise_stride2", [1, 5, 5, 16],  (16, 1, 1), SAME,  (2, 2), (1, 1), RELU),
    ("one_channel",       [1, 4, 4, 1],   (1, 2, 2),  SAME,  (1, 1), (1, 1), NONE),
    ("deep",              [1, 4, 3, 67],  (5, 3, 1),  SAME,  (1, 1), (1, 1), NONE),
]


def convolutions():
    for scheme in SCHEMES:
        for name, shape, (units, height, width), padding, strides, dilations, activation in CONVOLUTIONS:
            model = Model(f"conv2d_{scheme}_{name}")
            x, w, bias, y = contraction(model, scheme, shape, (units, height, width, shape[3]), 0, height * width * shape[3])
            model.apply("CONV_2D", [x, w, bias], y, "Conv2DOptions", padding=padding, strideH=strides[0], strideW=strides[1],
                        dilationHFactor=dilations[0], dilationWFactor=dilations[1], fusedActivationFunction=activation)
            yield model
#           name            input           window  multiplier padding strides dilations activation bias
DEPTHWISE = [
    ("same",              [1, 6, 7, 5],   (3, 3), 1, SAME,  (1, 1), (1, 1), NONE, True),
    ("valid_stride2",     [2, 7, 8, 8],   (3, 3), 1, VALID, (2, 2), (1, 1), RELU6, True),
    ("multiplier2",       [1, 5, 6, 3],   (3, 3), 2, SAME,  (1, 1), (1, 1), RELU, True),
    ("one_to_many",       [1, 9, 4, 1],   (5, 4), 8, SAME,  (2, 2), (1, 1), NONE, True),
    ("dilation",          [1, 8, 9, 19],  (3, 3), 1, SAME,  (1, 1), (2, 2), NONE, True),
    ("wide_window",       [1, 8, 8, 3],   (5, 7), 1, SAME,  (1, 1), (1, 1), NONE, True),
    ("pointwise",         [1, 4, 4, 33],  (1, 1), 1, VALID, (1, 1), (1, 1), NONE, True),
    ("no_bias",           [1, 4, 4, 7],   (2, 2), 3, VALID, (1, 1), (1, 1), RELU_N1_TO_1, False),
]


def depthwise():
    for scheme in SCHEMES:
        for name, shape, window, multiplier, padding, strides, dilations, activation, has_bias in DEPTHWISE:
            model = Model(f"depthwise_{scheme}_{name}")
            filter_shape = (1, *window, shape[3] * multiplier)
            # The reference program needs a bias, but for 16 bits.
            has_bias = has_bias or scheme != "int16"
            x, w, bias, y = contraction(model, scheme, shape, filter_shape, 3, window[0] * window[1], has_bias)
            model.apply("DEPTHWISE_CONV_2D", present(x, w, bias), y, "DepthwiseConv2DOptions", padding=padding, strideH=strides[0],
                        strideW=strides[1], depthMultiplier=multiplier, dilationHFactor=dilations[0], dilationWFactor=dilations[1],
                        fusedActivationFunction=activation)
            yield model


#           name                 operator             scheme         input          filter        padding strides dilations multiplier activation
HYBRID = [
    ("",                    "CONV_2D",           "int8",        [1, 5, 5, 4],  (6, 3, 3, 4), SAME,  (1, 1), (1, 1), 0, NONE),
    ("_batch_stride2",      "CONV_2D",           "int8",        [3, 7, 6, 5],  (9, 3, 2, 5), SAME,  (2, 2), (1, 1), 0, RELU6),
    ("_dilation",           "CONV_2D",           "int8",        [2, 9, 8, 67], (3, 3, 3, 67), VALID, (1, 1), (2, 2), 0, RELU),
    ("_pointwise",          "CONV_2D",           "int8",        [1, 6, 5, 33], (17, 1, 1, 33), VALID, (1, 1), (1, 1), 0, NONE),
    ("_one_scale",          "CONV_2D",           "int8_tensor", [2, 6, 7, 5],  (7, 3, 3, 5), SAME,  (1, 1), (1, 1), 0, NONE),
    ("_one_scale_stride2",  "CONV_2D",           "int8_tensor", [1, 9, 9, 3],  (8, 5, 5, 3), SAME,  (2, 2), (1, 1), 0, RELU),
    ("",                    "DEPTHWISE_CONV_2D", "int8",        [1, 5, 5, 4],  (1, 3, 3, 4), SAME,  (1, 1), (1, 1), 1, NONE),
    ("_batch_stride2",      "DEPTHWISE_CONV_2D", "int8",        [2, 8, 7, 19], (1, 3, 3, 19), SAME, (2, 2), (1, 1), 1, RELU6),
    ("_multiplier2",        "DEPTHWISE_CONV_2D", "int8",        [1, 6, 6, 5],  (1, 5, 5, 10), VALID, (1, 1), (1, 1), 2, NONE),
]


def hybrids():
    """Dynamic range: float activations, int8 weights. The last image of a batch is of another size, or nothing but zeros."""
    for name, operator, scheme, shape, filter_shape, padding, strides, dilations, multiplier, activation in HYBRID:
        model = Model(f"{operator.lower()}_hybrid{name}")
        axis = 3 if multiplier else 0
        w = weights_of(model, scheme, filter_shape, axis, numpy.prod(filter_shape) // filter_shape[axis])
        bias = model.constant(F32, model.random.uniform(-1, 1, filter_shape[axis]))
        image = model.random.uniform(-4, 2, shape)
        if shape[0] > 1:
            image[-1] *= 0 if shape[0] > 2 else 50
        options = {"depthMultiplier": multiplier} if multiplier else {}
        model.apply(operator, [model.input(F32, shape, image), w, bias], F32,
                    "DepthwiseConv2DOptions" if multiplier else "Conv2DOptions", padding=padding, strideH=strides[0],
                    strideW=strides[1], dilationHFactor=dilations[0], dilationWFactor=dilations[1],
                    fusedActivationFunction=activation, **options)
        yield model


#           name            input         units depth activation bias  keeps dimensions
DENSE = [
    ("one_row",           [1, 16],      10,   16,   NONE,  True,  False),
    ("rows_relu",         [5, 31],      7,    31,   RELU,  True,  False),
    ("no_bias_relu6",     [3, 65],      25,   65,   RELU6, False, False),
    ("flattens",          [2, 3, 4],    5,    12,   NONE,  True,  False),
    ("keeps_dimensions",  [2, 3, 8],    4,    8,    NONE,  True,  True),
    ("one_unit",          [4, 3],       1,    3,    RELU_N1_TO_1, True, False),
]


def dense():
    for scheme in DENSE_SCHEMES:
        for name, shape, units, depth, activation, has_bias, keeps in DENSE:
            model = Model(f"fully_connected_{scheme}_{name}")
            x, w, bias, y = contraction(model, scheme, shape, (units, depth), 0, depth, has_bias)
            model.apply("FULLY_CONNECTED", [x, w, bias], y, "FullyConnectedOptions", fusedActivationFunction=activation, keepNumDims=keeps)
            yield model
    for name, asymmetric, scheme, storage in (("symmetric", False, "int8_tensor", "int8"), ("asymmetric", True, "int8_tensor", "int8"),
                                              ("uint8", False, "uint8", "uint8")):
        model = Model(f"fully_connected_hybrid_{name}")
        w = weights_of(model, scheme, (9, 21), 0, 21)
        if storage == "uint8":
            w = model.constant(quantized("uint8", 0.01, 128), model.draw(Type("uint8"), (9, 21), 1, 255))
        bias = model.constant(F32, model.random.uniform(-1, 1, 9))
        rows = model.random.uniform(-4, 4, (4, 21))
        rows[2] = 0
        rows[3] *= 100
        model.apply("FULLY_CONNECTED", [model.input(F32, [4, 21], rows), w, bias], F32, "FullyConnectedOptions",
                    asymmetricQuantizeInputs=asymmetric, fusedActivationFunction=RELU)
        yield model
    # The weights are another input: nothing is known of them when the model is compiled.
    for scheme, type in (("float", F32), ("int8", quantized("int8", 0.03, 0)), ("uint8", quantized("uint8", 0.03, 140))):
        model = Model(f"fully_connected_{scheme}_weights_are_input")
        y = F32 if scheme == "float" else Type(type.name, 0.03 * 0.03 * 74 * 74 * 4 / 55, 3)
        model.apply("FULLY_CONNECTED", [model.input(type, [3, 16]), model.input(type, [6, 16]), -1], y, "FullyConnectedOptions")
        yield model


#           name            input           output (h, w)  filter (out, h, w) padding strides bias
TRANSPOSED = [
    ("same_stride2",      [1, 4, 5, 3],   (8, 10),       (5, 3, 3),         SAME,  (2, 2), True),
    ("valid_stride2",     [2, 3, 4, 5],   (7, 9),        (3, 3, 3),         VALID, (2, 2), True),
    ("same_stride1",      [1, 4, 4, 2],   (4, 4),        (7, 3, 3),         SAME,  (1, 1), False),
    ("strides_differ",    [1, 3, 4, 17],  (9, 4),        (2, 4, 2),         SAME,  (3, 1), True),
    ("odd_output",        [1, 4, 4, 3],   (7, 7),        (4, 5, 5),         SAME,  (2, 2), True),
]


def transposed():
    for scheme in SCHEMES:
        for name, shape, size, (units, height, width), padding, strides, has_bias in TRANSPOSED:
            model = Model(f"transpose_conv_{scheme}_{name}")
            depth = height * width * shape[3] / (strides[0] * strides[1])
            x, w, bias, y = contraction(model, scheme, shape, (units, height, width, shape[3]), 0, depth, has_bias)
            output_shape = model.constant(I32, [shape[0], *size, units])
            model.apply("TRANSPOSE_CONV", present(output_shape, w, x, bias), y, "TransposeConvOptions", padding=padding,
                        strideH=strides[0], strideW=strides[1])
            yield model


#           name            left            right         transposes left, right
PRODUCTS = [
    ("plain",             [3, 7],         [7, 5],       False, False),
    ("batch",             [2, 4, 9],      [2, 9, 3],    False, False),
    ("broadcast",         [2, 1, 3, 5],   [4, 5, 6],    False, False),
    ("right_transposed",  [2, 3, 17],     [2, 8, 17],   False, True),
    ("left_transposed",   [2, 6, 3],      [2, 6, 4],    True,  False),
]


def products():
    types = {"float": (F32, F32), "int8": (quantized("int8", 0.031, -7), quantized("int8", 0.017, 5)),
             "int16": (quantized("int16", 0.0002), quantized("int16", 0.0003))}
    for scheme, (left_type, right_type) in types.items():
        for name, left, right, left_transposed, right_transposed in PRODUCTS:
            depth = left[-2] if left_transposed else left[-1]
            y = F32 if scheme == "float" else Type(scheme, left_type.scale * right_type.scale * 74 * 74 * numpy.sqrt(depth) / 50 *
                                                   (250 if scheme == "int16" else 1), 9 if scheme == "int8" else 0)
            model = Model(f"batch_matmul_{scheme}_{name}")
            operands = [model.input(left_type, left), model.input(right_type, right)]
            model.apply("BATCH_MATMUL", operands, y, "BatchMatMulOptions", adjX=left_transposed, adjY=right_transposed)
            yield model
    for scheme in ("float", "int8"):
        model = Model(f"batch_matmul_{scheme}_right_constant")
        left_type, right_type = types[scheme]
        right = model.constant(right_type, model.draw(right_type, [11, 6]))
        y = F32 if scheme == "float" else quantized("int8", 0.2, -4)
        model.apply("BATCH_MATMUL", [model.input(left_type, [2, 4, 11]), right], y, "BatchMatMulOptions")
        yield model
    #   name                     asymmetric left       right    left transposed, right
    for name, asymmetric, left, right, left_transposed, right_transposed in (
            ("symmetric",            False,     [2, 4, 11], [11, 6], False, False),
            ("asymmetric",           True,      [2, 4, 11], [11, 6], False, False),
            ("right_transposed",     True,      [3, 5, 7],  [9, 7],  False, True),
            ("both_transposed",      False,     [2, 7, 5],  [9, 7],  True,  True)):
        model = Model(f"batch_matmul_hybrid_{name}")
        right = model.constant(quantized("int8", 0.01), model.draw(Type("int8"), right, -127, 127))
        model.apply("BATCH_MATMUL", [model.input(F32, left), right], F32, "BatchMatMulOptions",
                    asymmetricQuantizeInputs=asymmetric, adjX=left_transposed, adjY=right_transposed)
        yield model


def models():
    yield from convolutions()
    yield from depthwise()
    yield from hybrids()
    yield from dense()
    yield from transposed()
    yield from products()
