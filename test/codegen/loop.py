"""Prints the inner loops of an assembly listing that hold an instruction, without what surrounds them.

    octet compile model.mlir --emit asm -o - | python3 loop.py vpdpbusd | FileCheck ...

A loop is a label up to the first jump back to it; of loops inside each other the inner one counts.
"""
import re
import sys


def inner_loops(lines):
    """(first, last) line of each loop that holds no other, in the order of the listing."""
    labels, loops = {}, {}
    for i, line in enumerate(lines):
        label = re.match(r"(\.LBB\w+):", line)
        jump = re.match(r"\s+(?:j\w+|b\.\w+|b|t?cbn?z\s.*,|tbn?z\s.*,)\s+(\.LBB\w+)", line)
        if re.match(r"\w+:", line):
            labels = {}  # another function; local labels are its own
        elif label:
            labels[label[1]] = i
        elif jump and jump[1] in labels:
            loops.setdefault(labels[jump[1]], i)
    return [(a, b) for a, b in loops.items() if not any(a < c and d <= b for c, d in loops.items())]


def main():
    instruction = re.compile(rf"\s{sys.argv[1]}\s")
    lines = [re.split(r"#(?!-?\d)|//", line)[0].rstrip() for line in sys.stdin]
    bodies = [[line for line in lines[first:last + 1] if line] for first, last in inner_loops(lines)]
    bodies = [body for body in bodies if any(map(instruction.search, body))]
    for number, body in enumerate(bodies, 1):
        print(f"loop {number} of {len(bodies)}", *body, sep="\n")
    print("end")


main()
