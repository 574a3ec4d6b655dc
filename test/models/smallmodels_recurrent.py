"""Small models of layers with memory, of control flow and variables, and chains that a compiler fuses."""
import numpy
from flatbuffers import flexbuffers

from smallmodel import F32, I8, I16, I32, NONE, RELU, RELU6, SAME, Model, Type, quantized
from writer import schema

TANH = 4


def sequence(model, kind, x, operands, y, **options):
    """An LSTM of one kind: over a sequence, or one step of it."""
    options_type = "LSTMOptions" if kind == "LSTM" else "UnidirectionalSequenceLSTMOptions"
    while len(operands) < 24:
        operands.append(-1)
    return model.apply(kind, operands, y, options_type, fusedActivationFunction=TANH, **options)


def float_lstm(name, kind="UNIDIRECTIONAL_SEQUENCE_LSTM", shape=(2, 3, 5), cells=4, units=None, gates=4, peephole=False, norms=False, clip=0.0,
               projection_clip=0.0, projection_bias=False, time_major=False):
    model = Model(name, invokes=2)
    draw = lambda *extents: model.constant(F32, model.random.uniform(-0.6, 0.6, extents))
    absent = [4 - gates > 0 and gate == 0 for gate in range(4)]
    inner, units = shape[-1], units or cells
    batch = shape[1] if time_major else shape[0]
    operands = [model.input(F32, list(shape), low=-1, high=1)]
    operands += [-1 if absent[gate] else draw(cells, inner) for gate in range(4)]
    operands += [-1 if absent[gate] else draw(cells, units) for gate in range(4)]
    operands += [draw(cells) if peephole and not (gate == 0 and absent[0]) else -1 for gate in range(3)]
    operands += [-1 if absent[gate] else draw(cells) for gate in range(4)]
    operands += [draw(units, cells) if units != cells else -1, draw(units) if projection_bias else -1]
    operands += [model.tensor(F32, [batch, units], variable=True), model.tensor(F32, [batch, cells], variable=True)]
    operands += [draw(cells) if norms and not absent[gate] else -1 for gate in range(4)]
    options = {"cellClip": clip, "projClip": projection_clip}
    if kind != "LSTM":
        options["timeMajor"] = time_major
    sequence(model, kind, operands[0], operands, F32, **options)
    return model


def integer_lstm(name, zero_point=0, shape=(2, 3, 5), cells=4, units=None, gates=4, peephole=False, norms=False, clip=0.0, cell_scale=2.0**-11):
    model = Model(name, invokes=2)
    inner, batch, units = shape[-1], shape[0], units or cells
    x, hidden, cell = quantized("int8", 0.0078, 3), quantized("int8", 0.0075, zero_point), quantized("int16", cell_scale)
    output = quantized("int8", 0.0075, zero_point)
    weights = lambda *extents: model.constant(quantized("int8", model.random.uniform(0.003, 0.008)), model.draw(I8, extents, -127, 127))
    small = lambda *extents: model.constant(quantized("int16", 0.00003), model.draw(I16, extents, -32767, 32767))
    absent = gates < 4
    operands = [model.input(x, list(shape))]
    operands += [-1 if absent and gate == 0 else weights(cells, inner) for gate in range(4)]
    operands += [-1 if absent and gate == 0 else weights(cells, units) for gate in range(4)]
    operands += [small(cells) if peephole and not (absent and gate == 0) else -1 for gate in range(3)]
    bias_scale = 2.0**-18 if norms else 0.0078 * 0.005
    operands += [-1 if absent and gate == 0 else model.constant(quantized("int32", bias_scale), model.draw(I32, [cells], -9000, 9000)) for gate in range(4)]
    operands += [weights(units, cells) if units != cells else -1, -1]
    operands += [model.tensor(hidden, [batch, units], variable=True), model.tensor(cell, [batch, cells], variable=True)]
    operands += [model.constant(quantized("int16", 2.0**-14), model.draw(I16, [cells], 4000, 20000)) if norms and not (absent and gate == 0) else -1
                 for gate in range(4)]
    intermediates = [model.tensor(quantized("int16", 0.0003), [1]) for _ in range(4)] + [model.tensor(quantized("int8", 0.0076, -2 if units != cells else zero_point), [1])]
    sequence(model, "UNIDIRECTIONAL_SEQUENCE_LSTM", x, operands, output, cellClip=clip)
    model.writer.graph.operators[-1].intermediates = numpy.array(intermediates, numpy.int32)
    return model


def lstms():
    yield float_lstm("sequence_lstm_float")
    yield float_lstm("sequence_lstm_float_time_major", time_major=True, shape=(3, 2, 7))
    yield float_lstm("sequence_lstm_float_peephole", peephole=True, clip=0.4)
    yield float_lstm("sequence_lstm_float_projection", units=3, cells=6, projection_bias=True, projection_clip=0.2)
    yield float_lstm("sequence_lstm_float_coupled", gates=3)
    yield float_lstm("sequence_lstm_float_coupled_peephole", gates=3, peephole=True)
    yield float_lstm("sequence_lstm_float_norms", norms=True)
    yield float_lstm("lstm_float", kind="LSTM", shape=(2, 5))
    yield float_lstm("lstm_float_everything", kind="LSTM", shape=(3, 5), units=2, cells=7, peephole=True, norms=True, clip=1.0)
    yield integer_lstm("sequence_lstm_int8")
    yield integer_lstm("sequence_lstm_int8_zero_point", zero_point=7)
    yield integer_lstm("sequence_lstm_int8_wide", cells=19, shape=(1, 4, 33))
    yield integer_lstm("sequence_lstm_int8_projection", units=3, cells=8)
    yield integer_lstm("sequence_lstm_int8_peephole", peephole=True, clip=2.0)
    yield integer_lstm("sequence_lstm_int8_norms", norms=True)
    yield integer_lstm("sequence_lstm_int8_coupled", gates=3)
    # Dynamic range: float activations, int8 weights.
    model = Model("sequence_lstm_hybrid", invokes=2)
    weights = lambda *extents: model.constant(quantized("int8", 0.005), model.draw(I8, extents, -127, 127))
    operands = [model.input(F32, [2, 3, 5], low=-1, high=1)] + [weights(4, 5) for _ in range(4)] + [weights(4, 4) for _ in range(4)] + [-1] * 3
    operands += [model.constant(F32, model.random.uniform(-0.5, 0.5, 4)) for _ in range(4)] + [-1, -1]
    operands += [model.tensor(F32, [2, 4], variable=True), model.tensor(F32, [2, 4], variable=True)]
    sequence(model, "UNIDIRECTIONAL_SEQUENCE_LSTM", operands[0], operands, F32)
    yield model


def filters():
    for scheme in ("float", "int8", "hybrid"):
        for name, rank, has_bias, activation in (("rank1", 1, True, NONE), ("rank2_relu", 2, True, RELU), ("no_bias", 1, False, NONE)):
            model = Model(f"svdf_{scheme}_{name}", invokes=3)
            batch, inner, units, memory = 2, 7, 3, 5
            features = units * rank
            if scheme == "int8":
                # The integer kernel knows no other activation.
                activation = RELU
                x, y = quantized("int8", 0.0078, 4), quantized("int8", 0.061, -128 if rank == 2 else 5)
                feature = model.constant(quantized("int8", 0.0071), model.draw(I8, [features, inner], -127, 127))
                time = model.constant(quantized("int16", 0.00003), model.draw(I16, [features, memory], -32767, 32767))
                bias = model.constant(quantized("int32", 0.0003 * 0.00003), model.draw(I32, [units], -20000000, 20000000))
                state = model.tensor(quantized("int16", 0.0003), [batch, memory * features], variable=True)
            else:
                x = y = F32
                feature, time = [model.random.uniform(-1, 1, extents) for extents in ((features, inner), (features, memory))]
                if scheme == "hybrid":
                    feature = model.constant(quantized("int8", 1 / 127), numpy.round(feature * 127))
                    # TFLite keeps the time weights of a hybrid filter in int8 too.
                    time = model.constant(quantized("int8", 1 / 127), numpy.round(time * 127))
                else:
                    feature, time = model.constant(F32, feature), model.constant(F32, time)
                bias = model.constant(F32, model.random.uniform(-1, 1, units))
                state = model.tensor(F32, [batch, memory * features], variable=True)
            operands = [model.input(x, [batch, inner]), feature, time, bias if has_bias else -1, state]
            model.apply("SVDF", operands, y, "SVDFOptions", rank=rank, fusedActivationFunction=activation)
            yield model


def detection():
    for name, regular in (("fast", False), ("regular", True)):
        for scheme in ("float", "uint8"):
            model = Model(f"detection_postprocess_{name}_{scheme}")
            boxes, classes = 12, 3
            x = F32 if scheme == "float" else quantized("uint8", 0.031, 128)
            scores = F32 if scheme == "float" else quantized("uint8", 1 / 256, 0)
            anchors = numpy.stack([model.random.uniform(0.2, 0.8, boxes), model.random.uniform(0.2, 0.8, boxes),
                                   model.random.uniform(0.1, 0.4, boxes), model.random.uniform(0.1, 0.4, boxes)], axis=1)
            anchor_type = F32 if scheme == "float" else quantized("uint8", 1 / 255, 0)
            anchors = anchors if scheme == "float" else numpy.round(anchors * 255)
            low, high = (0, 1) if scheme == "float" else (None, None)
            likely = model.draw(scores, [1, boxes, classes + 1], low, high)
            operands = [model.input(x, [1, boxes, 4], low=-2 if scheme == "float" else None, high=2), model.input(scores, [1, boxes, classes + 1], likely),
                        model.constant(anchor_type, anchors)]
            model.apply("CUSTOM", operands, [F32] * 4)
            model.writer.model.operatorCodes[-1].customCode = "TFLite_Detection_PostProcess"
            options = flexbuffers.Dumps({"max_detections": 5, "max_classes_per_detection": 1, "detections_per_class": 4, "use_regular_nms": regular,
                                         "nms_score_threshold": 0.3, "nms_iou_threshold": 0.5, "num_classes": classes, "y_scale": 10.0, "x_scale": 10.0,
                                         "h_scale": 5.0, "w_scale": 5.0})
            model.writer.graph.operators[-1].customOptions = numpy.frombuffer(bytes(options), dtype=numpy.uint8)
            yield model


def control():
    model = Model("while_counts")
    x, count = model.input(F32, [3]), model.input(I32, [], 1)
    condition = model.subgraph()
    a, b, less = condition.tensor("a", [3], "float32"), condition.tensor("b", [], "int32"), condition.tensor("c", [], "bool")
    condition.operator("LESS", [b, condition.tensor("limit", numpy.array(5, dtype="int32"))], [less])
    model.close(condition, [a, b], [less])
    body = model.subgraph()
    a, b, next_a, next_b = [body.tensor(name, [3] if "a" in name else [], kind) for name, kind in
                            (("a", "float32"), ("b", "int32"), ("next a", "float32"), ("next b", "int32"))]
    body.operator("ADD", [a, body.tensor("step", numpy.array([0.5, 1.5, -2], dtype="float32"))], [next_a], "AddOptions")
    body.operator("ADD", [b, body.tensor("one", numpy.array(1, dtype="int32"))], [next_b], "AddOptions")
    model.close(body, [a, b], [next_a, next_b])
    model.apply("WHILE", [x, count], [F32, I32], "WhileOptions", condSubgraphIndex=1, bodySubgraphIndex=2)
    yield model

    # A counter: a variable that CALL_ONCE fills and every run adds to.
    model = Model("variable_accumulates", invokes=3)
    first = model.subgraph()
    handle = first.tensor("handle", [1], "float32")
    first.graph.tensors[handle].type = schema.TensorType.RESOURCE
    first.operator("VAR_HANDLE", [], [handle], "VarHandleOptions", sharedName="total")
    first.operator("ASSIGN_VARIABLE", [handle, first.tensor("start", numpy.array([1, 2, 3], dtype="float32"))], [])
    model.close(first, [], [])
    x = model.input(F32, [3])
    model.operator("CALL_ONCE", [], [], "CallOnceOptions", initSubgraphIndex=1)
    handle, total = model.tensor(F32, [1]), model.tensor(F32, [3])
    model.writer.graph.tensors[handle].type = schema.TensorType.RESOURCE
    model.operator("VAR_HANDLE", [], [handle], "VarHandleOptions", sharedName="total")
    model.operator("READ_VARIABLE", [handle], [total])
    sum_of_both = model.apply("ADD", [x, total], F32, "AddOptions")
    model.operator("ASSIGN_VARIABLE", [handle, sum_of_both], [])
    model.writer.graph.tensors[sum_of_both].shape = numpy.array([3], numpy.int32)
    yield model


def chains():
    """Operators in a row, as networks have them: what is fused has to stay what it was."""
    for storage, zero_point in (("int8", -11), ("uint8", 117)):
        model = Model(f"chain_{storage}_residual")
        x, middle, y = Type(storage, 0.05, zero_point), Type(storage, 0.11, zero_point + 4), Type(storage, 0.13, zero_point - 5)
        image = model.input(x, [1, 6, 6, 8])
        w = model.constant(Type(storage, 0.006, 0 if storage == "int8" else 125), model.draw(Type(storage), [8, 3, 3, 8]))
        bias = model.constant(Type("int32", 0.05 * 0.006), model.draw(I32, [8], -30000, 30000))
        inner = model.tensor(middle, [1, 6, 6, 8])
        model.operator("CONV_2D", [image, w, bias], [inner], "Conv2DOptions", padding=SAME, strideH=1, strideW=1, fusedActivationFunction=RELU6)
        total = model.tensor(y, [1, 6, 6, 8])
        model.operator("ADD", [inner, image], [total], "AddOptions", fusedActivationFunction=RELU)
        pooled = model.tensor(y, [1, 3, 3, 8])
        model.operator("MAX_POOL_2D", [total], [pooled], "Pool2DOptions", padding=SAME, strideH=2, strideW=2, filterHeight=2, filterWidth=2)
        rows = model.tensor(y, [1, 72])
        model.operator("RESHAPE", [pooled, model.constant(I32, [1, 72])], [rows])
        dense = model.constant(Type(storage, 0.004, 0 if storage == "int8" else 131), model.draw(Type(storage), [5, 72]))
        model.apply("FULLY_CONNECTED", [rows, dense, -1], Type(storage, 0.09, zero_point), "FullyConnectedOptions")
        yield model
    # float, quantized in the middle, float again.
    model = Model("chain_quantize_depthwise_dequantize")
    code, wide = quantized("int8", 0.031, 5), quantized("int8", 0.3, -3)
    codes, sums = model.tensor(code, [1, 5, 5, 6]), model.tensor(wide, [1, 5, 5, 6])
    model.operator("QUANTIZE", [model.input(F32, [1, 5, 5, 6])], [codes])
    scales = model.random.uniform(0.004, 0.02, 6)
    w = model.constant(Type("int8", scales, 0), model.draw(I8, [1, 3, 3, 6]), axis=3)
    bias = model.constant(Type("int32", numpy.float32(0.031) * numpy.float32(scales), 0), model.draw(I32, [6], -9000, 9000))
    model.operator("DEPTHWISE_CONV_2D", [codes, w, bias], [sums], "DepthwiseConv2DOptions", padding=SAME, strideH=1, strideW=1, depthMultiplier=1)
    model.apply("DEQUANTIZE", [sums], F32)
    yield model


def models():
    yield from lstms()
    yield from filters()
    yield from detection()
    yield from control()
    yield from chains()
