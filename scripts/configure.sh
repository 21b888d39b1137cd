#!/usr/bin/env bash
# Shared by demo.sh and test.sh: installs what is missing, configures and builds preset release with the tests.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

scripts/setup.sh
cmake --preset release
cmake --build --preset release
