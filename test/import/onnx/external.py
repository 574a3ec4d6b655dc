"""Constants in files beside the model, good and bad; weights.bin, of 16 bytes, is made by the test."""
import pathlib
import sys

from onnx import TensorProto

from model import FLOAT, made, one


def external(location, offset=0, length=8, shape=(2,)):
    tensor = TensorProto(data_type=FLOAT, dims=shape, data_location=TensorProto.EXTERNAL)
    entries = {"location": location} | ({} if offset is None else {"offset": offset}) | ({} if length is None else {"length": length})
    for key, value in entries.items():
        entry = tensor.external_data.add()
        entry.key, entry.value = key, str(value)
    return one("Add", [[2], tensor])


# weights.bin is made by the test; it holds 16 bytes.
@made()
def external_good():
    return external("weights.bin", 4, 8)


@made()
def external_without_length():
    return external("weights.bin", 4, None)


@made()
def external_in_folder():
    return external("parts/weights.bin", 4)


@made()
def external_inner_link():
    return external("inner.bin", 4)


@made()
def external_absolute():
    return external(str(pathlib.Path(sys.argv[1]).resolve() / "weights.bin"))


@made()
def external_above():
    return external("../weights.bin")


@made()
def external_link():
    return external("link.bin")


@made()
def external_folder():
    return external(".")


@made()
def external_beyond():
    return external("weights.bin", 12, 8)


@made()
def external_far_beyond():
    return external("weights.bin", 2**64 - 4, 8)


@made()
def external_short():
    return external("weights.bin", 0, 4)


@made()
def external_no_number():
    return external("weights.bin", "four", 8)


@made()
def external_missing():
    return external("absent.bin")


@made()
def external_nameless():
    return external("")
