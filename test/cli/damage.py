"""Changes one bit of every file of a folder, its length stays."""
import pathlib
import sys

for path in pathlib.Path(sys.argv[1]).iterdir():
    content = bytearray(path.read_bytes())
    if content:
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
