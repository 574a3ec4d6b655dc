"""Operators that move elements: shapes, slices, joins, borders, tables of indices, image sizes."""
import math

import numpy

from graph import MOST_ELEMENTS


def shape_change(g):
    x = g.operand(lambda v: v.rank >= 1)
    if not x:
        return False
    chance = g.chance
    kind = chance.pick(["RESHAPE", "RESHAPE", "EXPAND_DIMS", "SQUEEZE"])
    if kind == "EXPAND_DIMS" and x.rank < 5:
        axis = chance.integer(0, x.rank)
        g.result(kind, [x, g.integers([axis - x.rank - 1 if chance.happens(0.3) else axis])], x.shape[:axis] + (1,) + x.shape[axis:], x)
    elif kind == "SQUEEZE" and 1 in x.shape:
        axis = x.shape.index(1)
        g.result(kind, [x], x.shape[:axis] + x.shape[axis + 1:], x, "SqueezeOptions", squeezeDims=[axis])
    else:
        divisors = [d for d in range(1, min(x.size, 70) + 1) if x.size % d == 0]
        last = chance.pick(divisors)
        shapes = [(x.size,), (x.size // last, last), (1, x.size // last, last), (1, 1, x.size // last, last)]
        shape = chance.pick(shapes)
        given = list(shape)
        if chance.happens(0.3):
            given[chance.integer(0, len(shape) - 1)] = -1
        g.result("RESHAPE", [x, g.integers(given)], shape, x)
    return True


def transpose(g):
    x = g.operand(lambda v: 2 <= v.rank <= 6)
    if not x:
        return False
    order = [int(d) for d in g.chance.source.permutation(x.rank)]
    # Images go there and back, so that transposes meet.
    if x.rank == 4 and g.chance.happens(0.6):
        order = g.chance.pick([[0, 2, 3, 1], [0, 3, 1, 2]])
    g.result("TRANSPOSE", [x, g.integers(order)], tuple(x.shape[d] for d in order), x)
    return True


def concatenation(g):
    x = g.operand(lambda v: v.rank >= 1 and v.type != "bool")
    if not x:
        return False
    chance = g.chance
    axis = chance.integer(0, x.rank - 1)

    def fits(v):
        same_scale = x.type == "uint8" and x.is_quantized and v.is_quantized or (v.scale, v.zero_point) == (x.scale, x.zero_point)
        return v.type == x.type and v.rank == x.rank and v.shape[:axis] == x.shape[:axis] and v.shape[axis + 1:] == x.shape[axis + 1:] and same_scale

    fitting = [v for v in g.values if fits(v)]
    parts = [x]
    for _ in range(chance.integer(1, 3)):
        if chance.happens(0.7):
            parts.append(chance.pick(fitting))
        else:
            parts.append(g.constant_like(x, x.shape[:axis] + (chance.integer(1, 9),) + x.shape[axis + 1:]))
    total = sum(part.shape[axis] for part in parts)
    shape = x.shape[:axis] + (total,) + x.shape[axis + 1:]
    if math.prod(shape) > 4 * MOST_ELEMENTS:
        return False
    scale = zero_point = None
    if x.type == "uint8" and x.is_quantized and chance.happens(0.5):
        scale, zero_point = chance.scale_near(x.scale), chance.zero_point("uint8")
    activation = g.activation(0.1) if x.is_quantized or x.type == "float32" else 0
    g.result("CONCATENATION", parts, shape, x, "ConcatenationOptions", scale, zero_point,
             axis=axis - x.rank if chance.happens(0.3) else axis, fusedActivationFunction=activation)
    return True


def pieces(g):
    """SPLIT, SPLIT_V, UNPACK; PACK of equals."""
    x = g.operand(lambda v: 1 <= v.rank <= 5)
    if not x:
        return False
    chance = g.chance
    axis = chance.integer(0, x.rank - 1)
    extent = x.shape[axis]
    make = lambda size: g.tensor(x.shape[:axis] + (size,) + x.shape[axis + 1:], x.type, x.scale, x.zero_point)  # noqa: E731
    kind = chance.pick(["SPLIT", "SPLIT_V", "UNPACK", "PACK"])
    axes = numpy.array(axis - x.rank if chance.happens(0.3) else axis, dtype=numpy.int32)
    if kind == "SPLIT":
        count = chance.pick([d for d in range(1, 7) if extent % d == 0])
        g.operator(kind, [g.constant(axes), x], [make(extent // count) for _ in range(count)], "SplitOptions", numSplits=count)
    elif kind == "SPLIT_V" and extent > 1:
        first = chance.integer(1, extent - 1)
        sizes = [first, -1 if chance.happens(0.3) else extent - first]
        g.operator(kind, [x, g.integers(sizes), g.constant(axes)], [make(first), make(extent - first)], "SplitVOptions", numSplits=2)
    elif kind == "UNPACK" and extent <= 6 and x.rank > 1:
        outputs = [g.tensor(x.shape[:axis] + x.shape[axis + 1:], x.type, x.scale, x.zero_point) for _ in range(extent)]
        g.operator(kind, [x], outputs, "UnpackOptions", num=extent, axis=axis)
    else:
        same = [v for v in g.values if (v.shape, v.type, v.scale, v.zero_point) == (x.shape, x.type, x.scale, x.zero_point)]
        parts = [chance.pick(same) for _ in range(chance.integer(1, 3))]
        axis = chance.integer(0, x.rank)
        g.result("PACK", parts, x.shape[:axis] + (len(parts),) + x.shape[axis:], x, "PackOptions", valuesCount=len(parts), axis=axis)
    return True


def slices(g):
    x = g.operand(lambda v: 1 <= v.rank <= 5)
    if not x:
        return False
    chance = g.chance
    kind = chance.pick(["SLICE", "STRIDED_SLICE", "REVERSE_V2"])
    if kind == "REVERSE_V2":
        axes = [d for d in range(x.rank) if chance.happens(0.4)] or [x.rank - 1]
        g.result(kind, [x, g.integers(axes)], x.shape, x)
        return True
    begin = [chance.integer(0, extent - 1) if chance.happens(0.6) else 0 for extent in x.shape]
    end = [chance.integer(b + 1, extent) for b, extent in zip(begin, x.shape)]
    if kind == "SLICE":
        sizes = [-1 if e == extent and chance.happens(0.5) else e - b for b, e, extent in zip(begin, end, x.shape)]
        g.result(kind, [x, g.integers(begin), g.integers(sizes)], tuple(e - b for b, e in zip(begin, end)), x)
        return True
    shape, strides, shrunk, begin_mask, end_mask = [], [], 0, 0, 0
    for d, extent in enumerate(x.shape):
        stride = chance.pick([1, 1, 1, 2, 3, -1, -2])
        if chance.happens(0.15) and x.rank > 1:
            shrunk |= 1 << d
            strides.append(1)
            end[d] = begin[d] + 1
            continue
        if stride < 0:
            begin[d], end[d] = end[d] - 1, begin[d] - 1
            if end[d] < 0:
                end_mask |= 1 << d
                end[d] = 0
            count = len(range(begin[d], -1 if end_mask >> d & 1 else end[d], stride))
        else:
            if begin[d] == 0 and chance.happens(0.3):
                begin_mask |= 1 << d
            if end[d] == extent and chance.happens(0.3):
                end_mask |= 1 << d
            count = len(range(begin[d], end[d], stride))
            if chance.happens(0.2) and begin[d]:
                begin[d] -= extent
        shape.append(count)
        strides.append(stride)
    g.result(kind, [x, g.integers(begin), g.integers(end), g.integers(strides)], tuple(shape), x, "StridedSliceOptions",
             beginMask=begin_mask, endMask=end_mask, shrinkAxisMask=shrunk)
    return True


def borders(g):
    x = g.operand(lambda v: 1 <= v.rank <= 5 and v.type not in ("bool", "int64"))
    if not x:
        return False
    chance = g.chance
    kind = chance.pick(["PAD", "PAD", "PADV2", "MIRROR_PAD"])
    mode = chance.pick([0, 1])
    amounts = []
    for extent in x.shape:
        most = 3 if kind != "MIRROR_PAD" else min(3, extent - (1 if mode == 0 else 0))
        amounts.append([chance.integer(0, most) if chance.happens(0.5) else 0 for _ in range(2)])
    shape = tuple(extent + low + high for extent, (low, high) in zip(x.shape, amounts))
    if math.prod(shape) > 4 * MOST_ELEMENTS:
        return False
    inputs = [x, g.integers(amounts)]
    if kind == "PADV2":
        inputs.append(g.constant_like(x, (1,)))
    g.result(kind, inputs, shape, x, "MirrorPadOptions" if kind == "MIRROR_PAD" else None, **({"mode": mode} if kind == "MIRROR_PAD" else {}))
    return True


def blocks(g):
    x = g.operand(lambda v: v.rank == 4 and v.type not in ("bool", "int64"))
    if not x:
        return False
    chance, (n, h, w, c) = g.chance, x.shape
    block = chance.integer(1, 3)
    kind = chance.pick(["SPACE_TO_DEPTH", "DEPTH_TO_SPACE", "SPACE_TO_BATCH_ND", "BATCH_TO_SPACE_ND"])
    if kind == "SPACE_TO_DEPTH" and h % block == 0 and w % block == 0:
        g.result(kind, [x], (n, h // block, w // block, c * block * block), x, "SpaceToDepthOptions", blockSize=block)
    elif kind == "DEPTH_TO_SPACE" and c % (block * block) == 0:
        g.result(kind, [x], (n, h * block, w * block, c // (block * block)), x, "DepthToSpaceOptions", blockSize=block)
    elif kind == "BATCH_TO_SPACE_ND" and n % (block * block) == 0:
        crops = [[chance.integer(0, 1) if h * block > 2 else 0, 0], [0, chance.integer(0, 1) if w * block > 2 else 0]]
        g.result(kind, [x, g.integers([block, block]), g.integers(crops)],
                 (n // (block * block), h * block - sum(crops[0]), w * block - sum(crops[1]), c), x)
    else:
        pads = [[1, -(h + 1) % block], [0, -w % block]]
        g.result("SPACE_TO_BATCH_ND", [x, g.integers([block, block]), g.integers(pads)],
                 (n * block * block, (h + sum(pads[0])) // block, (w + sum(pads[1])) // block, c), x)
    return True


def repeats(g):
    x = g.operand(lambda v: 1 <= v.rank <= 4 and v.size <= 1500)
    if not x:
        return False
    chance = g.chance
    if chance.happens(0.5):
        multiples = [chance.integer(1, 3) if chance.happens(0.4) else 1 for _ in x.shape]
        g.result("TILE", [x, g.integers(multiples)], tuple(e * m for e, m in zip(x.shape, multiples)), x)
    else:
        shape = tuple(chance.integer(1, 3) if e == 1 else e for e in x.shape)
        shape = (chance.integer(1, 2), *shape) if chance.happens(0.4) else shape
        g.result("BROADCAST_TO", [x, g.integers(shape)], shape, x)
    return True


def look_ups(g):
    """Gathers and scatters by constant indices."""
    x = g.operand(lambda v: 1 <= v.rank <= 4 and v.type != "bool")
    if not x:
        return False
    chance = g.chance
    kind = chance.pick(["GATHER", "GATHER", "GATHER_ND", "EMBEDDING_LOOKUP", "SCATTER_ND"])
    type = chance.pick(["int32", "int32", "int64"]) if kind == "GATHER" else "int32"
    if kind == "SCATTER_ND":
        rows = x.shape[0] + chance.integer(0, 4)
        places = chance.source.permutation(rows)[:x.shape[0]].reshape(-1, 1)
        shape = (rows, *x.shape[1:])
        g.result(kind, [g.integers(places), x, g.integers(shape)], shape, x)
    elif kind == "GATHER_ND":
        depth = chance.integer(1, x.rank)
        count = chance.integer(1, 6)
        places = numpy.stack([chance.source.integers(0, e, count) for e in x.shape[:depth]], axis=1)
        g.result(kind, [x, g.integers(places)], (count, *x.shape[depth:]), x)
    else:
        axis = chance.integer(0, x.rank - 1) if kind == "GATHER" else 0
        shape = (chance.integer(1, 6),) if chance.happens(0.7) else (2, chance.integer(1, 3))
        if kind == "EMBEDDING_LOOKUP":
            shape = shape[:1]
        indices = g.constant(chance.source.integers(0, x.shape[axis], shape).astype(type))
        out = x.shape[:axis] + shape + x.shape[axis + 1:]
        if math.prod(out) > 4 * MOST_ELEMENTS:
            return False
        inputs = [x, indices] if kind == "GATHER" else [indices, x]
        g.result(kind, inputs, out, x, *(["GatherOptions"] if kind == "GATHER" else []), **({"axis": axis} if kind == "GATHER" else {}))
    return True


def resize(g):
    x = g.operand(lambda v: v.rank == 4 and v.type in ("int8", "uint8", "float32") and (v.is_quantized or v.type == "float32"))
    if not x:
        return False
    chance = g.chance
    size = [chance.integer(1, 14), chance.integer(1, 14)]
    shape = (x.shape[0], *size, x.shape[3])
    if math.prod(shape) > 4 * MOST_ELEMENTS:
        return False
    kind, name = chance.pick([("RESIZE_BILINEAR", "ResizeBilinear"), ("RESIZE_NEAREST_NEIGHBOR", "ResizeNearestNeighbor")])
    align, half = chance.pick([(False, False), (True, False), (False, True)])
    g.result(kind, [x, g.integers(size)], shape, x, name + "Options", alignCorners=align, halfPixelCenters=half)
    return True


def known(g):
    """Values known at compile time, for others to combine with."""
    x = g.operand(lambda v: v.rank >= 1)
    if not x:
        return False
    kind = g.chance.pick(["SHAPE", "RANK", "ZEROS_LIKE", "FILL", "RANGE", "WHERE"])
    if kind == "SHAPE":
        g.result(kind, [x], (x.rank,), x, type="int32")
    elif kind == "RANK":
        g.result(kind, [x], (), x, type="int32")
    elif kind == "ZEROS_LIKE":
        g.result(kind, [x], x.shape, x)
    elif kind == "FILL":
        g.result(kind, [g.integers(x.shape), g.constant_like(x, ())], x.shape, x)
    elif kind == "RANGE":
        numbers = [g.constant(numpy.array(n, dtype=numpy.int32)) for n in (0, x.shape[-1], 1)]
        g.operator(kind, numbers, [g.tensor((x.shape[-1],), "int32")])
    elif x.type == "bool":
        g.operator(kind, [x], [g.tensor((x.size, x.rank), "int64")])
    else:
        return False
    return True


OPERATORS = [(5, shape_change), (3, transpose), (6, concatenation), (4, pieces), (4, slices), (5, borders), (2, blocks), (2, repeats),
             (2, look_ups), (3, resize), (1, known)]
