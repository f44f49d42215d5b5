"""What a fresh process costs: instructions where valgrind is installed, else seconds of CPU.

Instructions repeat to a part in a thousand on any machine, however busy. CPU time does not, so each
command then runs many times, in turn with the others, and its median counts.
"""

import os
import re
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CPU_ROUNDS = 15

type Commands = Mapping[str, list[str]]
type Environment = Mapping[str, str]


def unit() -> str:
    return "instructions" if shutil.which("valgrind") else "CPU time"


def costs(commands: Commands, environment: Environment) -> dict[str, float]:
    """What each command costs, once its files are in the cache and its bytecode is written."""
    environment = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0", **environment}
    for command in commands.values():
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    if unit() == "instructions":
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            counts = pool.map(lambda each: instructions(each, environment), commands.values())
            return dict(zip(commands, counts, strict=True))
    rounds = [
        {name: cpu_seconds(command, environment) for name, command in commands.items()}
        for _ in range(CPU_ROUNDS)
    ]
    return {name: statistics.median(each[name] for each in rounds) for name in commands}


def instructions(command: list[str], environment: Environment) -> int:
    """The instructions that the command executed in user space."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log")
        valgrind = ["valgrind", "--tool=cachegrind", "--cache-sim=no", f"--log-file={log}"]
        valgrind.append(f"--cachegrind-out-file={folder}/out")
        subprocess.run(
            [*valgrind, *command], env=environment, check=True, stdout=subprocess.DEVNULL
        )
        counted = re.search(r"I\s+refs:\s+([\d,]+)", log.read_text())
        assert counted
        return int(counted[1].replace(",", ""))


def cpu_seconds(command: list[str], environment: Environment) -> float:
    """User and system time of the command."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime + usage.ru_stime
