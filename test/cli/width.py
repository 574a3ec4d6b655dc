"""Fails if a line of the input is wider than a terminal of 80 columns."""
import sys

wide = [line for line in sys.stdin.read().splitlines() if len(line) > 80]
sys.exit("\n".join(wide) if wide else 0)
