"""Install the section "Torch" of requirements.txt: CPU wheels on a Linux machine without a GPU, the plain ones elsewhere.

On Linux the default wheels of torch bring gigabytes of CUDA along. PyTorch's own index has them without it.
"""

import platform
import shutil
import subprocess
import sys
import urllib.request

from project import ROOT

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
PATIENCE_SECONDS = 5  # an index that takes longer to answer would be slow to download from, too


def torch_pins(requirements):
    """The requirements from the line "# Torch" on: torch, and what the tests of the torch parts need."""
    section = requirements[requirements.index("# Torch") :]
    pins = [line.split("#")[0].strip() for line in section.splitlines()]
    return [pin for pin in pins if pin]


def has_gpu():
    """Whether an NVIDIA driver answers."""
    tool = shutil.which("nvidia-smi")
    return bool(tool) and subprocess.run([tool], capture_output=True).returncode == 0


def answers(url):
    """Whether the index can be reached within a few seconds."""
    try:
        with urllib.request.urlopen(f"{url}/torch/", timeout=PATIENCE_SECONDS):
            return True
    except OSError:
        return False


def pip_arguments(pins, system, gpu, cpu_index_answers):
    """What to ask pip for. With the extra index pip prefers `+cpu` wheels: they sort above the same plain version."""
    if system == "Linux" and not gpu and cpu_index_answers:
        return ["install", *pins, "--extra-index-url", CPU_INDEX]
    return ["install", *pins]


def main():
    pins = torch_pins((ROOT / "requirements.txt").read_text("utf-8"))
    arguments = pip_arguments(pins, platform.system(), has_gpu(), answers(CPU_INDEX))
    print("pip " + " ".join(arguments), flush=True)
    sys.exit(subprocess.run([sys.executable, "-m", "pip", *arguments]).returncode)


if __name__ == "__main__":
    main()
