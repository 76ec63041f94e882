#!/bin/sh
# How long the smallest suite takes on each hypervisor, from the start of the
# hypervisor's process to its end.
#
#   bench-start.sh GUESTCTL [ROUNDS]
#
# The hypervisors take turns, so that a machine that slows down slows all. The
# last lines compare the medians of vmm and of QEMU with KVM.

set -eu

guestctl=$1
rounds=${2:-10}

round=0
while [ "$round" -lt "$rounds" ]; do
  # Of each run, the JSON has the boots with their seconds before the hypervisor's name.
  "$guestctl" run hypervisor --jobs 1 --json - |
    awk '$1 == "\"seconds\"" { seconds = $3 + 0 }
         $1 == "\"hypervisor\"" { gsub(/[",]/, "", $3); print $3, seconds }'
  round=$((round + 1))
done | sort -k1,1 -k2,2n | awk -v rounds="$rounds" '
  { count[$1]++; value[$1, count[$1]] = $2 }
  END {
    printf "%-16s %9s %9s %9s\n", "ms, " rounds " rounds", "minimum", "median", "maximum"
    for (name in count) {
      n = count[name]
      median[name] = (value[name, int((n + 1) / 2)] + value[name, int(n / 2) + 1]) / 2
      printf "%-16s %9.1f %9.1f %9.1f\n", name, value[name, 1] * 1000, median[name] * 1000,
        value[name, n] * 1000 | "sort -k3,3n"
    }
    close("sort -k3,3n")
    for (name in count)
      if (name ~ /^qemu-kvm-/ && median[name] > 0)
        printf "vmm/%-24s %5.2f (goal: at most 0.33)\n", name, median["vmm"] / median[name] | "sort"
  }'
