"""What the generators of small models share: element types, values with the extremes in them, and a model
together with the values that its inputs take."""
import collections
import zlib

import flatbuffers
import numpy

from writer import Writer

Type = collections.namedtuple("Type", "name scale zero_point", defaults=(None, 0))
F32, F16, F64, BOOL = Type("float32"), Type("float16"), Type("float64"), Type("bool")
I8, U8, I16, I32, I64 = Type("int8"), Type("uint8"), Type("int16"), Type("int32"), Type("int64")

NONE, RELU, RELU_N1_TO_1, RELU6 = range(4)
SAME, VALID = 0, 1


def quantized(name, scale, zero_point=0):
    return Type(name, scale, zero_point)


# One quantization of each storage for operators whose values do not depend on it.
QI8, QU8, QI16 = quantized("int8", 0.037, -11), quantized("uint8", 0.021, 117), quantized("int16", 0.0007)
QUANTIZED = {"int8": QI8, "uint8": QU8, "int16": QI16}

EXTREMES = {"int8": [-128, 127, 0, -1, 1, -127], "uint8": [0, 255, 128, 1, 254, 127],
            "int16": [-32768, 32767, 0, -1, 1, -32767, 128, -129]}


class Model:
    """A model of single operators: tensors are indices, as in Writer. What apply() makes is an output."""

    def __init__(self, name, invokes=1):
        self.name, self.invokes = name, invokes
        self.writer = Writer(name)
        # RandomState's stream is frozen, so the files do not depend on numpy's version.
        self.random = numpy.random.RandomState(zlib.crc32(name.encode()))
        self.inputs, self.values, self.outputs, self.types = [], [], [], {}
        self.typed_ops = collections.Counter()
        self.graphs = []
        self.differs = False

    def tensor(self, type, shape_or_data, **more):
        index = self.writer.tensor(f"t{len(self.types)}", shape_or_data, type.name, type.scale, type.zero_point, **more)
        self.types[index] = type
        return index

    def constant(self, type, values, **more):
        return self.tensor(type, numpy.asarray(values, dtype=type.name), **more)

    def input(self, type, shape, values=None, low=None, high=None):
        index = self.tensor(type, shape)
        if values is None:
            values = self.draw(type, shape, low, high)
        self.inputs.append(index)
        self.values.append(numpy.asarray(values, dtype=type.name).reshape(shape))
        return index

    def draw(self, type, shape, low=None, high=None):
        """Random values: all codes and surely the extremes, small integers, floats around zero."""
        if type.name in EXTREMES and low is None:
            limits = numpy.iinfo(type.name)
            values = self.random.randint(limits.min, limits.max + 1, shape).astype(type.name).reshape(-1)
            extremes = EXTREMES[type.name][:len(values)]
            values[self.random.permutation(len(values))[:len(extremes)]] = extremes
            return values.reshape(shape)
        if type.name == "bool":
            return self.random.randint(0, 2, shape).astype("bool")
        if type.name.startswith("float"):
            low, high = (-4, 4) if low is None else (low, high)
            return self.random.uniform(low, high, shape).astype(type.name)
        low, high = (-50, 50) if low is None else (low, high)
        return self.random.randint(low, high + 1, shape).astype(type.name)

    def apply(self, kind, inputs, types, options_type=None, **options):
        """An operator whose results are outputs of the model; the reference program tells their shapes."""
        several = isinstance(types, list)
        results = [self.tensor(type, [1]) for type in (types if several else [types])]
        self.operator(kind, inputs, results, options_type, **options)
        self.outputs += results
        return results if several else results[0]

    def operator(self, kind, inputs, results, options_type=None, **options):
        first, source = self.types[results[0]].name if results else "none", self.types[inputs[0]].name if inputs else "none"
        if kind in ("QUANTIZE", "DEQUANTIZE", "CAST"):
            first = f"{source}->{first}"
        elif kind in ("ARG_MAX", "ARG_MIN", "SHAPE", "EQUAL", "NOT_EQUAL", "LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL"):
            first = source
        self.typed_ops[f"{kind}<{first}>"] += 1
        return self.writer.operator(kind, inputs, results, options_type, **options)

    def subgraph(self):
        """Another graph of the same file; finish it with close()."""
        writer = Writer(f"{self.name} {len(self.graphs) + 1}")
        writer.model, writer.codes = self.writer.model, self.writer.codes
        self.graphs.append(writer.graph)
        return writer

    @staticmethod
    def close(writer, inputs, outputs):
        writer.graph.inputs, writer.graph.outputs = numpy.array(inputs, numpy.int32), numpy.array(outputs, numpy.int32)

    def shaped(self, shapes):
        """Gives the outputs the shapes that the reference program reported."""
        for output, shape in zip(self.outputs, shapes):
            self.writer.graph.tensors[output].shape = numpy.array(shape, numpy.int32)

    def bytes(self):
        self.close(self.writer, self.inputs, self.outputs)
        self.writer.model.subgraphs = [self.writer.graph, *self.graphs]
        builder = flatbuffers.Builder(1024)
        builder.Finish(self.writer.model.Pack(builder), file_identifier=b"TFL3")
        return bytes(builder.Output())

    # The arithmetic of TFLite's built-in kernels on x86 is not that of its reference for these operators, nor for a
    # model that says so.
    def differs_from_reference(self):
        return self.differs or any(op in DIFFERENT for op in self.typed_ops)


DIFFERENT = {f"{kind}<{name}>" for kind in ("CONV_2D", "FULLY_CONNECTED", "BATCH_MATMUL", "SOFTMAX") for name in ("int8", "uint8")} | \
            {f"{kind}<int8>" for kind in ("LOGISTIC", "TANH", "LSTM", "UNIDIRECTIONAL_SEQUENCE_LSTM")} | \
            {f"QUANTIZE<float32->{name}>" for name in ("int8", "uint8", "int16")} | {"RESIZE_BILINEAR<uint8>"}
