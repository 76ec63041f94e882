#!/bin/sh
# Feeds mutated inputs to the decoders of tables and lists, and prints for each how many inputs it
# stood, how fast, how many edges of its code they covered, and which input covered the last new one.
#
#   fuzz.sh PROGRAM RUNS [TARGET]
#
# Ends with 1 where an input crashed a target or took more than a minute, and, from a million runs
# on, where one of the last tenth of the inputs covered a new edge: then more runs are called for.

set -eu

program=$1
runs=$2
case $runs in
'' | *[!0-9]* | 0) echo "FUZZ_RUNS=$runs: expected a number of inputs" >&2; exit 64 ;;
esac
targets=$("$program")
if [ -n "${3:-}" ]; then
  case "
$targets
" in
  *"
$3
"*) targets=$3 ;;
  *) echo "TARGET=$3: expected one of" $targets >&2; exit 64 ;;
  esac
fi

# The backtracer of Swift would hang on a crash in libFuzzer; with random hashes no run would be that
# of before.
export SWIFT_BACKTRACE=enable=no SWIFT_DETERMINISTIC_HASHING=1
directory=$(dirname "$program")
status=0
printf '%-22s %10s %10s %6s %14s\n' target inputs inputs/s edges 'last new edge'
for target in $targets; do
  corpus=$directory/$target
  log=$directory/$target.log
  rm -rf "$corpus"
  mkdir -p "$corpus"
  # An input of this target is a whole machine: a short run has fewer.
  inputs=$runs
  [ "$target" != snapshot ] || [ "$runs" -ge 1000000 ] || inputs=$((runs / 20 + 1))
  start=$(date +%s%N)
  if FUZZ_TARGET=$target FUZZ_SEEDS=$corpus "$program" -runs="$inputs" -seed=1 -timeout=60 \
    -max_len=1024 -print_funcs=0 -dict="$corpus.words" \
    -artifact_prefix="$directory/$target-" "$corpus" >"$log" 2>&1; then
    result=0
  else
    result=1
  fi
  awk -v target="$target" -v runs="$runs" -v result="$result" \
    -v elapsed="$(($(date +%s%N) - start))" '
    /^#[0-9]+/ {
      for (i = 2; i < NF; i++)
        if ($i == "cov:" && $(i + 1) > edges) { edges = $(i + 1); last = substr($1, 2) + 0 }
      count = substr($1, 2)
    }
    /^Done / { count = $2 }
    /Test unit written to/ { path = $NF }
    END {
      printf "%-22s %10d %10d %6d %14d\n", target, count, count * 1e9 / elapsed, edges, last
      if (result != 0) {
        print target ": failed; " (path == "" ? "see its log" : "the input is " path)
        exit 1
      }
      if (runs >= 1000000 && last > runs * 0.9) {
        print target ": input " last " covered a new edge, in the last tenth: more runs are needed"
        exit 1
      }
    }' "$log" || status=1
done
exit "$status"
