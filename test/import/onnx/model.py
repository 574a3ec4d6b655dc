"""How the small ONNX models of the importer's tests are written."""
import functools

import numpy
from onnx import TensorProto, helper, numpy_helper

FLOAT, UINT8, INT8, INT32, INT64, BOOL = (TensorProto.FLOAT, TensorProto.UINT8, TensorProto.INT8, TensorProto.INT32,
                                          TensorProto.INT64, TensorProto.BOOL)
UINT4, INT4 = 21, 22  # younger than Debian's package
MODELS = {}


def made(*variants):
    """A function that makes a model; one for each variant (a version of the operators) as NAME-VARIANT."""
    def register(function):
        for variant in variants:
            MODELS[f"{function.__name__}-{variant}"] = functools.partial(function, variant)
        if not variants:
            MODELS[function.__name__] = function
        return function
    return register


def f32(*numbers):
    return numpy.array(numbers, numpy.float32)


def i64(*numbers):
    return numpy.array(numbers, numpy.int64)


def ramp(*shape, type=numpy.float32):
    return (numpy.arange(numpy.prod(shape)) % 23 - 11).astype(type).reshape(shape)


def port(name, shape, type=FLOAT):
    return helper.make_tensor_value_info(name, type, shape)


class Model:
    """One graph that is built line by line; names of tensors are given, those of constants, too."""

    def __init__(self, opset=17, **domains):
        self.nodes, self.constants, self.inputs, self.outputs = [], [], [], []
        self.opsets = [helper.make_opsetid("", opset)] + [helper.make_opsetid(*domain) for domain in domains.items()]

    def input(self, name, shape, type=FLOAT):
        self.inputs.append(port(name, shape, type))
        return name

    def constant(self, name, value):
        tensor = value if isinstance(value, TensorProto) else numpy_helper.from_array(numpy.asarray(value), name)
        tensor.name = name
        self.constants.append(tensor)
        return name

    def node(self, kind, inputs, output, **attributes):
        outputs = output if isinstance(output, list) else [output]
        self.nodes.append(helper.make_node(kind, inputs, outputs, **attributes))
        return output

    def quantize(self, x, name, scale=0.5, zero_point=numpy.uint8(128), **attributes):
        return self.node("QuantizeLinear", [x, *self.scale(name, scale, zero_point)], name, **attributes)

    def dequantize(self, x, name, scale=0.5, zero_point=numpy.uint8(128), **attributes):
        return self.node("DequantizeLinear", [x, *self.scale(name, scale, zero_point)], name, **attributes)

    def scale(self, name, scale, zero_point):
        return [self.constant(f"{name}_scale", numpy.float32(scale)), self.constant(f"{name}_zero_point", zero_point)]

    def pair(self, x, name, scale=0.5, zero_point=numpy.uint8(128)):
        """A quantize and a dequantize behind one another, as toolkits insert them."""
        return self.dequantize(self.quantize(x, f"{name}_codes", scale, zero_point), name, scale, zero_point)

    def output(self, name, shape=None, type=FLOAT):
        self.outputs.append(port(name, shape, type))

    def proto(self):
        graph = helper.make_graph(self.nodes, "test", self.inputs, self.outputs, self.constants)
        return helper.make_model(graph, opset_imports=self.opsets, ir_version=8)


def one(kind, inputs, opset=17, shape=None, type=FLOAT, outputs=1, **attributes):
    """A model of one operator: an input for each shape, a constant for each array, nothing for None."""
    model, names = Model(opset), []
    for i, given in enumerate(inputs):
        if given is None:
            names.append("")
        elif isinstance(given, list):
            names.append(model.input(f"x{i}", given))
        else:
            names.append(model.constant(f"c{i}", given))
    results = ["y"] if outputs == 1 else [f"y{i}" for i in range(outputs)]
    model.node(kind, names, results, **attributes)
    for name in results:
        model.output(name, shape, type)
    return model


def raw_tensor(type, shape, data):
    return TensorProto(data_type=type, dims=shape, raw_data=data)


def to_proto(model):
    return model.proto() if isinstance(model, Model) else model


def to_bytes(model):
    return model if isinstance(model, bytes) else to_proto(model).SerializeToString()
