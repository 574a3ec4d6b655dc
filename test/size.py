#!/usr/bin/env python3
"""Lists files of more than 600 lines and functions of more than 60, but for those that size.allowed names.

That list may only shrink: an entry has the length it may not exceed, and one that is no longer needed, or longer than
the thing itself, is a failure too. `size.py --write` writes the list anew; look at what it says before committing it.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
ALLOWED = pathlib.Path(__file__).with_name("size.allowed")
FOLDERS = ("bench", "examples", "include", "python", "src", "test", "tools")
FILE_LINES, FUNCTION_LINES = 600, 60


def cpp_functions(lines):
    """(name, length) of each body, from its head to the brace that clang-format puts under the head's first column."""
    end = -1
    for i, line in enumerate(lines):
        if i <= end or not line.endswith("{"):
            continue
        # The head begins where the parentheses of a long one were opened.
        first, depth = i, line.count(")") - line.count("(")
        while depth > 0 and first > 0:
            first -= 1
            depth += lines[first].count(")") - lines[first].count("(")
        head = " ".join(lines[first:i + 1])
        name = re.match(r" *(?:[\w:~<>,&*\[\] ]+[ &*])?([\w:~]+|operator\S+)\(", head)
        if not name or re.match(r" *(namespace|struct|class|enum|typedef|extern|else|if|for|while|switch|do|return)\b", head) or "](" in head:
            continue
        close = re.match(" *", lines[first])[0] + "}"
        end = next((k for k in range(i + 1, len(lines)) if lines[k] in (close, close + ";")), i)
        yield name[1], end - first + 1


def python_functions(lines):
    for first, line in enumerate(lines):
        head = re.match(r"( *)def (\w+)", line)
        if not head:
            continue
        last = first
        for i in range(first + 1, len(lines)):
            if lines[i].strip() and len(lines[i]) - len(lines[i].lstrip()) <= len(head[1]) and not lines[i].lstrip().startswith(")"):
                break
            if lines[i].strip():
                last = i
        yield head[2], last - first + 1


def too_long():
    found = {}
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix not in (".h", ".hpp", ".cpp", ".c", ".td", ".fbs", ".py"):
                continue
            lines, name = path.read_text().splitlines(), str(path.relative_to(ROOT))
            if len(lines) > FILE_LINES:
                found[name] = len(lines)
            functions = python_functions if path.suffix == ".py" else cpp_functions
            for function, length in functions(lines) if path.suffix in (".h", ".hpp", ".cpp", ".c", ".py") else ():
                if length > FUNCTION_LINES:
                    found[f"{name}:{function}"] = length
    return found


def main():
    found = too_long()
    if "--write" in sys.argv:
        ALLOWED.write_text("".join(f"{length} {name}\n" for name, length in sorted(found.items())))
        return 0
    allowed = {name: int(length) for length, name in (line.split() for line in ALLOWED.read_text().splitlines())}
    wrong = [f"{name} has {length} lines, of at most {FUNCTION_LINES if ':' in name else FILE_LINES}"
             for name, length in found.items() if length > allowed.get(name, 0)]
    wrong += [f"size.allowed grants {name} {length} lines, and {found.get(name, 'none')} are needed: lower it"
              for name, length in allowed.items() if length > found.get(name, 0)]
    print("\n".join(wrong) or f"{len(found)} known exceptions, no other file or function is too long")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
