"""What the benchmarks share: running programs, their medians, and the section of a page that each of them writes."""
import datetime
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import textwrap
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
OCTET = ROOT / "build" / "dev" / "bin" / "octet"


# ---- programs ----------------------------------------------------------------------------------


def run(command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True)


def attempt(*command):
    """What a command prints; None if it fails."""
    done = run(command)
    return done.stdout if done.returncode == 0 else None


def output_of(*command):
    """What a command prints, which has to succeed."""
    done = run(command)
    if done.returncode != 0:
        sys.exit(f"{' '.join(str(part) for part in command)}\n{done.stderr}")
    return done.stdout


REALTIME = "One thread runs with real-time priority, several do not. "


def realtime_prefix():
    """Keeps neighbours off the core; empty where it is not allowed."""
    prefix = ["chrt", "-f", "1"]
    return prefix if shutil.which("chrt") and attempt(*prefix, "true") is not None else []


def runs_within(milliseconds, each):
    return max(5, min(2000, int(milliseconds / max(each, 1e-3))))


def inspect(octet, model):
    return json.loads(output_of(octet, "inspect", model, "--json"))


def compile_model(octet, model, artifact):
    """Returns the seconds it took."""
    start = time.monotonic()
    output_of(octet, "compile", model, "-o", artifact, "--cache", "none")
    return time.monotonic() - start


def measure_octet(octet, artifact, threads, budget, prefix=()):
    """The median in milliseconds."""
    def median(warmup, runs):
        text = output_of(*prefix, octet, "bench", artifact, "--seed", 7, "--json", "--threads", threads, "--warmup", warmup, "--runs", runs)
        return json.loads(text)["median_ms"]
    return median(2, runs_within(budget, median(1, 3)))


# ---- numbers -----------------------------------------------------------------------------------


def median_of(rows, value):
    """The median over rounds of what `value` finds in each; None if it is missing in one."""
    values = [value(row) for row in rows]
    return None if None in values else statistics.median(values)


def cell(value, digits):
    return "–" if value is None else f"{value:.{digits}f}"


def counted_threads(threads):
    return f"{threads} thread{'s' if threads > 1 else ''}"


# ---- the page ----------------------------------------------------------------------------------


def cpu_name():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def revision():
    commit = output_of("git", "-C", ROOT, "rev-parse", "--short", "HEAD").strip()
    return f"commit {commit}, {datetime.date.today()}"


def circumstances(target):
    """Where, with what and when the numbers were measured."""
    return f"{cpu_name()}, {os.cpu_count()} cores, target `{target}`, {revision()}."


def paragraph(text):
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False) + "\n"


def show_progress(text):
    if sys.stderr.isatty():
        print(f"{text:79}", end="\r", file=sys.stderr)


def write_section(page, name, lines):
    """Prints the lines, or, if there is a page, puts them between its markers `<!-- name -->` and `<!-- /name -->`. A page
    without these markers gets them at its end; nothing else of it changes."""
    section = "\n".join(lines).strip("\n") + "\n"
    if not page:
        print(section, end="")
        return
    first, last = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
    text = page.read_text() if page.exists() else "# Performance\n"
    if first in text and last in text:
        before, _, rest = text.partition(first)
        after = rest.partition(last)[2]
    else:
        before, after = text + "\n", ""
    page.write_text(f"{before}{first}\n{section}\n{last}{after}")
