"""keys.py KEY[=VALUE]...: the input is one JSON object on one line with these keys, some of known value."""
import json
import sys

text = sys.stdin.read()
report = json.loads(text)
wrong = [] if text.count("\n") == 1 and isinstance(report, dict) else ["not one object on one line"]
for expected in sys.argv[1:]:
    key, _, value = expected.partition("=")
    if key not in report or (value and report[key] != json.loads(value)):
        wrong.append(f"{expected}: {report.get(key)}")
sys.exit("\n".join(wrong) if wrong else 0)
