"""Small models of operators that work element by element."""
import numpy

from smallmodel import (BOOL, F16, F32, I8, I16, I32, I64, NONE, QUANTIZED, RELU, RELU6, RELU_N1_TO_1, U8, Model, Type, quantized)

EXTREME_PAIRS = {"int8": [-128, 127, 0, -9, 5, 1], "uint8": [0, 255, 131, 117, 1, 128], "int16": [-32768, 32767, 0, 1, -1, 77]}
# How each operand of a sum or product is quantized: scales apart, alike, and far apart.
SCALES = {"apart": (0.0312, 0.0577, 0.0713), "alike": (0.05, 0.05, 0.05), "far": (1.7, 0.004, 2.3)}


def pairs(model, name, count=256):
    """Two vectors of codes: every pair of extremes, then random ones."""
    corners = EXTREME_PAIRS[name]
    grid = numpy.array([(a, b) for a in corners for b in corners]).T
    rest = model.draw(Type(name), (2, count - grid.shape[1]))
    return numpy.concatenate([grid, rest], axis=1)


def quantized_triple(storage, which, kind):
    scales = SCALES[which]
    zero_points = {"int8": (-9, 5, 23), "uint8": (131, 117, 99), "int16": (0, 0, 0)}[storage]
    factor = 1 / 200 if storage == "int16" else 1
    types = [Type(storage, scale * factor, zero) for scale, zero in zip(scales, zero_points)]
    if kind == "MUL":
        # A product's scale is the operands' product; the middle one saturates, the far one hardly leaves zero.
        product = types[0].scale * types[1].scale * {"apart": 60, "alike": 30, "far": 500}[which] * (200 if storage == "int16" else 1)
        types[2] = Type(storage, product, zero_points[2])
    return types


OPTIONS = {"ADD": "AddOptions", "SUB": "SubOptions", "MUL": "MulOptions", "DIV": "DivOptions"}
BROADCASTS = [("channels", [2, 3, 4, 5], [5]), ("scalar", [1, 3, 2, 7], []), ("both", [2, 1, 3, 1], [1, 4, 1, 5]),
              ("left", [1, 1, 1, 6], [1, 4, 3, 6])]


def options_of(kind, activation=NONE):
    options = {"fusedActivationFunction": activation}
    if kind in ("ADD", "SUB"):
        options["potScaleInt16"] = False
    return options


def arithmetic():
    for kind in ("ADD", "SUB", "MUL", "DIV"):
        for storage in ("int8", "uint8", "int16"):
            for which in SCALES:
                model = Model(f"{kind.lower()}_{storage}_{which}")
                a, b, y = quantized_triple(storage, which, kind)
                left, right = pairs(model, storage)
                if kind == "DIV":
                    right[right == b.zero_point] += 1
                model.apply(kind, [model.input(a, [1, 4, 8, 8], left), model.input(b, [1, 4, 8, 8], right)], y, OPTIONS[kind], **options_of(kind))
                yield model
            for name, first, second in BROADCASTS if storage == "int8" else BROADCASTS[:3:2]:
                model = Model(f"{kind.lower()}_{storage}_broadcast_{name}")
                a, b, y = quantized_triple(storage, "apart", kind)
                right = model.draw(b, second)
                if kind == "DIV":
                    right = numpy.where(right == b.zero_point, right + 1, right)
                left = model.input(a, first)
                # Half of the second operands are constants, as in most networks.
                right = model.constant(b, right) if name in ("channels", "scalar") else model.input(b, second, right)
                model.apply(kind, [left, right], y, OPTIONS[kind], **options_of(kind, RELU if name == "left" else NONE))
                yield model
            for name, activation in (("relu6", RELU6), ("relu_n1_to_1", RELU_N1_TO_1)):
                model = Model(f"{kind.lower()}_{storage}_{name}")
                a, b, y = quantized_triple(storage, "apart", kind)
                right = model.draw(b, [5, 9])
                if kind == "DIV":
                    right = numpy.where(right == b.zero_point, right + 1, right)
                model.apply(kind, [model.input(a, [5, 9]), model.input(b, [5, 9], right)], y, OPTIONS[kind], **options_of(kind, activation))
                yield model
        yield from plain_arithmetic(kind)
    for name in ("ADD", "SUB"):
        model = Model(f"{name.lower()}_int16_powers_of_two")
        types = [Type("int16", 2.0**-e) for e in (12, 10, 10)]
        left, right = pairs(model, "int16")
        model.apply(name, [model.input(types[0], [256], left), model.input(types[1], [256], right)], types[2], OPTIONS[name], potScaleInt16=True)
        yield model


def plain_arithmetic(kind):
    for type in (F32, I32, I64):
        for name, first, second in [("same", [3, 19], [3, 19]), *BROADCASTS][:5 if type == F32 else 2]:
            model = Model(f"{kind.lower()}_{type.name}_{name}")
            right = model.draw(type, second, 1, 9) if kind == "DIV" else model.draw(type, second)
            model.apply(kind, [model.input(type, first), model.input(type, second, right)], type, OPTIONS[kind],
                        **options_of(kind, RELU6 if name == "same" and type == F32 else NONE))
            yield model
        if type != F32:
            continue
        model = Model(f"{kind.lower()}_float32_constant_left")
        left = model.constant(F32, model.random.uniform(1, 2, [1, 5]))
        model.apply(kind, [left, model.input(F32, [4, 5], low=1, high=4)], F32, OPTIONS[kind], **options_of(kind))
        yield model


def extremes():
    for kind in ("MAXIMUM", "MINIMUM", "SQUARED_DIFFERENCE", "FLOOR_DIV", "FLOOR_MOD"):
        for type in (F32, I32, I64, *QUANTIZED.values()):
            if (kind.startswith("FLOOR") or kind.startswith("SQUARED") and type.name != "int8") and type.scale:
                continue
            for name, first, second in [("same", [2, 3, 11], [2, 3, 11]), BROADCASTS[2]]:
                model = Model(f"{kind.lower()}_{type.name}_{name}")
                right = model.draw(type, second)
                if kind.startswith("FLOOR"):
                    right = numpy.where(right == 0, 3, right)
                model.apply(kind, [model.input(type, first), model.input(type, second, right)], type)
                yield model
    for storage in ("int8", "uint8"):
        model = Model(f"squared_difference_{storage}_apart")
        a, b, _ = quantized_triple(storage, "apart", "ADD")
        left, right = pairs(model, storage)
        model.apply("SQUARED_DIFFERENCE", [model.input(a, [256], left), model.input(b, [256], right)], Type(storage, 0.4, a.zero_point))
        yield model


def comparisons():
    for kind in ("EQUAL", "NOT_EQUAL", "LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL"):
        for type in (F32, I32, I64, QUANTIZED["int8"], QUANTIZED["uint8"], BOOL):
            if type == BOOL and kind not in ("EQUAL", "NOT_EQUAL"):
                continue
            model = Model(f"{kind.lower()}_{type.name}")
            low, high = (None, None) if type.name == "bool" else (-3, 3) if type.name != "uint8" else (100, 104)
            left, right = model.draw(type, [2, 5, 7], low, high), model.draw(type, [5, 1], low, high)
            if type == F32:
                left, right = numpy.round(left), numpy.round(right)
            model.apply(kind, [model.input(type, [2, 5, 7], left), model.input(type, [5, 1], right)], BOOL)
            yield model
        for storage in ("int8", "uint8") if kind in ("EQUAL", "LESS") else ("int8",):
            model = Model(f"{kind.lower()}_{storage}_apart")
            a, b, _ = quantized_triple(storage, "apart", "ADD")
            left, right = pairs(model, storage)
            model.apply(kind, [model.input(a, [256], left), model.input(b, [256], right)], BOOL)
            yield model


def logic():
    for kind in ("LOGICAL_AND", "LOGICAL_OR"):
        for name, second in (("same", [3, 4, 5]), ("broadcast", [4, 1])):
            model = Model(f"{kind.lower()}_{name}")
            model.apply(kind, [model.input(BOOL, [3, 4, 5]), model.input(BOOL, second)], BOOL)
            yield model
    model = Model("logical_not")
    model.apply("LOGICAL_NOT", [model.input(BOOL, [19])], BOOL)
    yield model
    for kind, name, condition, shape in (("SELECT", "same", [3, 4], [3, 4]), ("SELECT", "rows", [3], [3, 4]), ("SELECT", "scalar", [], [3, 4]),
                                         ("SELECT_V2", "same", [2, 3, 5], [2, 3, 5]), ("SELECT_V2", "broadcast", [3, 1], [2, 3, 5])):
        for type in (F32, I64, BOOL, QUANTIZED["int8"], QUANTIZED["int16"]):
            model = Model(f"{kind.lower()}_{type.name}_{name}")
            model.apply(kind, [model.input(BOOL, condition), model.input(type, shape), model.input(type, shape)], type)
            yield model
    model = Model("select_v2_float32_branches_broadcast")
    model.apply("SELECT_V2", [model.input(BOOL, [2, 1, 5]), model.input(F32, [3, 1]), model.input(F32, [])], F32)
    yield model
    for name, type, shape in (("vector", BOOL, [17]), ("matrix", BOOL, [4, 5]), ("none", BOOL, [3, 3]), ("float32", F32, [3, 4]), ("int32", I32, [2, 2, 3])):
        model = Model(f"where_{name}")
        values = numpy.zeros(shape) if name == "none" else model.draw(type, shape) * (model.random.randint(0, 2, shape) if type != BOOL else 1)
        model.apply("WHERE", [model.input(type, shape, values)], I64)
        yield model


FLOAT_UNARY = {"ABS": (-4, 4), "CEIL": (-4, 4), "COS": (-20, 20), "ELU": (-4, 4), "EXP": (-8, 8), "FLOOR": (-4, 4), "HARD_SWISH": (-5, 5),
               "LOG": (0.01, 50), "LOGISTIC": (-12, 12), "NEG": (-4, 4), "ROUND": (-4, 4), "RSQRT": (0.01, 50), "SIGN": (-4, 4), "SIN": (-20, 20),
               "SQRT": (0, 50), "SQUARE": (-4, 4), "TANH": (-6, 6), "RELU": (-4, 4), "RELU6": (-4, 12), "RELU_N1_TO_1": (-3, 3),
               "GELU": (-4, 4), "LEAKY_RELU": (-4, 4)}
SPECIAL = [0.0, -0.0, 0.5, -0.5, 1.5, 2.5, -1.5, 1.0, -1.0, 3.0, -3.0, 6.0]
UNARY_OPTIONS = {"LEAKY_RELU": ("LeakyReluOptions", {"alpha": 0.13}), "GELU": ("GeluOptions", {})}


def unary():
    for kind, (low, high) in FLOAT_UNARY.items():
        model = Model(f"{kind.lower()}_float32")
        values = model.draw(F32, [99], low, high)
        special = [value for value in SPECIAL if low <= value <= high and not (kind in ("RSQRT", "LOG") and value == 0)]
        values[:len(special)] = special
        options_type, options = UNARY_OPTIONS.get(kind, (None, {}))
        model.apply(kind, [model.input(F32, [9, 11], values)], F32, options_type, **options)
        yield model
    for kind in ("ABS", "NEG"):
        for type in (I32, I64):
            model = Model(f"{kind.lower()}_{type.name}")
            model.apply(kind, [model.input(type, [23])], type)
            yield model


# Fixed outputs where the kernel demands them: logistic yields 0..1, tanh -1..1.
FIXED = {("LOGISTIC", "int8"): (1 / 256, -128), ("LOGISTIC", "uint8"): (1 / 256, 0), ("LOGISTIC", "int16"): (1 / 32768, 0),
         ("TANH", "int8"): (1 / 128, 0), ("TANH", "uint8"): (1 / 128, 128), ("TANH", "int16"): (1 / 32768, 0)}
QUANTIZED_UNARY = ("ABS", "ELU", "EXP", "HARD_SWISH", "LEAKY_RELU", "LOG", "LOGISTIC", "NEG", "RELU", "RELU6", "RELU_N1_TO_1", "RSQRT", "SQRT", "TANH")


def all_codes(model, storage):
    if storage == "int16":
        return model.draw(Type(storage), [512])
    limits = numpy.iinfo(storage)
    return numpy.arange(limits.min, limits.max + 1)


def quantized_unary():
    inputs = {"int8": (quantized("int8", 0.0471, -17), quantized("int8", 0.0625, 4)),
              "uint8": (quantized("uint8", 0.0471, 111), quantized("uint8", 0.0625, 132)),
              "int16": (quantized("int16", 0.00031), quantized("int16", 1 / 4096))}
    for kind in QUANTIZED_UNARY:
        for storage, (first, second) in inputs.items():
            for name, x in (("odd_scale", first), ("even_scale", second)):
                if name == "even_scale" and kind not in ("HARD_SWISH", "LOGISTIC", "TANH", "RELU"):
                    continue
                model = Model(f"{kind.lower()}_{storage}_{name}")
                # At a power of two the built-in kernels compute in fixed point where the reference interpolates.
                model.differs = storage == "int16" and name == "even_scale"
                if kind in ("SQRT", "RSQRT", "LOG"):
                    # Codes below the zero point would be negative numbers.
                    x = Type(storage, x.scale, numpy.iinfo(storage).min if storage != "int16" else 0)
                codes = all_codes(model, storage)
                if kind in ("RSQRT", "LOG"):
                    codes = numpy.maximum(codes, x.zero_point + 1)
                scale, zero_point = FIXED.get((kind, storage), (x.scale * (1.13 if name == "odd_scale" else 1), x.zero_point))
                options_type, options = UNARY_OPTIONS.get(kind, (None, {}))
                model.apply(kind, [model.input(x, [len(codes)], codes)], Type(storage, scale, zero_point), options_type, **options)
                yield model
    for storage, x in (("int8", quantized("int8", 0.05, 3)), ("uint8", quantized("uint8", 0.05, 130)), ("int16", quantized("int16", 0.0005))):
        for name, alpha in (("negative", -0.4), ("steep", 2.5)):
            model = Model(f"leaky_relu_{storage}_{name}")
            codes = all_codes(model, storage)
            model.apply("LEAKY_RELU", [model.input(x, [len(codes)], codes)], Type(storage, x.scale * 1.7, x.zero_point - 3 * (storage != "int16")),
                        "LeakyReluOptions", alpha=alpha)
            yield model


def prelu():
    for storage in ("float32", "int8", "uint8"):
        for name, shape, alpha_shape in (("channels", [2, 3, 4, 5], [1, 1, 5]), ("full", [1, 3, 4, 7], [3, 4, 7]), ("scalar", [1, 2, 3, 33], [1, 1, 1])):
            model = Model(f"prelu_{storage}_{name}")
            x, alpha, y = (F32, F32, F32) if storage == "float32" else quantized_triple(storage, "apart", "ADD")
            values = model.draw(alpha, alpha_shape)
            model.apply("PRELU", [model.input(x, shape), model.constant(alpha, values)], y)
            yield model
    for type in (F32, I32):
        model = Model(f"add_n_{type.name}")
        model.apply("ADD_N", [model.input(type, [3, 5]) for _ in range(3)], type, "AddNOptions")
        yield model


QUANTIZATIONS = {"int8": [quantized("int8", 0.037, -11), quantized("int8", 0.052, 23), quantized("int8", 0.037, 4)],
                 "uint8": [quantized("uint8", 0.037, 117), quantized("uint8", 0.061, 88)],
                 "int16": [quantized("int16", 0.00021), quantized("int16", 0.0003)],
                 "int32": [quantized("int32", 0.0001)]}


def quantization():
    for storage, types in QUANTIZATIONS.items():
        for i, y in enumerate(types[:2]):
            model = Model(f"quantize_float32_{storage}_{i}")
            values = model.random.uniform(-7, 7, [200])
            # Ties and what lies beyond the codes.
            values[:12] = [0, -0.0, 1e4, -1e4, y.scale * 0.5, -y.scale * 0.5, y.scale * 1.5, -y.scale * 1.5, y.scale * 2.5, -y.scale * 2.5, 100, -100]
            model.apply("QUANTIZE", [model.input(F32, [8, 25], values)], y)
            yield model
        model = Model(f"dequantize_{storage}")
        codes = model.draw(I32, [40], -2**30, 2**30) if storage == "int32" else all_codes(model, storage)
        model.apply("DEQUANTIZE", [model.input(types[0], [len(codes)], codes)], F32)
        yield model
    model = Model("dequantize_float16")
    # A half-precision input is a constant in every file; the sum keeps the graph from folding to nothing.
    half = model.constant(F16, model.random.uniform(-4, 4, [3, 5]))
    single = model.tensor(F32, [3, 5])
    model.operator("DEQUANTIZE", [half], [single])
    model.apply("ADD", [model.input(F32, [3, 5]), single], F32, "AddOptions")
    yield model
    for source, sources in QUANTIZATIONS.items():
        for target, targets in QUANTIZATIONS.items():
            for i, y in enumerate(targets):
                model = Model(f"requantize_{source}_{target}_{i}")
                codes = model.draw(I32, [64], -2**20, 2**20) if source == "int32" else all_codes(model, source)
                model.apply("QUANTIZE", [model.input(sources[0], [len(codes)], codes)], y)
                yield model


def casts():
    types = [F32, I32, I64, I8, U8, I16, BOOL]
    for source in types:
        for target in types:
            if source == target:
                continue
            model = Model(f"cast_{source.name}_{target.name}")
            values = model.draw(source, [40])
            if source == F32 and target in (U8, BOOL):
                values = numpy.abs(values) * 9
            if source == F32 and target == BOOL:
                values[::3] = 0
            model.apply("CAST", [model.input(source, [40], values)], target, "CastOptions")
            yield model


def models():
    yield from arithmetic()
    yield from extremes()
    yield from comparisons()
    yield from logic()
    yield from unary()
    yield from quantized_unary()
    yield from prelu()
    yield from quantization()
    yield from casts()
