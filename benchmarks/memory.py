"""Memory of processes, as Linux counts it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Memory:
    """In MB. pss: with each shared page divided by its sharers; uss: what the process alone has."""

    pss: float
    uss: float


def of_process(number: int) -> Memory:
    lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()[1:]
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    private = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    return Memory(pss=kilobytes["Pss"] / 1024, uss=private / 1024)


def children_of(number: int) -> list[int]:
    text = Path(f"/proc/{number}/task/{number}/children").read_text()
    return [int(child) for child in text.split()]
