#!/usr/bin/env bash
# Builds and runs the tests under a sanitizer: asan (address and undefined behaviour) or tsan (threads).
# Usage: scripts/sanitize.sh asan|tsan [arguments for ctest]
#
# The tsan preset runs the items of a pipeline on plain threads (CSGIS_EXECUTOR=threads): Debian's oneTBB is not built
# for ThreadSanitizer and gives false reports, and suppressing it as a whole would hide real races in our own code.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
preset=${1:?asan or tsan}
shift

"$root/scripts/setup.sh"
cd "$root"
cmake --preset "$preset"
cmake --build --preset "$preset"
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:allocator_may_return_null=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1:suppressions=$root/scripts/tsan_suppressions.txt}
export CSGIS_TEST_SLOWNESS=10
# The sanitizers stand between dlopen and us, and its search path is then theirs: the network module is found by this.
export LD_LIBRARY_PATH=$root/build/$preset/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
ctest --test-dir "build/$preset" --output-on-failure --timeout 3600 "$@"
