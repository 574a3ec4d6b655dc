"""Hostile models made by hand: each is valid but for the one thing that its name says.

cases() yields (name, bytes). Some may be compiled after all; none may crash, hang or eat the memory.
"""
import pathlib
import sys

import flatbuffers
import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "models"))
from writer import Writer, schema  # noqa: E402

MOST, LEAST = 2**31 - 1, -(2**31)


def pack(model):
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def convolution():
    """A writer with a convolution and an addition behind it, finished but for the bytes."""
    w = Writer("convolution")
    x = w.tensor("x", [1, 4, 4, 3], "int8", scale=0.5, zero_point=-1)
    f = w.tensor("f", numpy.arange(-40, 41).reshape(3, 3, 3, 3).astype(numpy.int8), scale=[0.1, 0.2, 0.3], axis=0)
    b = w.tensor("b", numpy.array([1, -2, 3], dtype=numpy.int32), scale=[0.05, 0.1, 0.15])
    y = w.tensor("y", [1, 4, 4, 3], "int8", scale=0.25, zero_point=3)
    z = w.tensor("z", [1, 4, 4, 3], "int8", scale=0.5, zero_point=0)
    w.operator("CONV_2D", [x, f, b], [y], "Conv2DOptions", padding=0, strideW=1, strideH=1)
    w.operator("ADD", [x, y], [z], "AddOptions", potScaleInt16=False)
    w.finish([x], [z])
    return w


def array(values, type=numpy.int32):
    return numpy.array(values, dtype=type)


TENSOR_EDITS = {
    "shape-overflow": ("shape", [MOST, MOST, MOST, MOST]), "shape-large": ("shape", [1, 40000, 40000, 3]),
    "shape-limit": ("shape", [1, 65536, 65536, 2]), "shape-negative": ("shape", [1, -4, 4, 3]),
    "shape-zero": ("shape", [1, 0, 4, 3]), "shape-rank-0": ("shape", []), "shape-rank-1000": ("shape", [1] * 1000),
    "shape-least": ("shape", [LEAST] * 4), "buffer-out-of-range": ("buffer", 99), "buffer-most": ("buffer", 2**32 - 1),
    "type-string": ("type", 5), "type-complex": ("type", 8), "type-resource": ("type", 13), "type-variant": ("type", 14),
    "type-unknown": ("type", 99), "type-negative": ("type", -7), "type-int4": ("type", 17), "type-float32": ("type", 0),
    "type-bool": ("type", 6), "type-int16": ("type", 7), "type-int64": ("type", 4), "type-uint8": ("type", 3),
    "variable": ("isVariable", True), "external": ("externalBuffer", 1), "name-none": ("name", None),
    "name-odd": ("name", "\n\x1b[31m\"</\x00 %s %n"), "name-long": ("name", "x" * 100000), "quantization-none": ("quantization", None),
}
QUANTIZATION_EDITS = {
    "scale-zero": ("scale", [0.0]), "scale-nan": ("scale", [float("nan")]), "scale-inf": ("scale", [float("inf")]),
    "scale-negative": ("scale", [-1.0]), "scale-denormal": ("scale", [1e-45]), "scale-tiny": ("scale", [1e-38]), "scale-huge": ("scale", [3e38]),
    "scales-too-many": ("scale", [0.5] * 7), "scales-none": ("scale", []), "zero-point-out-of-range": ("zeroPoint", [300]),
    "zero-point-most": ("zeroPoint", [2**63 - 1]), "zero-point-least": ("zeroPoint", [-(2**63)]), "zero-points-too-many": ("zeroPoint", [0] * 9),
    "axis-out-of-range": ("quantizedDimension", 9), "axis-negative": ("quantizedDimension", -1), "axis-other": ("quantizedDimension", 3),
}
OPERATOR_EDITS = {
    "inputs-none": ("inputs", []), "inputs-one": ("inputs", [0]), "inputs-many": ("inputs", [0] * 300), "inputs-absent": ("inputs", [-1, -1, -1]),
    "inputs-out-of-range": ("inputs", [0, 99, 2]), "inputs-negative": ("inputs", [0, -2, 2]), "inputs-least": ("inputs", [LEAST, 1, 2]),
    "inputs-itself": ("inputs", [3, 1, 2]), "inputs-later": ("inputs", [4, 1, 2]), "inputs-swapped": ("inputs", [1, 0, 2]),
    "inputs-bias-as-weights": ("inputs", [0, 2, 1]), "inputs-of-wrong-types": ("inputs", [2, 2, 2]), "outputs-none": ("outputs", []),
    "outputs-two": ("outputs", [3, 3]), "outputs-input": ("outputs", [0]), "outputs-constant": ("outputs", [1]), "outputs-absent": ("outputs", [-1]),
    "outputs-out-of-range": ("outputs", [5]), "code-out-of-range": ("opcodeIndex", 77), "options-none": ("builtinOptions", None),
    "intermediates-out-of-range": ("intermediates", [1000]),
}
CONVOLUTION_OPTIONS = {
    "stride-zero": {"strideW": 0}, "stride-negative": {"strideH": -1}, "stride-most": {"strideH": MOST, "strideW": MOST}, "stride-least": {"strideH": LEAST},
    "dilation-zero": {"dilationWFactor": 0}, "dilation-most": {"dilationWFactor": MOST, "dilationHFactor": MOST}, "dilation-negative": {"dilationHFactor": -3},
    "dilation-large": {"dilationWFactor": 30000, "dilationHFactor": 30000},
    "padding-unknown": {"padding": 77}, "activation-unknown": {"fusedActivationFunction": 99}, "activation-tanh": {"fusedActivationFunction": 4},
}


def edited():
    """Every field of a good model, one wrong at a time."""
    for role, index in (("input", 0), ("weights", 1), ("bias", 2), ("output", 3)):
        for name, (field, value) in TENSOR_EDITS.items():
            w = convolution()
            setattr(w.graph.tensors[index], field, array(value) if isinstance(value, list) else value)
            yield f"{role}-{name}", w
        for name, (field, value) in QUANTIZATION_EDITS.items():
            w = convolution()
            types = {"scale": numpy.float32, "zeroPoint": numpy.int64}
            setattr(w.graph.tensors[index].quantization, field, array(value, types[field]) if isinstance(value, list) else value)
            yield f"{role}-{name}", w
    for name, (field, value) in OPERATOR_EDITS.items():
        w = convolution()
        setattr(w.graph.operators[0], field, array(value) if isinstance(value, list) else value)
        if value is None:
            w.graph.operators[0].builtinOptionsType = 0
        yield f"operator-{name}", w
    for name, fields in CONVOLUTION_OPTIONS.items():
        w = convolution()
        for field, value in fields.items():
            setattr(w.graph.operators[0].builtinOptions, field, value)
        yield f"convolution-{name}", w


def model_edits():
    def edit(name, change):
        w = convolution()
        change(w)
        return f"model-{name}", w

    graph = schema.SubGraphT()
    yield edit("no-graph", lambda w: setattr(w.model, "subgraphs", []))
    yield edit("empty-graph", lambda w: setattr(w.model, "subgraphs", [graph]))
    yield edit("no-codes", lambda w: setattr(w.model, "operatorCodes", []))
    yield edit("no-buffers", lambda w: setattr(w.model, "buffers", []))
    yield edit("version-4", lambda w: setattr(w.model, "version", 4))
    yield edit("no-operators", lambda w: setattr(w.graph, "operators", []))
    yield edit("no-outputs", lambda w: setattr(w.graph, "outputs", array([])))
    yield edit("no-inputs", lambda w: setattr(w.graph, "inputs", array([])))
    yield edit("output-is-input", lambda w: setattr(w.graph, "outputs", array([0])))
    yield edit("output-is-constant", lambda w: setattr(w.graph, "outputs", array([1])))
    yield edit("outputs-twice", lambda w: setattr(w.graph, "outputs", array([4, 4, 4])))
    yield edit("inputs-twice", lambda w: setattr(w.graph, "inputs", array([0, 0])))
    yield edit("input-is-constant", lambda w: setattr(w.graph, "inputs", array([0, 1])))
    yield edit("input-is-result", lambda w: setattr(w.graph, "inputs", array([0, 3])))
    yield edit("output-out-of-range", lambda w: setattr(w.graph, "outputs", array([MOST])))
    yield edit("input-negative", lambda w: setattr(w.graph, "inputs", array([-1])))
    yield edit("operators-reversed", lambda w: w.graph.operators.reverse())
    yield edit("code-unknown", lambda w: setattr(w.model.operatorCodes[0], "builtinCode", 5000))
    yield edit("code-negative", lambda w: [setattr(w.model.operatorCodes[0], field, -5) for field in ("builtinCode", "deprecatedBuiltinCode")])
    yield edit("code-custom", lambda w: [setattr(w.model.operatorCodes[0], field, 32) for field in ("builtinCode", "deprecatedBuiltinCode")])
    yield edit("buffer-behind-the-file", lambda w: [setattr(w.model.buffers[1], field, 2**63) for field in ("offset", "size")])
    yield edit("buffer-size-wraps", lambda w: [setattr(w.model.buffers[1], "offset", 16), setattr(w.model.buffers[1], "size", 2**64 - 8)])


def one(kind, operands, results, options=None, **fields):
    """A model of one operator. Operands are arrays (constants) or (shape, type, quantization...)."""
    w = Writer(kind)
    add = lambda i, t: w.tensor(f"t{i}", t) if isinstance(t, numpy.ndarray) else w.tensor(f"t{i}", *t)  # noqa: E731
    indices = [add(i, t) for i, t in enumerate(operands)]
    outputs = [add(100 + i, t) for i, t in enumerate(results)]
    operator = w.operator(kind, indices, outputs, options, **fields)
    w.finish([i for i, t in zip(indices, operands) if not isinstance(t, numpy.ndarray)], outputs)
    return w, operator


F, I = "float32", "int32"
IMAGE, ROW = ([1, 4, 4, 3], F), ([2, 5], F)
BYTES = ([1, 4, 4, 3], "int8", 0.5, 0)
WORDS = ([2, 3], "int16", 0.5, 0)
SINGLE_OPERATORS = [
    ("POOL-filter-most", "MAX_POOL_2D", [IMAGE], [IMAGE], "Pool2DOptions", dict(filterHeight=MOST, filterWidth=MOST, strideH=1, strideW=1)),
    ("POOL-stride-zero", "AVERAGE_POOL_2D", [BYTES], [BYTES], "Pool2DOptions", dict(filterHeight=1, filterWidth=1)),
    ("POOL-rank", "MAX_POOL_2D", [ROW], [ROW], "Pool2DOptions", dict(filterHeight=1, filterWidth=1, strideH=1, strideW=1)),
    ("RESHAPE-two-free", "RESHAPE", [ROW, array([-1, -1])], [ROW], None, {}),
    ("RESHAPE-overflow", "RESHAPE", [ROW, array([MOST, MOST, MOST])], [ROW], None, {}),
    ("RESHAPE-zero", "RESHAPE", [ROW, array([0, -1])], [ROW], None, {}),
    ("RESHAPE-float-shape", "RESHAPE", [ROW, array([2, 5], numpy.float32)], [ROW], None, {}),
    ("TRANSPOSE-twice", "TRANSPOSE", [IMAGE, array([0, 0, 1, 1])], [IMAGE], None, {}),
    ("TRANSPOSE-out-of-range", "TRANSPOSE", [IMAGE, array([0, 1, 2, 9])], [IMAGE], None, {}),
    ("CONCATENATION-axis", "CONCATENATION", [ROW, ROW], [ROW], "ConcatenationOptions", dict(axis=100)),
    ("CONCATENATION-ranks", "CONCATENATION", [ROW, IMAGE], [ROW], "ConcatenationOptions", dict(axis=0)),
    ("SPLIT-zero", "SPLIT", [array(0), ROW], [], "SplitOptions", dict(numSplits=0)),
    ("SPLIT_V-negative", "SPLIT_V", [ROW, array([-3, 5]), array(1)], [ROW, ROW], "SplitVOptions", dict(numSplits=2)),
    ("SLICE-out-of-range", "SLICE", [ROW, array([0, MOST]), array([1, MOST])], [ROW], None, {}),
    ("SLICE-empty", "SLICE", [ROW, array([2, 5]), array([0, 0])], [([0, 0], F)], None, {}),
    ("STRIDED_SLICE-zero", "STRIDED_SLICE", [ROW, array([0, 0]), array([1, 1]), array([0, 0])], [ROW], "StridedSliceOptions", {}),
    ("STRIDED_SLICE-least", "STRIDED_SLICE", [ROW, array([LEAST] * 2), array([MOST] * 2), array([LEAST] * 2)], [ROW], "StridedSliceOptions", {}),
    ("PAD-negative", "PAD", [ROW, array([[-1, 0], [0, 0]])], [ROW], None, {}),
    ("PAD-most", "PAD", [ROW, array([[MOST, MOST], [MOST, MOST]])], [ROW], None, {}),
    ("MIRROR_PAD-too-far", "MIRROR_PAD", [ROW, array([[9, 0], [0, 9]])], [ROW], "MirrorPadOptions", {}),
    ("TILE-most", "TILE", [ROW, array([MOST, MOST])], [ROW], None, {}),
    ("TILE-long", "TILE", [ROW, array([2**62, 2**62], numpy.int64)], [ROW], None, {}),
    ("TILE-zero", "TILE", [ROW, array([0, 1])], [([0, 5], F)], None, {}),
    ("BROADCAST_TO-most", "BROADCAST_TO", [([1, 1], F), array([MOST, MOST])], [ROW], None, {}),
    ("BROADCAST_TO-large", "BROADCAST_TO", [([1, 1], F), array([2**16, 2**16])], [ROW], None, {}),
    ("FILL-most", "FILL", [array([MOST, MOST]), array(1.0, numpy.float32)], [ROW], None, {}),
    ("FILL-large", "FILL", [array([2**16, 2**16]), array(1.0, numpy.float32)], [ROW], None, {}),
    ("RANGE-endless", "RANGE", [array(0), array(MOST), array(1)], [([5], I)], None, {}),
    ("RANGE-wraps", "RANGE", [array(0, numpy.int64), array(2**63 - 1, numpy.int64), array(2**62, numpy.int64)], [([5], "int64")], None, {}),
    ("RANGE-backwards", "RANGE", [array(0), array(5), array(-1)], [([0], I)], None, {}),
    ("RESIZE-most", "RESIZE_BILINEAR", [IMAGE, array([MOST, MOST])], [IMAGE], "ResizeBilinearOptions", {}),
    ("RESIZE-large", "RESIZE_NEAREST_NEIGHBOR", [IMAGE, array([30000, 30000])], [IMAGE], "ResizeNearestNeighborOptions", {}),
    ("RESIZE-both", "RESIZE_BILINEAR", [IMAGE, array([2, 2])], [IMAGE], "ResizeBilinearOptions", dict(alignCorners=True, halfPixelCenters=True)),
    ("GATHER-out-of-range", "GATHER", [ROW, array([7, -9, MOST])], [([3, 5], F)], "GatherOptions", {}),
    ("GATHER-computed", "GATHER", [ROW, ([3], I)], [([3, 5], F)], "GatherOptions", {}),
    ("GATHER-batch", "GATHER", [ROW, array([0])], [([1, 5], F)], "GatherOptions", dict(batchDims=LEAST)),
    ("GATHER_ND-out-of-range", "GATHER_ND", [ROW, array([[9, 9]])], [([1], F)], None, {}),
    ("GATHER_ND-computed", "GATHER_ND", [ROW, ([3, 2], I)], [([3], F)], None, {}),
    ("SCATTER_ND-computed", "SCATTER_ND", [([3, 1], I), ([3], F), array([5])], [([5], F)], None, {}),
    ("SCATTER_ND-out-of-range", "SCATTER_ND", [array([[90]]), array([1.0], numpy.float32), array([5])], [([5], F)], None, {}),
    ("SCATTER_ND-most", "SCATTER_ND", [array([[0]]), array([1.0], numpy.float32), array([MOST])], [([5], F)], None, {}),
    ("EMBEDDING-out-of-range", "EMBEDDING_LOOKUP", [([2], I), ROW], [([2, 5], F)], None, {}),
    ("TOPK-negative", "TOPK_V2", [ROW, array(-1)], [ROW, ([2, 5], I)], None, {}),
    ("TOPK-most", "TOPK_V2", [ROW, array(MOST)], [ROW, ([2, 5], I)], None, {}),
    ("ARG_MAX-axis", "ARG_MAX", [ROW, array([-9])], [([2], I)], None, {}),
    ("ARG_MAX-to-float", "ARG_MAX", [ROW, array([1])], [([2], F)], None, {}),
    ("SOFTMAX-nan", "SOFTMAX", [([2, 5], "int8", 0.5, 0)], [([2, 5], "int8", 1 / 256, -128)], "SoftmaxOptions", dict(beta=float("nan"))),
    ("SOFTMAX-inf", "SOFTMAX", [([2, 5], "int8", 0.5, 0)], [([2, 5], "int8", 1 / 256, -128)], "SoftmaxOptions", dict(beta=float("inf"))),
    ("SOFTMAX-negative", "SOFTMAX", [([2, 5], "int16", 0.5, 0)], [([2, 5], "int16", 1 / 32768, 0)], "SoftmaxOptions", dict(beta=-1e30)),
    ("SOFTMAX-scalar", "SOFTMAX", [([], F)], [([], F)], "SoftmaxOptions", dict(beta=1.0)),
    ("LEAKY_RELU-nan", "LEAKY_RELU", [BYTES], [BYTES], "LeakyReluOptions", dict(alpha=float("nan"))),
    ("LEAKY_RELU-inf", "LEAKY_RELU", [WORDS], [WORDS], "LeakyReluOptions", dict(alpha=float("inf"))),
    ("FLOOR_DIV-zero", "FLOOR_DIV", [([5], I), array([0])], [([5], I)], None, {}),
    ("FLOOR_DIV-least", "FLOOR_DIV", [array([LEAST]), array([-1])], [([1], I)], None, {}),
    ("FLOOR_MOD-zero", "FLOOR_MOD", [array([5]), array([0])], [([1], I)], None, {}),
    ("ADD-shapes", "ADD", [ROW, IMAGE], [ROW], "AddOptions", {}),
    ("ADD-types", "ADD", [ROW, ([2, 5], I)], [ROW], "AddOptions", {}),
    ("ADD-quantized-and-not", "ADD", [BYTES, IMAGE], [BYTES], "AddOptions", {}),
    ("ADD-16-bit-shift", "ADD", [WORDS, WORDS], [WORDS], "AddOptions", {}),
    ("MUL-scales", "MUL", [([4], "int8", 1e-38, 0), ([4], "int8", 1e-38, 0)], [([4], "int8", 1e38, 0)], "MulOptions", {}),
    ("MUL-scales-up", "MUL", [([4], "int8", 1e38, 0), ([4], "int8", 1e38, 0)], [([4], "int8", 1e-38, 0)], "MulOptions", {}),
    ("QUANTIZE-no-scale", "QUANTIZE", [ROW], [([2, 5], "int8")], None, {}),
    ("CAST-to-string", "CAST", [ROW], [([2, 5], F)], "CastOptions", {}),
    ("DEPTH_TO_SPACE-most", "DEPTH_TO_SPACE", [IMAGE], [IMAGE], "DepthToSpaceOptions", dict(blockSize=MOST)),
    ("SPACE_TO_DEPTH-zero", "SPACE_TO_DEPTH", [IMAGE], [IMAGE], "SpaceToDepthOptions", dict(blockSize=0)),
    ("SPACE_TO_BATCH-most", "SPACE_TO_BATCH_ND", [IMAGE, array([MOST, MOST]), array([[MOST, MOST]] * 2)], [IMAGE], None, {}),
    ("BATCH_TO_SPACE-crops", "BATCH_TO_SPACE_ND", [([4, 2, 2, 1], F), array([2, 2]), array([[MOST, MOST]] * 2)], [IMAGE], None, {}),
    ("TRANSPOSE_CONV-most", "TRANSPOSE_CONV", [array([1, MOST, MOST, 2]), numpy.ones((2, 3, 3, 3), numpy.float32), IMAGE], [IMAGE],
     "TransposeConvOptions", dict(strideH=1, strideW=1)),
    ("TRANSPOSE_CONV-stride", "TRANSPOSE_CONV", [array([1, 4, 4, 2]), numpy.ones((2, 3, 3, 3), numpy.float32), IMAGE], [IMAGE],
     "TransposeConvOptions", dict(strideH=MOST, strideW=MOST)),
    ("FULLY_CONNECTED-depth", "FULLY_CONNECTED", [ROW, numpy.ones((4, 7), numpy.float32)], [ROW], "FullyConnectedOptions", {}),
    ("FULLY_CONNECTED-empty", "FULLY_CONNECTED", [ROW, numpy.ones((4, 0), numpy.float32)], [ROW], "FullyConnectedOptions", {}),
    ("FULLY_CONNECTED-computed", "FULLY_CONNECTED", [ROW, ([4, 5], F)], [([2, 4], F)], "FullyConnectedOptions", {}),
    ("FULLY_CONNECTED-half", "FULLY_CONNECTED", [ROW, numpy.ones((4, 5), numpy.float16)], [([2, 4], F)], "FullyConnectedOptions", {}),
    ("CONV_2D-computed", "CONV_2D", [IMAGE, ([2, 3, 3, 3], F)], [([1, 2, 2, 2], F)], "Conv2DOptions", dict(padding=1, strideH=1, strideW=1)),
    ("DEPTHWISE-multiple", "DEPTHWISE_CONV_2D", [IMAGE, numpy.ones((1, 3, 3, 4), numpy.float32)], [IMAGE], "DepthwiseConv2DOptions",
     dict(padding=1, strideH=1, strideW=1)),
    ("BATCH_MATMUL-rank", "BATCH_MATMUL", [([5], F), ([5], F)], [([1], F)], "BatchMatMulOptions", {}),
    ("MEAN-axis", "MEAN", [IMAGE, array([99])], [IMAGE], "ReducerOptions", {}),
    ("MEAN-empty", "MEAN", [([0, 3], F), array([0])], [([3], F)], "ReducerOptions", {}),
    ("MEAN-empty-bytes", "MEAN", [([0, 3], "int8", 0.5, 0), array([0])], [([3], "int8", 0.5, 0)], "ReducerOptions", {}),
    ("REDUCE_MAX-empty", "REDUCE_MAX", [([2, 0], F), array([1])], [([2], F)], "ReducerOptions", {}),
    ("SQUEEZE-not-one", "SQUEEZE", [IMAGE], [IMAGE], "SqueezeOptions", dict(squeezeDims=[1])),
    ("EXPAND_DIMS-axis", "EXPAND_DIMS", [ROW, array(MOST)], [ROW], None, {}),
    ("PACK-axis", "PACK", [ROW, ROW], [ROW], "PackOptions", dict(axis=LEAST)),
    ("UNPACK-count", "UNPACK", [ROW], [ROW, ROW, ROW], "UnpackOptions", dict(axis=0, num=3)),
    ("PRELU-slope", "PRELU", [ROW, numpy.ones((3, 5), numpy.float32)], [ROW], None, {}),
    ("SVDF-rank", "SVDF", [ROW, numpy.ones((4, 5), numpy.float32), numpy.ones((4, 3), numpy.float32), numpy.ones(4, numpy.float32), ([2, 12], F)],
     [([2, 4], F)], "SVDFOptions", dict(rank=-1)),
    ("LSTM-one-input", "LSTM", [ROW], [ROW], "LSTMOptions", dict(fusedActivationFunction=4)),
    ("READ_VARIABLE-none", "READ_VARIABLE", [([1], I)], [ROW], None, {}),
    ("ASSIGN_VARIABLE-none", "ASSIGN_VARIABLE", [([1], I), ROW], [], None, {}),
    ("CALL_ONCE-itself", "CALL_ONCE", [], [], "CallOnceOptions", dict(initSubgraphIndex=0)),
    ("CALL_ONCE-out-of-range", "CALL_ONCE", [], [], "CallOnceOptions", dict(initSubgraphIndex=MOST)),
    ("WHILE-itself", "WHILE", [([], "bool")], [([], "bool")], "WhileOptions", {}),
    ("WHILE-out-of-range", "WHILE", [([], "bool")], [([], "bool")], "WhileOptions", dict(condSubgraphIndex=5, bodySubgraphIndex=-5)),
    ("WHILE-nothing", "WHILE", [], [], "WhileOptions", dict(condSubgraphIndex=1, bodySubgraphIndex=1)),
    ("WHERE-rank-9", "WHERE", [([1] * 9, "bool")], [([1, 9], "int64")], None, {}),
]


def chain(kind, count):
    w = Writer(f"{count} {kind}")
    first = value = w.tensor("x", [3], F)
    for i in range(count):
        out = w.tensor(f"y{i}", [3], F)
        w.operator(kind, [value], [out])
        value = out
    w.finish([first], [value])
    return w


def loops(depth, condition_too):
    """Graph k loops over graph k + 1; with `condition_too`, twice, which makes 2^depth regions of it."""
    w = Writer("loops")
    model = w.model
    graphs = []
    for k in range(depth + 1):
        w.graph = schema.SubGraphT()
        w.graph.tensors, w.graph.operators = [], []
        x = w.tensor("x", [], "bool")
        y = w.tensor("y", [], "bool")
        if k < depth:
            w.operator("WHILE", [x], [y], "WhileOptions", condSubgraphIndex=k + 1 if condition_too else depth, bodySubgraphIndex=k + 1)
        else:
            w.operator("LOGICAL_NOT", [x], [y])
        w.finish([x], [y])
        graphs.append(w.graph)
    model.subgraphs = graphs
    return w


def rings():
    """Two graphs that loop over each other."""
    w = loops(2, False)
    w.model.subgraphs[1].operators[0].builtinOptions.bodySubgraphIndex = 1
    return w


def sparse(name, order=(0, 1), segments=(0, 1, 2), indices=(0, 1), block=(), size=2):
    w, _ = one("FULLY_CONNECTED", [([1, 2], F), numpy.ones((2, 2), numpy.float32)], [([1, 2], F)], "FullyConnectedOptions")
    sparsity = schema.SparsityParametersT()
    sparsity.traversalOrder, sparsity.blockMap = array(order), array(block)
    dense, rows = schema.DimensionMetadataT(), schema.DimensionMetadataT()
    dense.format, dense.denseSize = 0, size
    rows.format = 1
    rows.arraySegmentsType = rows.arrayIndicesType = 1
    rows.arraySegments, rows.arrayIndices = schema.Int32VectorT(), schema.Int32VectorT()
    rows.arraySegments.values, rows.arrayIndices.values = array(segments), array(indices)
    sparsity.dimMetadata = [dense, rows]
    w.graph.tensors[1].sparsity = sparsity
    w.model.buffers[1].data = numpy.frombuffer(numpy.ones(2, numpy.float32).tobytes(), numpy.uint8)
    return f"sparse-{name}", w


def special():
    yield "chain-1500", chain("ABS", 1500)
    yield "chain-unsupported", chain("RFFT2D", 300)
    yield "loops-30-deep", loops(30, False)
    yield "loops-1000-deep", loops(1000, False)
    yield "loops-2-to-the-40", loops(40, True)
    yield "loops-ring", rings()
    yield sparse("good")
    yield sparse("order-out-of-range", order=(0, 9))
    yield sparse("order-twice", order=(0, 0))
    yield sparse("order-long", order=(0, 1, 2, 3, 4))
    yield sparse("segments-short", segments=(0,))
    yield sparse("segments-falling", segments=(0, 2, 1))
    yield sparse("segments-most", segments=(0, MOST, MOST))
    yield sparse("segments-negative", segments=(0, -5, 2))
    yield sparse("indices-out-of-range", indices=(0, 900))
    yield sparse("indices-negative", indices=(-1, LEAST))
    yield sparse("block-out-of-range", order=(0, 1, 2), block=(7,))
    yield sparse("size-most", size=MOST)
    yield sparse("size-negative", size=-2)
    w, operator = one("CUSTOM", [([1, 4, 4], F), ([1, 4, 3], F), numpy.ones((4, 4), numpy.float32)],
                      [([1, 2, 4], F), ([1, 2], F), ([1, 2], F), ([1], F)])
    w.model.operatorCodes[0].customCode = "TFLite_Detection_PostProcess"
    for name, options in (("empty", b""), ("short", b"\0"), ("noise", bytes(range(64))), ("zeros", bytes(64)), ("ones", b"\xff" * 64)):
        operator.customOptions = numpy.frombuffer(options, numpy.uint8)
        yield f"detection-{name}", pack(w.model)


def cases():
    for name, w in [*edited(), *model_edits(), *special()]:
        try:
            yield name, w if isinstance(w, bytes) else pack(w.model)
        except (OverflowError, TypeError, ValueError) as error:
            raise AssertionError(f"{name} cannot be written: {error}") from error
    for name, kind, operands, results, options, fields in SINGLE_OPERATORS:
        yield name, pack(one(kind, operands, results, options, **fields)[0].model)
    good = pack(convolution().model)
    yield "empty", b""
    yield "one-byte", b"\0"
    yield "identifier-alone", b"\x08\0\0\0TFL3"
    yield "root-outside", b"\xff\xff\xff\x7f" + good[4:]
    yield "root-negative", b"\xff\xff\xff\xff" + good[4:]
    yield "root-zero", b"\0\0\0\0" + good[4:]
    yield "other-identifier", good[:4] + b"TFL9" + good[8:]
    yield "doubled", good + good
    yield "text", b"module {}\n"
