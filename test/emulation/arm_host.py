#!/usr/bin/env python3
"""Builds the compiler itself for 64-bit Arms, and compares what it makes with what the compiler of this machine makes.

Debian's packages for Arms are unpacked below --build, not installed (200 MB to load, 1.5 GB unpacked); the compiler built with
them runs in the emulator. Every artifact has to be the same byte for byte, whatever machine compiled it. With `native`, code for
the emulated core is compiled, run and compared with the evaluator, kernel by kernel, all of it there.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PROJECT = pathlib.Path(__file__).resolve().parents[2]
TARGETS = ["cortex-a53", "cortex-a72", "cortex-a76", "neoverse-v1", "armv8-a", "cascadelake", "x86-64-v3", "znver4"]


def packages():
    """The libraries that scripts/install installs to build with, and that of C++."""
    listed = re.search(r'^build="([^"]*)"', (PROJECT / "scripts/install").read_text(), re.MULTILINE)[1].split()
    return [name for name in listed if name.endswith(("-dev", "-tools"))] + ["libstdc++-12-dev"]


def unpack(root):
    """Makes a folder of the packages, with a state of apt of its own."""
    state = root.with_name("apt")
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    (state / "status").touch()
    configuration = state / "apt.conf"
    configuration.write_text(f'Dir::State "{state}/state";\nDir::State::status "{state}/status";\nDir::Cache "{state}/cache";\n'
                             'APT::Architecture "arm64";\nAPT::Architectures { "arm64"; };\nAPT::Install-Recommends "false";\n'
                             'APT::Sandbox::User "";\n')
    environment = {**os.environ, "APT_CONFIG": str(configuration)}
    subprocess.run(["apt-get", "update", "-q"], env=environment, check=True)
    subprocess.run(["apt-get", "install", "-y", "-q", "--download-only", *packages()], env=environment, check=True)
    partial = root.with_name("root.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    for package in sorted((state / "cache/archives").glob("*.deb")):
        subprocess.run(["dpkg", "-x", package, partial], check=True)
    # Links from the root of the file system are meant within the folder.
    for folder, folders, files in os.walk(partial):
        for name in folders + files:
            link = pathlib.Path(folder) / name
            if link.is_symlink() and (target := os.readlink(link)).startswith("/"):
                link.unlink()
                link.symlink_to(os.path.relpath(partial / target[1:], folder))
    # What runs during the build is this machine's.
    tablegen = partial / "usr/lib/llvm-19/bin/mlir-tblgen"
    tablegen.unlink(missing_ok=True)
    tablegen.symlink_to("/usr/lib/llvm-19/bin/mlir-tblgen")
    partial.rename(root)


def build(folder):
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "root").exists():
        unpack(folder / "root")
    subprocess.run(["cmake", "-S", PROJECT, "-B", folder, "-G", "Ninja", "-DOCTET_TESTS=OFF", "-DCMAKE_BUILD_TYPE=Release",
                    "-DCMAKE_CXX_FLAGS_RELEASE=-O2", f"-DCMAKE_TOOLCHAIN_FILE={PROJECT}/test/emulation/arm-host.cmake"],
                   check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", folder, "octet-cli", "octet", "octet-compiler"], check=True)


class Check:
    def __init__(self, arguments, folder):
        self.here = [str(arguments.octet)]
        self.there = [arguments.emulator, "-cpu", arguments.cpu, "-L", str(arguments.build / "root"), str(arguments.build / "bin/octet")]
        self.folder = pathlib.Path(folder)

    def __call__(self, index, model):
        """(what was wrong, what was compared)"""
        if index % 4 == 3:
            done = self.run(self.there, "compare", model)
            # Refused for the same reason here, or it is a failure.
            if done.returncode == 1 and (here := self.run(self.here, "compare", model)).returncode == 1 and here.stderr == done.stderr:
                return "", "refused"
            return (f"{model} native: {done.stderr}{done.stdout}", "") if done.returncode else ("", "native, run")
        # A pace of its own.
        target = TARGETS[index * 5 // 3 % len(TARGETS)]
        made = [self.folder / f"{index}.{place}.so" for place in ("here", "there")]
        codes = [self.run(octet, "compile", model, "--target", target, "--tuning", "none", "-o", file)
                 for octet, file in zip((self.here, self.there), made)]
        if codes[0].returncode != codes[1].returncode or codes[0].stderr != codes[1].stderr:
            return f"{model} for {target}: {codes[0].stderr} here, {codes[1].stderr} there", ""
        if codes[0].returncode:
            return "", "refused"
        same = made[0].read_bytes() == made[1].read_bytes()
        for file in made:
            file.unlink()
        return ("" if same else f"{model} for {target}: another artifact", target)

    @staticmethod
    def run(octet, *arguments):
        return subprocess.run([*octet, *map(str, arguments)], capture_output=True, text=True, timeout=600)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", type=pathlib.Path, nargs="*", help="default: every third of test/models/tflite")
    parser.add_argument("--build", type=pathlib.Path, default=PROJECT / "build/arm-host", help="where all of it is made and kept")
    parser.add_argument("--octet", type=pathlib.Path, default=PROJECT / "build/dev/bin/octet", help="the compiler of this machine")
    parser.add_argument("--emulator", default="qemu-aarch64")
    parser.add_argument("--cpu", default="cortex-a72", help="the core that the emulator stands for")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    arguments.build = arguments.build.resolve()
    build(arguments.build)
    models = arguments.models or sorted((PROJECT / "test/models/tflite").glob("*.tflite"))[::3]
    compared, failed = collections.Counter(), 0
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for wrong, what in pool.map(Check(arguments, folder), range(len(models)), models):
            compared[what] += not wrong
            failed += bool(wrong)
            if wrong:
                print(f"FAILED {wrong}", flush=True)
    print(f"{len(models)} models, {failed} failed; equal: " + ", ".join(f"{what} {count}" for what, count in sorted(compared.items()) if what))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
