"""Small models of pools, reductions, softmax and what orders elements."""
import numpy

from smallmodel import BOOL, F32, I32, I64, NONE, QUANTIZED, RELU, RELU6, SAME, VALID, Model, Type, quantized

POOLS = [("valid", [1, 6, 6, 5], (2, 2), (2, 2), VALID, NONE), ("same", [2, 7, 5, 3], (3, 3), (2, 2), SAME, RELU6),
         ("overlap", [1, 5, 6, 17], (3, 2), (1, 1), SAME, NONE), ("whole", [1, 4, 5, 33], (4, 5), (1, 1), VALID, RELU),
         ("strides_differ", [1, 9, 8, 1], (2, 3), (3, 1), SAME, NONE)]


def pools():
    for kind in ("AVERAGE_POOL_2D", "MAX_POOL_2D"):
        for type in (F32, *QUANTIZED.values()):
            for name, shape, window, strides, padding, activation in POOLS:
                model = Model(f"{kind.lower()}_{type.name}_{name}")
                model.apply(kind, [model.input(type, shape)], type, "Pool2DOptions", padding=padding, strideH=strides[0], strideW=strides[1],
                            filterHeight=window[0], filterWidth=window[1], fusedActivationFunction=activation)
                yield model


AXES = [("image_keeps", [2, 4, 5, 7], [1, 2], True), ("image", [1, 3, 5, 6], [1, 2], False), ("last", [3, 4, 5], [-1], False),
        ("first", [4, 3, 5], [0], True), ("apart", [2, 3, 4, 5], [0, 2], False), ("all", [2, 3, 4], [0, 1, 2], False),
        ("middle", [2, 9, 4], [1], False)]


def reductions():
    kinds = {"MEAN": (F32, I32, I64, *QUANTIZED.values()), "SUM": (F32, I32, I64, *QUANTIZED.values()),
             "REDUCE_PROD": (F32, I32, I64, QUANTIZED["int8"], QUANTIZED["int16"]), "REDUCE_MAX": (F32, I32, I64, *QUANTIZED.values()),
             "REDUCE_MIN": (F32, I32, I64, *QUANTIZED.values()), "REDUCE_ANY": (BOOL,), "REDUCE_ALL": (BOOL,)}
    for kind, types in kinds.items():
        for type in types:
            for name, shape, axes, keeps in AXES:
                if name not in ("last", "apart") and (type.name == "int64" or kind not in ("MEAN", "SUM") and name != "image_keeps"):
                    continue
                model = Model(f"{kind.lower()}_{type.name}_{name}")
                values = model.draw(type, shape)
                # The built-in kernel has a case of its own for images.
                model.differs = kind == "MEAN" and type.name == "int8" and name == "image_keeps"
                if kind == "REDUCE_PROD" and not type.scale:
                    values = model.draw(type, shape, -2, 2)
                if kind in ("REDUCE_ANY", "REDUCE_ALL"):
                    values = model.random.randint(0, 5, shape) < (1 if kind == "REDUCE_ANY" else 4)
                model.apply(kind, [model.input(type, shape, values), model.constant(I32, axes)], type, "ReducerOptions", keepDims=keeps)
                yield model
    # Scales that differ from the input's.
    for kind in ("MEAN", "SUM", "REDUCE_PROD"):
        for storage, zero_point in (("int8", 31), ("uint8", 70), ("int16", 0)):
            for name, shape, axes, keeps in AXES:
                # A sum beyond the codes wraps around in TFLite; one model shows it, the others stay inside.
                factor = 0.43 if kind == "MEAN" else 4.7 if name == "middle" else 31.0
                if kind == "REDUCE_PROD" and (storage == "uint8" or name != "last"):
                    continue
                model = Model(f"{kind.lower()}_{storage}_{name}_rescaled")
                x = QUANTIZED[storage]
                model.differs = kind == "MEAN" and storage == "int8" and name == "image_keeps"
                model.apply(kind, [model.input(x, shape), model.constant(I32, axes)], Type(storage, x.scale * factor, zero_point),
                            "ReducerOptions", keepDims=keeps)
                yield model


def arg_extremes():
    for kind in ("ARG_MAX", "ARG_MIN"):
        for type in (F32, I32, QUANTIZED["int8"], QUANTIZED["uint8"]):
            for name, shape, axis, result in (("last", [3, 11], -1, I32), ("middle", [2, 7, 3], 1, I64), ("channels", [1, 3, 3, 19], 3, I32)):
                model = Model(f"{kind.lower()}_{type.name}_{name}")
                number = {"int32": 2, "int64": 4}[result.name]
                # Few different values: the first of equals counts.
                values = model.draw(type, shape) if name == "last" else model.draw(type, shape, *((100, 103) if type.name == "uint8" else (-2, 2)))
                options = {"outputType": number}
                model.apply(kind, [model.input(type, shape, numpy.round(values)), model.constant(I32, axis)], result,
                            "ArgMaxOptions" if kind == "ARG_MAX" else "ArgMinOptions", **options)
                yield model
    for type in (F32, I32, I64, QUANTIZED["int8"], QUANTIZED["uint8"]):
        model = Model(f"topk_{type.name}")
        model.apply("TOPK_V2", [model.input(type, [3, 13]), model.constant(I32, 4)], [type, I32])
        yield model
    model = Model("topk_float32_ties")
    model.apply("TOPK_V2", [model.input(F32, [2, 2, 9], model.random.randint(0, 3, [2, 2, 9])), model.constant(I32, 9)], [F32, I32])
    yield model


def softmaxes():
    shapes = [("rows", [3, 10], 1.0), ("image", [1, 3, 2, 7], 1.0), ("beta", [4, 33], 0.3), ("one", [5, 1], 1.0), ("vector", [12], 2.0)]
    types = {"float32": (F32, F32), "int8": (quantized("int8", 0.07, 11), quantized("int8", 1 / 256, -128)),
             "uint8": (quantized("uint8", 0.07, 140), quantized("uint8", 1 / 256, 0)),
             "int8_int16": (quantized("int8", 0.07, 11), quantized("int16", 1 / 65536, -32768)),
             "int16": (quantized("int16", 0.0003), quantized("int16", 1 / 32768))}
    for name, shape, beta in shapes:
        for label, (x, y) in types.items():
            model = Model(f"softmax_{label}_{name}")
            model.apply("SOFTMAX", [model.input(x, shape)], y, "SoftmaxOptions", beta=beta)
            yield model
    for label, scale in (("small_scale", 0.004), ("large_scale", 1.9)):
        for storage, zero_point in (("int8", -128), ("uint8", 0)):
            model = Model(f"softmax_{storage}_{label}")
            model.apply("SOFTMAX", [model.input(Type(storage, scale, 7), [6, 40])], Type(storage, 1 / 256, zero_point), "SoftmaxOptions", beta=1.0)
            yield model
    log_types = {"float32": (F32, F32), "int8": (quantized("int8", 0.07, 11), quantized("int8", 16 / 256, 127)),
                 "uint8": (quantized("uint8", 0.07, 140), quantized("uint8", 16 / 256, 255))}
    for label, (x, y) in log_types.items():
        for name, shape in (("rows", [4, 11]), ("image", [1, 2, 3, 5])):
            model = Model(f"log_softmax_{label}_{name}")
            model.apply("LOG_SOFTMAX", [model.input(x, shape)], y, "LogSoftmaxOptions")
            yield model


def norms():
    types = {"float32": (F32, F32), "int8": (QUANTIZED["int8"], quantized("int8", 1 / 128, 0)),
             "uint8": (QUANTIZED["uint8"], quantized("uint8", 1 / 128, 128))}
    for label, (x, y) in types.items():
        for name, shape in (("rows", [4, 9]), ("image", [1, 3, 2, 17])):
            model = Model(f"l2_normalization_{label}_{name}")
            model.apply("L2_NORMALIZATION", [model.input(x, shape)], y, "L2NormOptions")
            yield model


def models():
    yield from pools()
    yield from reductions()
    yield from arg_extremes()
    yield from softmaxes()
    yield from norms()
