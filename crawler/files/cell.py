"""A script: reads one file in a process that the system keeps within limits, so that no file can harm who asked.

    python -I cell.py READER MEMORY CPU_SECONDS MAX_PAGES MAX_CHARS < file > answer

READER is a script beside this one with `read(data, max_pages=…, max_chars=…)`. The answer is a JSON list of text and note.
Started by path and not as a module: importing the crawler would cost a second and half of the memory.
"""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path


def main(reader: str, memory: str, cpu_seconds: str, max_pages: str, max_chars: str) -> None:
    """Take the limits on, then read. Memory in bytes; where the system has no limits the caller's clock is the only one."""
    read = runpy.run_path(str(Path(__file__).with_name(reader)), run_name=f"cell_{reader[:-3]}")["read"]
    data = sys.stdin.buffer.read()
    try:
        import resource
    except ImportError:  # Windows
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
        resource.setrlimit(resource.RLIMIT_CPU, (int(cpu_seconds), int(cpu_seconds)))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer = read(data, max_pages=int(max_pages), max_chars=int(max_chars))
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=True).encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
