"""Hostile ONNX models: those that the importer's tests refuse, and good ones with one thing of their content changed.

A byte that is changed rarely leaves a file of this format readable, so most changes here are made to what it says.
"""
import pathlib
import sys

import numpy
from google.protobuf.message import Message

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "import" / "onnx"))
import branches  # noqa: E402,F401
import compositions  # noqa: E402,F401
import dynamic  # noqa: E402,F401
import external  # noqa: E402,F401
import operators  # noqa: E402,F401
import quantized  # noqa: E402,F401
import refused  # noqa: E402,F401
import transformers  # noqa: E402,F401
from model import MODELS, to_bytes, to_proto  # noqa: E402

GOOD = ["convolution_qdq", "convolution_of_float_weights", "convolution_operator", "matrix_operator", "matrix_integer", "several_consumers",
        "floats_between", "chain_of_shapes", "external_good", "softmax-12", "slice-10", "reduce_sum-13", "pad-11", "ceil_mode",
        "average_including_padding", "sequence_convolution", "nibbles", "upsample-9", "clip-11", "transposed", "microsoft", "dynamic_matrices",
        "dynamic_convolution_padded", "dynamic_operands", "dynamic_microsoft", "scales_of_activations", "codes_of_four_bits-constant",
        "scales_of_blocks", "nibbles_of_blocks", "bits", "branches-then", "skip_layer_normalization", "embeddings", "fused_matrices-weights",
        "fused_convolution", "attention_masked", "attention_masked_by_lengths", "attention_with_past", "attention_of_codes",
        "quantized_attention", "heads_with_past", "gemm_of_codes", "norms_of_constants", "chosen_of_constants", "chosen_elements",
        "running_sums", "triangles_of_constants", "einsum-heads", "groups-18", "ranges_of_reals", "choice_of_codes"]
INTEGERS = [0, 1, -1, 2, 7, 255, 2**31 - 1, -(2**31), 2**31, 2**32, 2**62, 2**63 - 1, -(2**63)]
REALS = [0.0, -0.0, 1e-45, 1e-38, 3e38, float("nan"), float("inf"), float("-inf"), -1.0, 0.5]


def fields(message):
    """(message, field) of everything that is set in a message and below it."""
    for descriptor, value in message.ListFields():
        if descriptor.type == descriptor.TYPE_MESSAGE:
            for part in value if descriptor.label == descriptor.LABEL_REPEATED else [value]:
                yield from fields(part)
        yield message, descriptor


def other(descriptor, value, source, names, kinds):
    """Another value of a field."""
    pick = lambda values: values[int(source.integers(0, len(values)))]  # noqa: E731
    if descriptor.type == descriptor.TYPE_FLOAT or descriptor.type == descriptor.TYPE_DOUBLE:
        return pick(REALS)
    if descriptor.type == descriptor.TYPE_ENUM:
        return pick([number.number for number in descriptor.enum_type.values])
    if descriptor.type == descriptor.TYPE_STRING:
        return pick(kinds if descriptor.name == "op_type" else ["", *names, "../weights.bin", "16", "-1", "SAME_UPPER"])
    if descriptor.type == descriptor.TYPE_BYTES:
        data = bytearray(value)
        if not data or source.random() < 0.3:
            return bytes(data[:-1]) if data else b"\0"
        data[int(source.integers(0, len(data)))] = int(source.integers(0, 256))
        return bytes(data)
    number = pick([*INTEGERS, value + 1, value - 1, 2 * value])
    bits = 64 if descriptor.type in (descriptor.TYPE_INT64, descriptor.TYPE_UINT64) else 32
    if descriptor.type in (descriptor.TYPE_UINT64, descriptor.TYPE_UINT32):
        return number % 2**bits
    return (number + 2 ** (bits - 1)) % 2**bits - 2 ** (bits - 1)


def change(proto, source, kinds):
    """Changes one field; of a repeated one an element, or how many there are."""
    message, descriptor = (places := list(fields(proto)))[int(source.integers(0, len(places)))]
    names = [name for node in proto.graph.node for name in [*node.input, *node.output]]
    if descriptor.label != descriptor.LABEL_REPEATED:
        if descriptor.type == descriptor.TYPE_MESSAGE:
            message.ClearField(descriptor.name)
        else:
            setattr(message, descriptor.name, other(descriptor, getattr(message, descriptor.name), source, names, kinds))
        return f"{message.DESCRIPTOR.name}-{descriptor.name}"
    values = getattr(message, descriptor.name)
    at, form = int(source.integers(0, len(values))), int(source.integers(0, 4))
    if form == 0:
        del values[at]
    elif form == 1:
        values.extend([values[at]])
    elif descriptor.type != descriptor.TYPE_MESSAGE:
        values[at] = other(descriptor, values[at], source, names, kinds)
    elif len(values) > 1:
        parts = [part for part in values]
        copy = type(parts[0])()
        copy.CopyFrom(parts[at])
        parts[at].CopyFrom(parts[at - 1])
        parts[at - 1].CopyFrom(copy)
    return f"{message.DESCRIPTOR.name}-{descriptor.name}"


def cases():
    """(name, bytes) of each model of the importer's tests, good or not."""
    for name, make in MODELS.items():
        yield f"onnx-{name}.onnx", to_bytes(make())


def corpus():
    """The good models, for fuzzing to start from."""
    return [(name, to_bytes(MODELS[name]())) for name in GOOD]


def mutations(seed, count, mutate):
    """(name, bytes) of damaged models: in `mutate`'s way every fourth, else in what they say."""
    source = numpy.random.default_rng([seed & (2**63 - 1), 1])
    good = [to_proto(MODELS[name]()) for name in GOOD]
    kinds = sorted({node.op_type for make in MODELS.values() if isinstance(proto := to_proto(make()), Message) for node in proto.graph.node})
    for i in range(count):
        proto = type(good[0])()
        proto.CopyFrom(good[i % len(good)])
        if i % 4 == 0:
            name, data = mutate(proto.SerializeToString(), source)
        else:
            name = "+".join(change(proto, source, kinds) for _ in range(int(source.integers(1, 4))))
            data = proto.SerializeToString()
        yield f"onnx-{GOOD[i % len(good)]}-{name[:60]}-{i}.onnx", data
