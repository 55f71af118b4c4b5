"""Writes recorded/scalesim_sample.json: what SCALE-Sim printed for 21 layers on an 8x8 array, for chapter 2.

SCALE-Sim itself ran once, for all 189 rows of tests/golden/scalesim_golden.csv (21 layers, three arrays, three flows;
7.5 minutes on a busy two-core CPU); this script picks the rows of one array and changes no number.

    python experiments/scalesim_sample.py
"""

import csv
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests/golden/scalesim_golden.csv"
SAMPLE = ROOT / "squeezelab/recorded/scalesim_sample.json"
SIDE = 8

COLUMNS = {
    "layer": "layer",
    "dataflow": "dataflow",
    "m": "gemm_m",
    "n": "gemm_n",
    "k": "gemm_k",
    "total_cycles": "scalesim_total_cycles",
    "ifmap_reads": "sram_ifmap_reads",
    "filter_reads": "sram_filter_reads",
    "ofmap_writes": "sram_ofmap_writes",
}

ABOUT = {
    "program": "SCALE-Sim 3.0.0",
    "command": "python experiments/scalesim_sample.py",
    "source": "tests/golden/scalesim_golden.csv, the output of SCALE-Sim 3.0.0, numbers as printed",
    "settings": f"{SIDE}x{SIDE} array, three SRAMs of 64 kB, 1-byte words, bandwidth-calculated mode, no padding",
    "date": "not recorded with the run",
    "seeds": "none: the simulator has no random part",
    "rows": [],
}


def sample():
    """The rows of the array, each a list in the order of COLUMNS."""
    with GOLDEN.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if int(row["array_rows"]) == int(row["array_cols"]) == SIDE]
    return [[int(row[name]) if row[name].isdigit() else row[name] for name in COLUMNS.values()] for row in rows]


def main():
    lines = ",\n    ".join(json.dumps(row) for row in sample())
    head = json.dumps({**ABOUT, "columns": list(COLUMNS)}, indent=2)
    SAMPLE.write_text(head.replace('"rows": []', f'"rows": [\n    {lines}\n  ]') + "\n", "utf-8")


if __name__ == "__main__":
    main()
