"""Small models of operators that move elements, and of what computes with shapes."""
import numpy

from smallmodel import BOOL, F32, I32, I64, QUANTIZED, Model, quantized
from writer import schema

# A type of every width, and of every scheme.
MOVED = (F32, *QUANTIZED.values(), I64, BOOL)
FEW = (F32, QUANTIZED["int8"])


class ShapeOptions:
    """The options of SHAPE, which the importer does not read: the output's type says it all."""

    def __init__(self, type):
        self.type = getattr(schema.TensorType, type.name.upper())

    def Pack(self, builder):
        builder.StartObject(1)
        builder.PrependInt8Slot(0, self.type, 0)
        return builder.EndObject()


def moves(name, kind, shapes, constants, options_type=None, types=MOVED, **options):
    """One model per element type of an operator whose other operands are integer constants."""
    for type in types:
        model = Model(f"{name}_{type.name}")
        operands = [model.input(type, shape) for shape in shapes]
        operands += [model.constant(I32, numpy.array(values, dtype="int32")) for values in constants]
        model.apply(kind, operands, type, options_type, **options)
        yield model


def shapes():
    yield from moves("reshape", "RESHAPE", [[2, 3, 4]], [[4, -1]], "ReshapeOptions", newShape=[4, -1])
    model = Model("reshape_shape_in_options")
    model.apply("RESHAPE", [model.input(F32, [2, 6])], F32, "ReshapeOptions", newShape=[3, 4])
    yield model
    yield from moves("squeeze", "SQUEEZE", [[1, 3, 1, 5]], [], "SqueezeOptions", types=FEW, squeezeDims=[0, -2])
    yield from moves("squeeze_all", "SQUEEZE", [[1, 3, 1, 5]], [], "SqueezeOptions", types=FEW)
    for axis in (0, -1, 2):
        yield from moves(f"expand_dims_{axis % 4}", "EXPAND_DIMS", [[2, 3, 5]], [axis], "ExpandDimsOptions", types=FEW)
    for name, shape, order in (("rows", [5, 7], [1, 0]), ("to_channels_first", [1, 4, 5, 3], [0, 3, 1, 2]), ("inner", [2, 3, 4, 5], [0, 2, 1, 3]),
                               ("reversed", [2, 3, 4, 5], [3, 2, 1, 0]), ("rank5", [2, 3, 2, 1, 3], [4, 0, 2, 1, 3])):
        yield from moves(f"transpose_{name}", "TRANSPOSE", [shape], [order], types=MOVED if name == "rows" else FEW)
    yield from moves("tile", "TILE", [[2, 3, 4]], [[2, 1, 3]])
    yield from moves("broadcast_to", "BROADCAST_TO", [[3, 1, 5]], [[2, 3, 4, 5]], version=2)
    yield from moves("reverse_inner", "REVERSE_V2", [[3, 4, 5]], [[2]])
    yield from moves("reverse_middle", "REVERSE_V2", [[3, 4, 5]], [[1]], types=FEW)
    yield from moves("zeros_like", "ZEROS_LIKE", [[3, 4]], [], types=(F32, I32, I64))
    for type in (I32, I64):
        model = Model(f"shape_{type.name}")
        model.apply("SHAPE", [model.input(F32, [2, 3, 5])], type)
        operator = model.writer.graph.operators[0]
        operator.builtinOptionsType, operator.builtinOptions = schema.BuiltinOptions.ShapeOptions, ShapeOptions(type)
        yield model
    model = Model("rank")
    model.apply("RANK", [model.input(F32, [2, 3, 5])], I32)
    yield model
    for type in (F32, I64, BOOL, QUANTIZED["int8"]):
        model = Model(f"fill_{type.name}")
        model.apply("FILL", [model.constant(I32, [2, 5]), model.input(type, [])], type)
        yield model
    for type, numbers in ((I32, (3, 20, 4)), (I32, (5, -6, -3)), (F32, (0.5, 4.0, 0.75))):
        model = Model(f"range_{type.name}_{'down' if numbers[2] < 0 else 'up'}")
        count = int(numpy.ceil((numbers[1] - numbers[0]) / numbers[2]))
        steps = model.tensor(type, [count])
        model.operator("RANGE", [model.constant(type, number) for number in numbers], [steps])
        model.apply("MUL", [model.input(type, [count]), steps], type, "MulOptions")
        yield model


def joins():
    for name, parts, axis in (("channels", [[1, 3, 4, 5], [1, 3, 4, 2], [1, 3, 4, 8]], 3), ("rows", [[2, 5], [3, 5]], 0), ("middle", [[2, 1, 3], [2, 4, 3]], -2)):
        yield from moves(f"concatenation_{name}", "CONCATENATION", parts, [], "ConcatenationOptions", axis=axis)
    for storage, kinds in (("uint8", [("uint8", 0.021, 117), ("uint8", 0.034, 90), ("uint8", 0.027, 131)]), ("int8", [("int8", 0.021, 3), ("int8", 0.034, 9), ("int8", 0.027, -4)])):
        model = Model(f"concatenation_{storage}_scales_differ")
        first, second, y = [quantized(*kind) for kind in kinds]
        codes = numpy.arange(numpy.iinfo(storage).min, numpy.iinfo(storage).max + 1)
        model.apply("CONCATENATION", [model.input(first, [256, 1], codes), model.input(second, [256, 1], codes)], y, "ConcatenationOptions", axis=1)
        yield model
    for type in (F32, QUANTIZED["int8"], QUANTIZED["uint8"]):
        model = Model(f"concatenation_{type.name}_constant_and_twice")
        x = model.input(type, [2, 3])
        model.apply("CONCATENATION", [x, model.constant(type, model.draw(type, [2, 2])), x], type, "ConcatenationOptions", axis=1)
        yield model
    for axis in (0, -1):
        yield from moves(f"pack_{axis % 3}", "PACK", [[2, 5], [2, 5], [2, 5]], [], "PackOptions", valuesCount=3, axis=axis)
    for type in MOVED[:4]:
        for name, axis, count in (("first", 0, 3), ("last", -1, 4)):
            model = Model(f"unpack_{name}_{type.name}")
            model.apply("UNPACK", [model.input(type, [3, 2, 4])], [type] * count, "UnpackOptions", num=count, axis=axis)
            yield model
        model = Model(f"split_{type.name}")
        model.apply("SPLIT", [model.constant(I32, -1), model.input(type, [2, 3, 6])], [type] * 3, "SplitOptions", numSplits=3)
        yield model
        model = Model(f"split_v_{type.name}")
        x = model.input(type, [2, 9, 3])
        model.apply("SPLIT_V", [x, model.constant(I32, [2, -1, 3]), model.constant(I32, 1)], [type] * 3, "SplitVOptions", numSplits=3)
        yield model


STRIDED = [("plain", [4, 5, 6], [1, 0, 2], [3, 5, 6], [1, 2, 3], {}), ("negative", [4, 5, 6], [3, 4, -1], [0, 0, 0], [-1, -2, -3], {}),
           ("masks", [4, 5, 6], [9, 1, 2], [2, 0, 5], [1, 1, 1], {"beginMask": 1, "endMask": 2}),
           ("shrinks", [4, 5, 6], [2, 1, -1], [3, 4, 6], [1, 1, 1], {"shrinkAxisMask": 5}),
           ("negative_masks", [4, 5, 6], [0, 3, 0], [0, 0, 0], [-1, -1, -2], {"beginMask": 5, "endMask": 7}),
           ("few_dimensions", [4, 5, 6], [1], [-1], [1], {}), ("clamped", [4, 5, 6], [-9, 2, 0], [9, 99, -2], [1, 2, 1], {}),
           ("ellipsis", [4, 5, 6], [0, 1], [0, 4], [1, 1], {"ellipsisMask": 1}), ("new_axis", [4, 5, 6], [0, 1], [0, 3], [1, 1], {"newAxisMask": 1}),
           ("image", [1, 8, 7, 3], [0, 1, 0, 0], [1, 8, 7, 3], [1, 2, 2, 1], {"endMask": 9, "beginMask": 9})]


def slices():
    for name, begin, size in (("inside", [1, 0, 2], [2, 3, 3]), ("rest", [0, 2, 1], [-1, 1, -1])):
        yield from moves(f"slice_{name}", "SLICE", [[4, 3, 6]], [begin, size])
    for name, shape, begin, end, strides, masks in STRIDED:
        types = MOVED if name == "plain" else FEW
        yield from moves(f"strided_slice_{name}", "STRIDED_SLICE", [shape], [begin, end, strides], "StridedSliceOptions", types=types, **masks)


def pads():
    for name, shape, amounts in (("image", [1, 4, 5, 3], [[0, 0], [1, 2], [0, 3], [0, 0]]), ("all", [2, 3, 4], [[1, 1], [0, 2], [3, 0]]),
                                 ("rank5", [1, 2, 2, 3, 2], [[0, 0], [1, 0], [0, 1], [2, 0], [0, 1]])):
        types = MOVED[:-1] if name == "image" else FEW
        yield from moves(f"pad_{name}", "PAD", [shape], [amounts], types=types)
        for type in types:
            model = Model(f"padv2_{name}_{type.name}")
            model.apply("PADV2", [model.input(type, shape), model.constant(I32, amounts), model.constant(type, 77)], type)
            yield model
    for mode, name in ((0, "reflect"), (1, "symmetric")):
        yield from moves(f"mirror_pad_{name}", "MIRROR_PAD", [[1, 4, 5, 2]], [[[0, 0], [2, 3], [1, 0], [0, 1]]], "MirrorPadOptions",
                         types=(F32, QUANTIZED["int8"], QUANTIZED["uint8"], I64), mode=mode)


def blocks():
    kinds = (F32, QUANTIZED["int8"], QUANTIZED["uint8"], I64)
    yield from moves("space_to_depth", "SPACE_TO_DEPTH", [[2, 4, 6, 3]], [], "SpaceToDepthOptions", types=kinds, blockSize=2)
    yield from moves("depth_to_space", "DEPTH_TO_SPACE", [[1, 2, 3, 12]], [], "DepthToSpaceOptions", types=kinds, blockSize=2)
    yield from moves("space_to_batch", "SPACE_TO_BATCH_ND", [[2, 4, 5, 3]], [[2, 3], [[1, 1], [0, 1]]], types=kinds)
    yield from moves("space_to_batch_rank3", "SPACE_TO_BATCH_ND", [[1, 6, 3]], [[2], [[0, 2]]], types=kinds)
    yield from moves("batch_to_space", "BATCH_TO_SPACE_ND", [[12, 3, 2, 3]], [[2, 3], [[1, 1], [0, 2]]], types=kinds)
    yield from moves("batch_to_space_rank3", "BATCH_TO_SPACE_ND", [[4, 3, 2]], [[2], [[1, 0]]], types=kinds)


def gathers():
    for type in MOVED[:5]:
        for name, shape, indices, options in (("rows", [6, 4], [[5, 0], [3, 3]], {}), ("axis", [2, 5, 3], [4, 0, 2], {"axis": 1}), ("scalar", [4, 3], 2, {}),
                                              ("batch", [2, 4, 3], [[3, 0], [1, 1]], {"axis": 1, "batchDims": 1}), ("last", [2, 3, 5], [4, 1], {"axis": -1})):
            model = Model(f"gather_{name}_{type.name}")
            # A constant where the network has one, an input where it is data.
            where = numpy.array(indices, dtype="int32")
            index = model.constant(I32, where) if name == "axis" else model.input(I32, list(where.shape), where)
            model.apply("GATHER", [model.input(type, shape), index], type, "GatherOptions", **options)
            yield model
        for name, shape, indices in (("elements", [3, 4], [[0, 1], [2, 3], [1, 0]]), ("rows", [3, 4, 2], [[[2], [0]], [[1], [2]]])):
            model = Model(f"gather_nd_{name}_{type.name}")
            where = numpy.array(indices)
            model.apply("GATHER_ND", [model.input(type, shape), model.input(I32, list(where.shape), where)], type)
            yield model
        for name, shape, indices, updates in (("rows", [5, 3], [[4], [0]], [2, 3]), ("elements", [4, 4], [[1, 2], [3, 0], [0, 0]], [3]), ("twice", [4], [[1], [1], [3]], [3])):
            model = Model(f"scatter_nd_{name}_{type.name}")
            where = numpy.array(indices)
            model.apply("SCATTER_ND", [model.input(I32, list(where.shape), where), model.input(type, updates), model.constant(I32, shape)], type)
            yield model
    for type in (F32, QUANTIZED["int8"], QUANTIZED["uint8"]):
        model = Model(f"embedding_lookup_{type.name}")
        table = model.constant(type, model.draw(type, [6, 5]))
        model.apply("EMBEDDING_LOOKUP", [model.input(I32, [4], [5, 0, 2, 2]), table], type)
        yield model
    model = Model("gather_int64_indices")
    model.apply("GATHER", [model.input(QUANTIZED["int8"], [6, 4]), model.input(I64, [3], [5, 1, 0])], QUANTIZED["int8"], "GatherOptions")
    yield model


def resizes():
    for kind, options_type in (("RESIZE_BILINEAR", "ResizeBilinearOptions"), ("RESIZE_NEAREST_NEIGHBOR", "ResizeNearestNeighborOptions")):
        for name, options in (("plain", {}), ("align", {"alignCorners": True}), ("half_pixel", {"halfPixelCenters": True})):
            for direction, shape, size in (("up", [1, 3, 4, 5], [6, 8]), ("down", [2, 7, 6, 3], [3, 4]), ("uneven", [1, 5, 4, 1], [8, 3]), ("one", [1, 1, 3, 2], [3, 1])):
                types = FEW if kind == "RESIZE_NEAREST_NEIGHBOR" else MOVED[:4] if direction == "up" else MOVED[:3]
                yield from moves(f"{kind.lower()}_{name}_{direction}", kind, [shape], [size], options_type, types=types, **options)


def models():
    yield from shapes()
    yield from joins()
    yield from slices()
    yield from pads()
    yield from blocks()
    yield from gathers()
    yield from resizes()
