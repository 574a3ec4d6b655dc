"""Writes .tflite files: for the project's own small models, examples and random tests.

    model = Writer("one convolution")
    x = model.tensor("x", [1, 8, 8, 3], "int8", scale=0.5, zero_point=-1)
    w = model.tensor("w", numpy_array_of_int8, scale=[0.1, 0.2], axis=0)
    y = model.tensor("y", [1, 8, 8, 2], "int8", scale=0.25, zero_point=3)
    model.operator("CONV_2D", [x, w, -1], [y], "Conv2DOptions", padding=0, strideW=1, strideH=1)
    open("model.tflite", "wb").write(model.finish([x], [y]))

The classes behind it are generated from the importer's own schema.
"""
import importlib
import pathlib
import subprocess
import sys
import tempfile

import flatbuffers
import numpy

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "src" / "import" / "tflite" / "schema.fbs"


def load_schema():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["flatc", "--python", "--gen-object-api", "--gen-onefile", "-o", folder, SCHEMA], check=True)
        sys.path.insert(0, folder)
        try:
            return importlib.import_module("schema_generated")
        finally:
            sys.path.remove(folder)


schema = load_schema()

TYPES = {"float32": "FLOAT32", "float16": "FLOAT16", "float64": "FLOAT64", "int8": "INT8", "uint8": "UINT8",
         "int16": "INT16", "int32": "INT32", "int64": "INT64", "bool": "BOOL", "int4": "INT4"}


def listed(value):
    return [value] if numpy.isscalar(value) else list(value)


class Writer:
    """A model of one subgraph. Tensors are known by the index that tensor() returns; -1 is an absent input."""

    def __init__(self, name):
        self.model = schema.ModelT()
        self.model.version = 3
        self.model.description = name
        self.model.operatorCodes, self.model.buffers, self.model.subgraphs = [], [schema.BufferT()], []
        self.graph = schema.SubGraphT()
        self.graph.name = "main"
        self.graph.tensors, self.graph.operators = [], []
        self.codes = {}

    def tensor(self, name, shape_or_data, type=None, scale=None, zero_point=0, axis=0, variable=False, data=None):
        """A tensor of a shape, or a constant of a numpy array. `data` overrides the stored bytes (int4)."""
        tensor = schema.TensorT()
        tensor.name = name
        is_constant = isinstance(shape_or_data, numpy.ndarray)
        tensor.shape = numpy.array(shape_or_data.shape if is_constant else shape_or_data, dtype=numpy.int32)
        tensor.type = getattr(schema.TensorType, TYPES[type or shape_or_data.dtype.name])
        tensor.isVariable = variable
        if is_constant:
            buffer = schema.BufferT()
            raw = shape_or_data.tobytes() if data is None else data
            buffer.data = numpy.frombuffer(raw, dtype=numpy.uint8)
            tensor.buffer = len(self.model.buffers)
            self.model.buffers.append(buffer)
        if scale is not None:
            quantization = schema.QuantizationParametersT()
            quantization.scale = numpy.array(listed(scale), dtype=numpy.float32)
            zero_points = listed(zero_point)
            if len(zero_points) == 1:
                zero_points *= len(quantization.scale)
            quantization.zeroPoint = numpy.array(zero_points, dtype=numpy.int64)
            quantization.quantizedDimension = axis
            tensor.quantization = quantization
        self.graph.tensors.append(tensor)
        return len(self.graph.tensors) - 1

    def operator(self, kind, inputs, outputs, options_type=None, version=1, **options):
        """One operator; `options_type` names a table of the schema, `options` are its fields."""
        operator = schema.OperatorT()
        operator.opcodeIndex = self.code(kind, version)
        operator.inputs = numpy.array(inputs, dtype=numpy.int32)
        operator.outputs = numpy.array(outputs, dtype=numpy.int32)
        if options_type:
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, options_type)
            operator.builtinOptions = getattr(schema, options_type + "T")()
            for field, value in options.items():
                if not hasattr(operator.builtinOptions, field):
                    raise AttributeError(f"{options_type} has no {field}")
                setattr(operator.builtinOptions, field, value)
        self.graph.operators.append(operator)
        return operator

    def code(self, kind, version):
        key = (kind, version)
        if key not in self.codes:
            code = schema.OperatorCodeT()
            code.builtinCode = getattr(schema.BuiltinOperator, kind)
            code.deprecatedBuiltinCode = min(code.builtinCode, 127)
            code.version = version
            self.codes[key] = len(self.model.operatorCodes)
            self.model.operatorCodes.append(code)
        return self.codes[key]

    def finish(self, inputs, outputs):
        """The file's bytes."""
        self.graph.inputs = numpy.array(inputs, dtype=numpy.int32)
        self.graph.outputs = numpy.array(outputs, dtype=numpy.int32)
        self.model.subgraphs = [self.graph]
        builder = flatbuffers.Builder(1024)
        builder.Finish(self.model.Pack(builder), file_identifier=b"TFL3")
        return bytes(builder.Output())
