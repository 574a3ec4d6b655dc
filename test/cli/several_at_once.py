"""Loads and compiles several models into one process: usage: several_at_once.py LIBOCTET A.tflite B.tflite FOLDER"""
import ctypes
import os
import pathlib
import sys

library, first, second, folder = sys.argv[1:]
octet = ctypes.CDLL(library)
octet.octet_describe.restype = ctypes.c_void_p
octet.octet_last_error.restype = ctypes.c_char_p


def checked(status):
    assert status == 0, octet.octet_last_error()


def name_of(artifact):
    # Of octet_model, the field behind four integers.
    return ctypes.c_char_p.from_address(octet.octet_describe(artifact) + 16).value.decode()


def compiled(model):
    artifact = ctypes.c_void_p()
    checked(octet.octet_compile_and_load(os.fsencode(model), None, ctypes.byref(artifact)))
    return artifact


def loaded(path):
    artifact = ctypes.c_void_p()
    checked(octet.octet_load(os.fsencode(path), ctypes.byref(artifact)))
    return artifact


# All stay loaded. A file that takes the place of another is another model.
artifacts = [compiled(first), compiled(second)]
path = pathlib.Path(folder) / "model.so"
for model in (first, second):
    other = path.with_suffix(".new")
    checked(octet.octet_compile(os.fsencode(model), None, os.fsencode(other)))
    other.rename(path)
    artifacts.append(loaded(path))
names = [name_of(artifact) for artifact in artifacts]
expected = [pathlib.Path(model).stem for model in (first, second)] * 2
assert names == expected, names
for artifact in artifacts:
    octet.octet_release(artifact)
