#!/bin/sh
# Makes the virtual environment $1 with the first Python >= 3.10 found, or says what is missing.
set -eu
venv=$1

fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; }

for python in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.10}; do
    if fits "$python"; then
        found=$python
        break
    fi
done
if [ -z "${found:-}" ]; then
    echo "squeezelab needs Python 3.10 or newer, but '${PYTHON:-python3}' is $(${PYTHON:-python3} --version 2>&1 || true)." >&2
    echo "Install one (Debian, Ubuntu: apt-get install python3 python3-venv), or name it: make book PYTHON=/path/to/python3.11" >&2
    exit 1
fi
if ! "$found" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "$($found --version) has no venv module. On Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 1
fi
"$found" -m venv "$venv"
