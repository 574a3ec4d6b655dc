"""Models that are refused: each is valid but for the one thing that its name says."""
import numpy
from onnx import TensorProto, helper, numpy_helper

from model import BOOL, FLOAT, INT32, INT64, UINT8, INT4, Model, f32, i64, made, one, ramp, raw_tensor, to_bytes
from quantized import convolution_qdq


@made()
def unsupported():
    model = Model(17, **{"com.example": 1})
    model.input("x", [1, 4])
    model.node("STFT", ["x"], "spectrum")
    model.node("Relu", ["x"], "kept")
    model.node("MyOperator", ["spectrum"], "mine", domain="com.example", name="block/mine")
    model.node("Det", ["mine"], "y")
    model.output("y")
    return model


@made()
def first_causes():
    model = Model()
    model.input("x", [1, 4])
    model.node("Gelu", ["x"], "first", approximate="sometimes")
    model.node("Relu", ["first"], "follows")
    model.node("Flatten", ["x"], "second", axis=7)
    model.node("Add", ["follows", "second"], "y")
    model.output("y")
    return model


@made()
def attribute_of_wrong_type():
    return one("LeakyRelu", [[1, 4]], alpha=1)


@made()
def unknown_attribute():
    return one("Relu", [[1, 4]], colour="red")


@made()
def attribute_without_meaning_here():
    return one("Celu", [[1, 4]], alpha=-0.5)


@made()
def missing_input():
    model = Model()
    model.input("x", [1, 4])
    model.node("Add", ["x", "nowhere"], "y")
    model.output("y")
    return model


@made()
def absent_operand():
    return one("Add", [[1, 4], None])


@made()
def too_many_operands():
    return one("Relu", [[1, 4], [1, 4]])


@made()
def two_results():
    return one("MaxPool", [[1, 1, 4, 4]], outputs=2, kernel_shape=[2, 2])


@made()
def missing_output():
    model = one("Relu", [[1, 4]])
    model.output("nobody")
    return model


@made()
def no_outputs():
    model = one("Relu", [[1, 4]])
    model.outputs = []
    return model


@made()
def input_without_shape():
    model = Model()
    model.input("x", None)
    model.node("Relu", ["x"], "y")
    model.output("y")
    return model


@made()
def input_of_strings():
    model = Model()
    model.input("x", [1], TensorProto.STRING)
    model.node("Identity", ["x"], "y")
    model.output("y", type=TensorProto.STRING)
    return model


@made()
def bounds_computed():
    return one("Clip", [[4], [], []])


@made()
def parts_too_small():
    return one("Split", [[6], i64(2, 3)], outputs=2)


@made()
def scale_zero():
    return one("QuantizeLinear", [[4], f32(0)[0], numpy.uint8(0)], type=UINT8)


@made()
def scale_negative():
    return one("QuantizeLinear", [[4], f32(-1)[0], numpy.uint8(0)], type=UINT8)


@made()
def scale_nan():
    return one("DequantizeLinear", [ramp(4, type=numpy.int8), f32(numpy.nan)[0]])


@made()
def scales_of_wrong_count():
    return one("DequantizeLinear", [ramp(2, 3, type=numpy.int8), f32(1, 2)], axis=1)


@made()
def scales_of_wrong_count_of_activations():
    return one("QuantizeLinear", [[2, 3], f32(1, 2), numpy.zeros(2, numpy.uint8)], type=UINT8)


@made()
def zero_points_of_wrong_count():
    return one("DequantizeLinear", [ramp(2, 3, type=numpy.int8), f32(1, 2, 3), numpy.zeros(2, numpy.int8)], axis=1)


@made()
def blocks_with_a_rest():
    return one("DequantizeLinear", [ramp(2, 5, type=numpy.int8), ramp(2, 3)], opset=21, block_size=2, axis=1)


@made()
def scales_of_too_few_blocks():
    return one("DequantizeLinear", [ramp(2, 4, type=numpy.int8), ramp(2, 3)], opset=21, block_size=2, axis=1)


@made()
def filters_of_unknown_zero_point():
    model = Model()
    model.input("x", [1, 2, 5, 5], UINT8)
    model.input("zero_point", [], UINT8)
    model.node("ConvInteger", ["x", model.constant("w", ramp(2, 2, 3, 3, type=numpy.uint8)), "", "zero_point"], "y")
    model.output("y", None, INT32)
    return model


@made()
def types_apart():
    model = Model()
    model.input("x", [4])
    model.input("i", [4], INT32)
    model.node("Add", ["x", "i"], "first")
    model.node("Max", ["x", "i"], "second")
    model.node("Where", ["x", "x", "x"], "third")
    for name in ("first", "second", "third"):
        model.output(name)
    return model


@made()
def constants_of_types_apart():
    """What is folded while it is imported is checked before."""
    model = Model()
    model.constant("a", f32(1, 2))
    model.constant("b", i64(1, 2))
    model.node("Max", ["a", "b"], "y")
    model.output("y")
    return model


@made()
def scalar_softmax():
    return one("Softmax", [[]])


@made()
def function_in_model():
    proto = one("Relu", [[4]]).proto()
    proto.functions.append(helper.make_function("com.example", "F", ["a"], ["b"], [helper.make_node("Relu", ["a"], ["b"])],
                                                [helper.make_opsetid("", 17)]))
    return proto


@made()
def cut():
    return to_bytes(convolution_qdq())[:-40]


@made()
def large_fill():
    return one("ConstantOfShape", [i64(65536, 65536)])


@made()
def large_expand():
    return one("Expand", [[1], i64(65536, 65536)])


@made()
def large_input():
    return one("Relu", [[65536, 65536]])


@made()
def large_initializer():
    return one("Add", [[4], raw_tensor(FLOAT, [2**40, 2**40], b"")])


@made()
def overflowing_initializer():
    return one("Add", [[4], raw_tensor(FLOAT, [2**62, 4], b"")])


@made()
def negative_initializer():
    return one("Add", [[4], raw_tensor(FLOAT, [-1, 4], bytes(16))])


@made()
def large_pads():
    return one("Conv", [[1, 1, 4, 4], ramp(1, 1, 3, 3)], pads=[2**40, 0, 0, 0])


@made()
def large_groups():
    return one("Conv", [[1, 4, 4, 4], ramp(4, 1, 3, 3)], group=2**62)


@made()
def large_output_padding():
    return one("ConvTranspose", [[1, 1, 4, 4], ramp(1, 1, 3, 3)], output_padding=[2**62, 2**62])


@made()
def large_output_shape():
    return one("ConvTranspose", [[1, 1, 4, 4], ramp(1, 1, 3, 3)], output_shape=[-2**63, -2**63])


@made()
def large_range():
    return one("Range", [i64(0)[0], i64(2**62)[0], i64(1)[0]], type=INT64)


@made()
def large_tile():
    return one("Tile", [[4, 4], i64(2**31 - 1, 2**31 - 1)])


@made()
def bfloat16_constant():
    return one("Cast", [raw_tensor(TensorProto.BFLOAT16, [2], bytes(4))], to=FLOAT)


@made()
def string_constant():
    return one("Identity", [TensorProto(data_type=TensorProto.STRING, dims=[1], string_data=[b"a"])])


@made()
def wild_type():
    return one("Identity", [raw_tensor(99, [1], bytes(4))])


@made()
def short_raw():
    return one("Identity", [raw_tensor(FLOAT, [2], bytes(7))])


@made()
def long_raw():
    return one("Identity", [raw_tensor(FLOAT, [2], bytes(12))])


@made()
def short_typed():
    tensor = TensorProto(data_type=FLOAT, dims=[2])
    tensor.float_data.append(1)
    return one("Identity", [tensor])


@made()
def short_nibbles():
    return one("DequantizeLinear", [raw_tensor(INT4, [3], bytes(1)), f32(1)[0]], opset=21)


@made()
def odd_boolean():
    return one("Identity", [raw_tensor(BOOL, [2], bytes([1, 2]))], type=BOOL)


@made()
def sparse():
    proto = one("Relu", [[4]]).proto()
    proto.graph.sparse_initializer.append(helper.make_sparse_tensor(numpy_helper.from_array(f32(1), "v"),
                                                                    numpy_helper.from_array(i64(0), "i"), [4]))
    return proto
