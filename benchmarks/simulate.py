"""One simulation of a whole network, and SCALE-Sim's own time on the same layers beside it.

    python benchmarks/simulate.py
    SCALESIM_PYTHON=/tmp/scalesim/bin/python python benchmarks/simulate.py

What each computes: both give the same cycles and the same words between buffers and array (the tests compare 460 rows to
the integer). SCALE-Sim also generates the address of every access in every cycle and runs its DRAM model over that
trace; ours has closed forms, and a traffic model of its own. The ratio says what the trace costs, not who is better.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from squeezelab.hardware import loop_nest, simulate, systolic_cost
from squeezelab.networks import squeezenext

HOW = "not measured: python -m venv /tmp/scalesim && /tmp/scalesim/bin/pip install scalesim==3.0.0 'numpy<2.3'"
STAGES = ("s3.b1.", "s3.b2.", "s4.b1.")  # of 1.0-SqNxt-23v5: 17 layers that SCALE-Sim finishes within a minute
SIDE = 16

# Three SRAMs of 64 kB, weight stationary, bandwidth calculated; the layout section is read though unused
CONFIG = f"""[general]
run_name = run
[architecture_presets]
ArrayHeight = {SIDE}
ArrayWidth = {SIDE}
IfmapSramSzkB = 64
FilterSramSzkB = 64
OfmapSramSzkB = 64
IfmapOffset = 0
FilterOffset = 10000000
OfmapOffset = 20000000
Dataflow = ws
Bandwidth = 10
ReadRequestBuffer = 512
WriteRequestBuffer = 512
[layout]
IfmapCustomLayout = False
FilterCustomLayout = False
IfmapSRAMBankBandwidth = 10
IfmapSRAMBankNum = 10
IfmapSRAMBankPort = 2
FilterSRAMBankBandwidth = 10
FilterSRAMBankNum = 10
FilterSRAMBankPort = 2
[sparsity]
SparsitySupport = false
[run_presets]
InterfaceBandwidth = CALC
UseRamulatorTrace = False
"""

# Runs in SCALE-Sim's own Python, which may be another one; prints the seconds it took, without its imports
SCRIPT = """
import contextlib, io, json, sys, time
from scalesim.scale_sim import scalesim
run = scalesim(save_disk_space=True, verbose=False, config="c.cfg", topology="t.csv", layout="l.csv", input_type_gemm=True)
start = time.process_time()
with contextlib.redirect_stdout(io.StringIO()):
    run.run_scale(top_path="out")
print(json.dumps({"seconds": time.process_time() - start}))
"""


def best_of(rounds, job, *arguments):
    """Least CPU time of some rounds, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        job(*arguments)
        times.append(time.process_time() - start)
    return min(times)


def products(network):
    """(name, M, N, K) of the layers that SCALE-Sim runs, too."""
    nests = [(layer.name, loop_nest(layer)) for layer in network.mac_layers if layer.name.startswith(STAGES)]
    return [(name.replace(".", "_"), nest.m, nest.n, nest.k) for name, nest in nests]


def scalesim_run(python, layers):
    """Runs SCALE-Sim on the layers → (CPU seconds, cycles of each layer as it prints them)."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "c.cfg").write_text(CONFIG)
        rows = ["name,m,n,k,"] + [",".join(map(str, layer)) + "," for layer in layers]
        Path(folder, "t.csv").write_text("\n".join(rows) + "\n")
        Path(folder, "l.csv").write_text("\n".join(["layout"] + [f"{layer[0]}," + "1," * 20 for layer in layers]) + "\n")
        done = subprocess.run([python, "-c", SCRIPT], cwd=folder, capture_output=True, text=True)
        if done.returncode:
            return None, done.stderr.strip().splitlines()[-1]
        report = next(Path(folder).rglob("COMPUTE_REPORT.csv")).read_text().strip().splitlines()
        head = [name.strip() for name in report[0].split(",")]
        column = head.index("Total Cycles")
        cycles = [int(float(line.split(",")[column])) for line in report[1:]]
        return json.loads(done.stdout.strip().splitlines()[-1])["seconds"], cycles


def beside_scalesim(network):
    """Our time and SCALE-Sim's on the same layers, as lines."""
    layers = products(network)

    def ours():
        return [systolic_cost(m, n, k, SIDE, SIDE, "ws").cycles for _, m, n, k in layers]

    mine = best_of(50, ours)
    lines = [f"{len(layers)} layers of it as matrix products, ws, 16x16: {1e3 * mine:.3f} ms"]
    seconds, cycles = scalesim_run(os.environ.get("SCALESIM_PYTHON", sys.executable), layers)
    if seconds is None:
        return lines + [f"SCALE-Sim 3.0.0 on the same layers: {HOW} ({cycles})"]
    agree = cycles == [count - 1 for count in ours()]
    lines.append(f"SCALE-Sim 3.0.0 on the same layers: {seconds:.1f} s, {seconds / mine:,.0f} times as long")
    lines.append(f"the same cycles in all layers (it prints one less): {'yes' if agree else 'NO'}")
    return lines + ["(it also generates the trace of every access and runs its DRAM model over it)"]


def total_cycles(network, machine):
    return simulate(network, machine, sparsity=0.4).cycles


def main():
    network = squeezenext(version=5)
    for machine in ("squeezelerator-16", "scalesim-16"):
        seconds = best_of(100, total_cycles, network, machine)
        print(f"simulate {network.name}, {len(network.mac_layers)} layers, on {machine}: {1e3 * seconds:.2f} ms")
    print("\n".join(beside_scalesim(network)))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
