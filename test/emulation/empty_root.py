#!/usr/bin/env python3
"""Runs an artifact for Arms where nothing is but itself and octet-aarch64: as on a board that they were copied to.

The emulator has to be there, too, with its own libraries; they are of this machine, so the two files can use none of them.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile


def copy(file, root):
    place = root / file.relative_to("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, place)


def main():
    octet, program, emulator, model = map(pathlib.Path, sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        root, expected = pathlib.Path(folder) / "root", pathlib.Path(folder) / "expected"
        root.mkdir()
        copy(emulator, root)
        listed = subprocess.run(["ldd", emulator], capture_output=True, text=True, check=True).stdout
        for library in re.findall(r"(/\S+)", listed):
            copy(pathlib.Path(library), root)
        shutil.copy(program, root / "octet")
        subprocess.run([octet, "compile", model, "--target", "cortex-a72", "-o", root / "model.so"], check=True)
        subprocess.run([octet, "run", model, "--reference", "--seed", "1", "--output-dir", expected], check=True)
        enter = ["chroot"] if os.geteuid() == 0 else ["unshare", "-r", "chroot"]
        if subprocess.run([*enter, root, emulator, "/octet", "--version"], capture_output=True).returncode != 0:
            print("SKIPPED: this system lets nobody change the root")
            return 77
        subprocess.run([*enter, root, emulator, "-cpu", "cortex-a72", "/octet", "run", "/model.so", "--seed", "1", "--output-dir",
                        "/out"], check=True)
        for file in sorted(expected.glob("*.bin")):
            if file.read_bytes() != (root / "out" / file.name).read_bytes():
                print(f"{file.name} differs from the evaluator's")
                return 1
    print("equal to the evaluator")
    return 0


if __name__ == "__main__":
    sys.exit(main())
