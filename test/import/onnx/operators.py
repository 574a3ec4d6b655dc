"""Constants of every type, shapes, versions of operators, windows."""
import numpy
from onnx import TensorProto

from model import BOOL, FLOAT, INT32, INT64, UINT8, INT8, INT4, UINT4, Model, f32, i64, made, one, ramp, raw_tensor


@made()
def encodings():
    """A constant of every type as raw bytes and in the field of its type: each is an output."""
    model = Model(21)
    kinds = [("float", FLOAT, numpy.float32, "float_data"), ("double", TensorProto.DOUBLE, numpy.float64, "double_data"),
             ("u8", UINT8, numpy.uint8, "int32_data"), ("i8", INT8, numpy.int8, "int32_data"),
             ("u16", TensorProto.UINT16, numpy.uint16, "int32_data"), ("i16", TensorProto.INT16, numpy.int16, "int32_data"),
             ("i32", INT32, numpy.int32, "int32_data"), ("i64", INT64, numpy.int64, "int64_data"),
             ("u32", TensorProto.UINT32, numpy.uint32, "uint64_data"), ("u64", TensorProto.UINT64, numpy.uint64, "uint64_data"),
             ("bool", BOOL, numpy.bool_, "int32_data")]
    for name, type, dtype, field in kinds:
        array = numpy.array([1, 0] if name == "bool" else [3, 5] if name[0] == "u" else [3, -5]).astype(dtype)
        model.constant(f"{name}_raw", raw_tensor(type, [2], array.tobytes()))
        typed = TensorProto(data_type=type, dims=[2])
        getattr(typed, field).extend(array.tolist())
        model.constant(f"{name}_typed", typed)
        for form in ("raw", "typed"):
            model.node("Identity", [f"{name}_{form}"], f"{name}_{form}_y")
            model.output(f"{name}_{form}_y", [2], type)
    return model


@made()
def half_constants():
    """Float16 constants are read where a cast makes floats of them."""
    model = Model()
    model.constant("raw", numpy.array([1.5, -0.25], numpy.float16))
    typed = TensorProto(data_type=TensorProto.FLOAT16, dims=[2])
    typed.int32_data.extend(numpy.array([1.5, -0.25], numpy.float16).view(numpy.uint16).tolist())
    model.constant("typed", typed)
    for form in ("raw", "typed"):
        model.node("Cast", [form], f"{form}_y", to=FLOAT)
        model.output(f"{form}_y", [2])
    return model


@made()
def nibbles():
    """Codes of 4 bits, two in a byte, the lower half first; an odd one at the end."""
    model = Model(21)
    model.constant("signed", raw_tensor(INT4, [3], bytes([0xF1, 0x08])))
    model.constant("unsigned", raw_tensor(UINT4, [3], bytes([0xF1, 0x08])))
    typed = TensorProto(data_type=INT4, dims=[3])
    typed.int32_data.extend([0xF1, 0x08])
    model.constant("typed", typed)
    model.constant("scale", numpy.float32(1))
    for name in ("signed", "unsigned", "typed"):
        model.node("DequantizeLinear", [name, "scale"], f"{name}_y")
        model.output(f"{name}_y", [3])
    return model


@made()
def initializers_as_inputs():
    """Files of IR version 3 name each initializer as an input, too."""
    model = Model()
    model.input("x", [2])
    model.input("w", [2])
    model.constant("w", f32(1, 2))
    model.node("Add", ["x", "w"], "y")
    model.output("y", [2])
    return model


@made()
def open_dimensions():
    model = Model()
    model.input("x", ["batch", "length", 2])
    model.node("Relu", ["x"], "y")
    model.output("y", ["batch", "length", 2])
    return model


@made()
def nameless_dimension():
    model = Model()
    model.input("x", [1, None])
    model.node("Relu", ["x"], "y")
    model.output("y")
    return model


@made()
def dimensions_of_minus_one():
    return one("Relu", [[-1, 3]])


@made()
def chain_of_shapes():
    """x.view(x.size(0), -1) and a resize to twice the size, as PyTorch writes them."""
    model = Model()
    model.input("x", ["batch", 2, 4, 4])
    for name, value in (("zero", i64(0)[0]), ("two", i64(2)), ("four", i64(4)), ("first", i64(0)), ("rest", i64(-1)), ("scale", f32(2))):
        model.constant(name, value)
    model.node("Shape", ["x"], "shape")
    model.node("Gather", ["shape", "zero"], "batch")
    model.node("Unsqueeze", ["batch", "first"], "row")
    model.constant("nothing", numpy.zeros(0, "i8"))
    model.node("Concat", ["row", "nothing", "rest"], "flat_shape", axis=0)
    model.node("Reshape", ["x", "flat_shape"], "flat")
    model.node("Slice", ["shape", "first", "two"], "outer")
    model.node("Slice", ["shape", "two", "four"], "inner")
    model.node("Cast", ["inner"], "inner_float", to=FLOAT)
    model.node("Mul", ["inner_float", "scale"], "twice")
    model.node("Cast", ["twice"], "twice_integers", to=INT64)
    model.node("Concat", ["outer", "twice_integers"], "sizes", axis=0)
    model.node("Resize", ["x", "", "", "sizes"], "large", coordinate_transformation_mode="asymmetric", nearest_mode="floor")
    model.output("flat")
    model.output("large")
    return model


@made(12, 13)
def softmax(opset):
    return one("Softmax", [[2, 3, 4]], opset)


@made()
def softmax_axis():
    return one("Softmax", [[2, 3, 4]], 13, axis=1)


@made(11, 13)
def squeeze(opset):
    axes = {"axes": [0]} if opset < 13 else {}
    return one("Squeeze", [[1, 3, 1], *([] if opset < 13 else [i64(0)])], opset, **axes)


@made(11, 13)
def unsqueeze(opset):
    return one("Unsqueeze", [[3], *([] if opset < 13 else [i64(0, -1)])], opset, **({"axes": [0, 2]} if opset < 13 else {}))


@made(6, 11)
def clip(opset):
    if opset < 11:
        return one("Clip", [[4]], opset, min=0.0, max=6.0)
    return one("Clip", [[4], f32(0)[0], f32(6)[0]], opset)


@made()
def clip_from_below():
    return one("Clip", [[4], f32(-1)[0], None], 13)


@made(9, 10)
def slice(opset):
    if opset < 10:
        return one("Slice", [[4, 6]], opset, starts=[1, -3], ends=[3, 1000], axes=[0, 1])
    return one("Slice", [[4, 6], i64(1, -3), i64(3, 1000), i64(0, 1), i64(1, 1)], opset)


@made()
def slice_backwards():
    return one("Slice", [[4, 6], i64(-1), i64(-2**63), i64(1), i64(-2)], 13)


@made(11, 13)
def reduce_sum(opset):
    if opset < 13:
        return one("ReduceSum", [[2, 3, 4]], opset, axes=[1], keepdims=0)
    return one("ReduceSum", [[2, 3, 4], i64(1)], opset, keepdims=0)


@made(7, 9)
def upsample(opset):
    if opset < 9:
        return one("Upsample", [[1, 2, 3, 3]], opset, scales=[1.0, 1.0, 2.0, 2.0], mode="nearest")
    return one("Upsample", [[1, 2, 3, 3], f32(1, 1, 2, 2)], opset, mode="nearest")


@made(2, 11)
def pad(opset):
    if opset < 11:
        return one("Pad", [[2, 3]], opset, pads=[0, 1, 0, 2], value=1.5)
    return one("Pad", [[2, 3], i64(0, 1, 0, 2), f32(1.5)[0]], opset)


@made()
def dropout_with_mask():
    """Old files name the mask, which nobody reads."""
    model = one("Dropout", [[4]], 7, outputs=2, ratio=0.5)
    model.outputs.pop()
    return model


@made()
def broadcast_by_attribute():
    return one("Add", [[2, 3, 4], ramp(3)], 6, broadcast=1, axis=1)


@made("SAME_UPPER", "SAME_LOWER", "VALID", "SOMETIMES")
def padding(kind):
    return one("Conv", [[1, 1, 6, 7], ramp(1, 1, 3, 2)], auto_pad=kind, strides=[2, 2])


@made()
def sequence_convolution():
    return one("Conv", [[1, 2, 8], ramp(3, 2, 3)], pads=[1, 0], dilations=[2])


@made()
def transposed():
    return one("ConvTranspose", [[1, 2, 3, 3], ramp(2, 3, 2, 2)], strides=[2, 2], output_padding=[1, 0])


@made()
def ceil_mode():
    return one("MaxPool", [[1, 1, 6, 7]], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)


@made()
def ceil_mode_in_padding():
    """The last window would begin in the padding behind the image."""
    return one("MaxPool", [[1, 1, 2, 2]], kernel_shape=[2, 2], strides=[2, 2], pads=[0, 0, 1, 1], ceil_mode=1)


@made()
def average_including_padding():
    return one("AveragePool", [[1, 1, 4, 4]], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], count_include_pad=1)


@made()
def sequence_transposed_by_image():
    """Weights of another rank than the image."""
    return one("ConvTranspose", [[1, 1, 4, 4], ramp(1, 1, 3)])


@made()
def volume():
    return one("Conv", [[1, 1, 4, 4, 4], ramp(1, 1, 3, 3, 3)])
