"""CP by alternating least squares, ours and TensorLy's side by side: time, error and peak memory.

    python benchmarks/decompose.py            # needs torch and TensorLy: make torch
    python benchmarks/decompose.py --quick    # one round instead of five

What each computes: the same sweeps from the same start factors in double precision on one thread, in turn, so that other
programs on the machine slow both. Ours has ridge 1e-7 and no acceleration here, which is TensorLy's algorithm; both errors are
‖W − Ŵ‖/‖W‖ of the rebuilt kernel. The ratio is the median of the rounds' ratios, with the range beside it. Peak memory is
what one sweep and the rebuilt kernel need at most on top of the kernel, in a process of its own (Linux).
"""

import os
import statistics
import subprocess
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

try:
    import torch
except ImportError:
    print("not measured: benchmarks/decompose.py needs torch (make torch)")
    sys.exit(0)

from squeezelab.decompose import cp, relative_error, trained_like_kernel  # noqa: E402

CASES = [  # output channels, input channels, rank, sweeps, the least ratio we promise
    (64, 64, 16, 5, 2),
    (64, 64, 64, 5, 2),
    (128, 64, 64, 5, 2),
    (128, 128, 64, 5, 2),
    (256, 128, 64, 5, 8),
    (512, 256, 64, 3, 10),
    (512, 512, 64, 2, 10),
]
MEGABYTE = 1 << 20
LEAST_SECONDS = 0.1  # of one timing; a single call of 5 ms is at the mercy of the clock
RETURN_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "65536"}  # glibc then gives every larger tensor back at once


def start_factors(kernel, rank):
    """Uniform factors for both, which no method can have an advantage from."""
    generator = torch.Generator().manual_seed(0)
    return [torch.rand(side, rank, generator=generator, dtype=kernel.dtype) for side in kernel.shape]


def ours(kernel, start, sweeps):
    return cp(kernel, start[0].shape[1], sweeps, start, ridge=1e-7, accelerate=False).rebuild()


def theirs(kernel, start, sweeps):
    import tensorly
    from tensorly.cp_tensor import CPTensor, cp_to_tensor
    from tensorly.decomposition import parafac

    tensorly.set_backend("pytorch")
    given = CPTensor((None, [factor.clone() for factor in start]))
    return cp_to_tensor(parafac(kernel, start[0].shape[1], n_iter_max=sweeps, init=given, tol=0))


METHODS = {"ours": ours, "tensorly": theirs}


def seconds(method, *arguments):
    """CPU time of a call, which other programs on the machine disturb less than the clock on the wall."""
    begin, calls = time.process_time(), 0
    while time.process_time() - begin < LEAST_SECONDS:
        method(*arguments)
        calls += 1
    return (time.process_time() - begin) / calls


def peak_memory(name, c_out, c_in, rank):
    """Bytes that one sweep of a method needs at most on top of its kernel, in this process (Linux)."""
    kernel = trained_like_kernel(c_out, c_in).double()  # ours works in double precision; so shall TensorLy
    start = start_factors(kernel, rank)
    METHODS[name](kernel, start, 1)  # loads the libraries
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")  # the high-water mark starts again from here
    before = resident("VmRSS")
    METHODS[name](kernel, start, 1)
    return resident("VmHWM") - before


def resident(field):
    """VmRSS, the bytes that this process holds, or VmHWM, the most it has held."""
    with open("/proc/self/status") as file:
        line = next(line for line in file if line.startswith(field))
    return int(line.split()[1]) * 1024


def peak_text(name, case):
    """Peak memory of a method in a process of its own, as text."""
    command = [sys.executable, __file__, "--peak", name, *map(str, case[:3])]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **RETURN_MEMORY})
    return f"{int(done.stdout) / MEGABYTE:.1f} MB" if done.returncode == 0 else "not measured"


def row(case, rounds, methods):
    """One line of the table."""
    c_out, c_in, rank, sweeps, promise = case
    kernel = trained_like_kernel(c_out, c_in).double()  # ours works in double precision; so shall TensorLy
    work = kernel, start_factors(kernel, rank), sweeps
    errors = [f"{relative_error(kernel, METHODS[name](*work)):.5f}" for name in methods]  # also warms up
    times = [[seconds(METHODS[name], *work) for name in methods] for _ in range(rounds)]
    medians = [statistics.median(column) for column in zip(*times)]
    cells = [f"{c_out}×{c_in}×3×3 R={rank} {sweeps} sweeps", *[f"{1e3 * middle:.0f} ms" for middle in medians]]
    if len(methods) == 2:
        ratios = sorted(other / own for own, other in times)
        cells.append(f"{statistics.median(ratios):.1f}× ({ratios[0]:.1f}–{ratios[-1]:.1f}, promised {promise})")
    return " | ".join([*cells, *errors, *[peak_text(name, case) for name in methods]])


def available():
    """Ours, and TensorLy's where it is installed."""
    try:
        import tensorly  # noqa: F401
    except ImportError:
        print("TensorLy is not installed: make torch")
        return ["ours"]
    return list(METHODS)


def main():
    torch.set_num_threads(1)
    if "--peak" in sys.argv:
        name, *numbers = sys.argv[sys.argv.index("--peak") + 1 :]
        print(peak_memory(name, *map(int, numbers)))
        return
    methods = available()
    print("kernel | median of " + " | ".join(methods) + " | TensorLy / ours | errors | peak memory")
    for case in CASES:
        print(row(case, 1 if "--quick" in sys.argv else 5, methods), flush=True)
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
