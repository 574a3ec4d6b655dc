#!/usr/bin/env python3
"""Writes docs/operators.md, docs/passes.md and the table in docs/onnx.md from what is in src; with --check only says if they are stale."""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parents[1]
TABLEGEN = "/usr/lib/llvm-19/bin/llvm-tblgen"
INCLUDES = ["-I", str(ROOT / "src"), "-I", "/usr/lib/llvm-19/include"]

# How an operator reaches the machine, by trait or interface.
KINDS = {"Qnn_Anchor": "anchor of a kernel: has a loop nest of its own, and takes an epilogue",
         "Qnn_Elementwise": "element by element: fuses into any kernel",
         "Qnn_Movement": "moves elements: fuses into the addresses of a kernel, or costs nothing"}


def records(file):
    text = subprocess.run([TABLEGEN, "--dump-json", *INCLUDES, ROOT / "src" / file], check=True, capture_output=True, text=True).stdout
    return json.loads(text)


def paragraph(text):
    return textwrap.dedent(text or "").strip()


def kind_of(defs, record):
    for trait in record["traits"]:
        name = trait["def"]
        if name in KINDS:
            return KINDS[name]
        if defs[name].get("cppInterfaceName") == "RoutineOp" or name == "Qnn_RoutineOp":
            return "a routine: called with pointers and parameters"
    return ""


def argument_row(defs, argument):
    definition, name = defs[argument[0]["def"]], argument[1]
    if "Attr" not in definition["!superclasses"]:
        text = "operand"
        optional, variadic = ("Optional" in definition["!superclasses"]), ("Variadic" in definition["!superclasses"])
        return f"| `{name}` | {'optional operand' if optional else 'operands' if variadic else text} | {paragraph(definition.get('summary'))} |"
    default = definition.get("defaultValue")
    base = definition
    while base.get("baseAttr"):
        base = defs[base["baseAttr"]["def"]]
    note = f" (default `{default}`)" if default else " (optional)" if definition.get("isOptional") else ""
    return f"| `{name}` | attribute{note} | {paragraph(base.get('summary'))} |"


def operator_lines(defs, record):
    yield f"## `qnn.{record['opName']}`\n"
    yield paragraph(record["summary"]) + "\n"
    if paragraph(record["description"]):
        yield paragraph(record["description"]) + "\n"
    rows = [argument_row(defs, argument) for argument in record["arguments"]["args"]]
    if rows:
        yield "| name | | |\n|---|---|---|"
        yield from rows
        yield ""
    kind = kind_of(defs, record)
    if kind:
        yield f"Compiled as {kind}.\n"


def operators():
    defs = records("qnn/Ops.td")
    yield "# The operators of the qnn dialect\n"
    yield ("Generated from `src/qnn/ops` by `scripts/reference.py`. Each operator's meaning is its `evaluate` in the file of the same "
           "name; compiled code equals it to the bit.\n")
    ops = [defs[name] for name in defs["!instanceof"]["Op"] if defs[name].get("opDialect", {}).get("def") == "Qnn_Dialect"]
    for record in sorted(ops, key=lambda record: record["opName"]):
        yield from operator_lines(defs, record)
    yield "# What is read from TFLite\n"
    table = (ROOT / "src" / "import" / "tflite" / "Import.cpp").read_text()
    names = sorted(set(re.findall(r"BuiltinOperator::([A-Z0-9_]+),", table)) | set(re.findall(r'\{"(TFLite_\w+)"', table)))
    yield "Generated from the importer's table: " + ", ".join(f"`{name}`" for name in names) + ".\n"


def importer_functions(folder):
    """The file and the body of each function of a format's importer: by name, and by file and name where others cannot call it."""
    head = re.compile(r"^((?:static |template )?[\w:<>,&* ]*?\n?[\w:<>,&* ]*?)\b(\w+)\(([^;{}]*)\)(?: const)? \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
    functions = {}
    for path in sorted(folder.glob("*.cpp")):
        for start, name, _, body in head.findall(path.read_text()):
            functions[(path.name, name) if "static" in start else name] = path.name, body
    return functions


def refusals(function, functions, seen):
    """What an importer, and the functions that it calls, say that they do not support, in their words."""
    if function is None or function in seen:
        return
    seen.add(function)
    file, body = function
    for statement in re.findall(r"(?:fail\(|error\(\) << )([^;]*);", body):
        parts = re.findall(r'"((?:[^"\\]|\\.)*)"|([^"]+)', statement)
        text = "".join(literal or ("…" if re.search(r"\w", code) else "") for literal, code in parts)
        if re.search(r"not supported|\bonly\b|works on", text):
            yield text
    for called in re.findall(r"(?<![\w.>:])(\w+)\(", body):
        yield from refusals(functions.get((file, called), functions.get(called)), functions, seen)


def onnx_operators():
    """The importer's table, as the operators without restrictions and a row for each other one."""
    folder = ROOT / "src" / "import" / "onnx"
    functions, whole, rows = importer_functions(folder), [], []
    for domain, kind, importer in re.findall(r'\{"([\w.]*)", "(\w+)", (\w+)', (folder / "Import.cpp").read_text()):
        name, refused = f"`{domain + '.' if domain else ''}{kind}`", list(dict.fromkeys(refusals(functions.get(importer), functions, set())))
        rows.append(f"| {name} | {'; '.join(refused)} |") if refused else whole.append(name)
    yield ", ".join(whole) + ".\n"
    yield "| these too | refused, in the importer's words |\n|---|---|"
    yield from rows


def onnx():
    """The page as it is, with what is between its markers made anew."""
    page = (ROOT / "docs" / "onnx.md").read_text()
    begin, end = "<!-- by scripts/reference.py -->\n", "<!-- end -->"
    return [page[:page.index(begin)] + begin + "\n".join(onnx_operators()) + "\n" + page[page.index(end):]]


def passes():
    yield "# Passes\n"
    yield "Generated from the rooms' `Passes.td` by `scripts/reference.py`, in the order of `src/driver/Pipeline.cpp`.\n"
    order = re.findall(r"create(\w+)\(", (ROOT / "src" / "driver" / "Pipeline.cpp").read_text())
    for room in ["raise", "legalize", "schedule"]:
        defs = records(f"{room}/Passes.td")
        rows = sorted((defs[name] for name in defs["!instanceof"]["Pass"]), key=lambda record: order.index(record["!name"]))
        yield f"## {room}\n"
        for record in rows:
            yield f"### `{record['argument']}`\n\n{paragraph(record['summary'])}\n"
            if paragraph(record["description"]):
                yield paragraph(record["description"]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    stale = []
    for name, lines in (("operators.md", operators()), ("passes.md", passes()), ("onnx.md", onnx())):
        path, text = ROOT / "docs" / name, "\n".join(lines)
        if arguments.check and (not path.exists() or path.read_text() != text):
            stale.append(name)
        elif not arguments.check:
            path.write_text(text)
    for name in stale:
        print(f"docs/{name} is stale: run scripts/reference.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
