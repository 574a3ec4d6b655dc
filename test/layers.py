#!/usr/bin/env python3
"""Checks which room includes which: a room knows itself and what MAY lists for it, and of include/octet what PUBLIC lists."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
MAY = {"quant": {}, "target": {}, "routines": {"quant"}, "runtime": {},
       "qnn": {"quant", "routines"},
       "import": {"qnn", "quant"}, "raise": {"qnn", "quant"},
       "legalize": {"qnn", "quant", "target"}, "schedule": {"qnn", "quant", "target"},
       "codegen": {"qnn", "quant", "target", "routines"},
       "driver": {"quant", "target", "routines", "qnn", "import", "raise", "legalize", "schedule", "codegen", "runtime"},
       "tools": {}, "tools/octet-opt": {"driver"}, "tools/octet-lsp": {"driver"}}
PUBLIC = {"codegen": {"artifact.h"}, "runtime": {"artifact.h", "octet.h"}, "driver": {"octet.h", "artifact.h"},
          "tools": {"artifact.h", "octet.h", "octet.hpp"}}


def room_of(path):
    parts = path.relative_to(ROOT).parts
    return "/".join(parts[:2]) if "/".join(parts[:2]) in MAY else parts[1] if parts[0] == "src" else parts[0]


wrong = []
for path in sorted([*ROOT.glob("src/*/**/*"), *ROOT.glob("tools/**/*")]):
    if path.suffix not in (".h", ".cpp", ".td", ".def", ".S"):
        continue
    room = room_of(path)
    for included in re.findall(r'^\s*#?include "([^"]+)"', path.read_text(), re.MULTILINE):
        other, _, rest = included.partition("/")
        known = PUBLIC.get(room, set()) if other == "octet" else {room, *MAY[room]}
        if (rest if other == "octet" else other) not in known and (other == "octet" or other in MAY):
            wrong.append(f"{path.relative_to(ROOT)} includes {included}, which {room} may not know")
print("\n".join(wrong) or "every include is allowed")
sys.exit(bool(wrong))
