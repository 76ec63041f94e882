#!/bin/sh
# How long listing and dumping the PCI functions of this machine take, beside lspci, and reading one
# register, beside setpci: the time of one call, from the start of the process to its end, and the
# medians' ratio.
#
#   bench-list.sh PCICFG [ROUNDS]
#
# The programs take turns, and turns at being first, so that a machine that slows down slows both.

set -eu

pcicfg=$1
rounds=${2:-100}

PATH=$PATH:/sbin:/usr/sbin
command -v lspci >/dev/null && command -v setpci >/dev/null || { echo "bench-list: skipped, as there is no lspci or setpci" >&2; exit 0; }
[ -d /sys/bus/pci/devices ] || { echo "bench-list: skipped, as there is no PCI" >&2; exit 0; }
function=$(lspci -Dn | sed -n '1s/ .*//p')

measure() { # NAME COMMAND…
  name=$1
  shift
  start=$(date +%s%N)
  "$@" >/dev/null
  echo "$name $(($(date +%s%N) - start))"
}

round=0
while [ "$round" -lt "$rounds" ]; do
  if [ $((round % 2)) = 0 ]; then
    measure list:lspci lspci -n
    measure list:pcicfg "$pcicfg" list -n
    measure dump:lspci lspci -n -xxxx
    measure dump:pcicfg "$pcicfg" dump
    measure read:setpci setpci -s "$function" COMMAND
    measure read:pcicfg "$pcicfg" read -s "$function" COMMAND
  else
    measure list:pcicfg "$pcicfg" list -n
    measure list:lspci lspci -n
    measure dump:pcicfg "$pcicfg" dump
    measure dump:lspci lspci -n -xxxx
    measure read:pcicfg "$pcicfg" read -s "$function" COMMAND
    measure read:setpci setpci -s "$function" COMMAND
  fi
  round=$((round + 1))
done | sort -k1,1 -k2,2n | awk -v rounds="$rounds" '
  { count[$1]++; value[$1, count[$1]] = $2 / 1e6 }
  function median(name, n) {
    n = count[name]
    return (value[name, int((n + 1) / 2)] + value[name, int(n / 2) + 1]) / 2
  }
  function line(what, name) {
    printf "%-20s %9.2f %9.2f %9.2f", what, value[name, 1], median(name), value[name, count[name]]
  }
  END {
    printf "%-20s %9s %9s %9s %9s\n", "ms, " rounds " rounds", "minimum", "median", "maximum", "ratio"
    line("lspci -n", "list:lspci"); print ""
    line("pcicfg list -n", "list:pcicfg")
    printf " %9.2f\n", median("list:pcicfg") / median("list:lspci")
    line("lspci -n -xxxx", "dump:lspci"); print ""
    line("pcicfg dump", "dump:pcicfg")
    printf " %9.2f\n", median("dump:pcicfg") / median("dump:lspci")
    line("setpci COMMAND", "read:setpci"); print ""
    line("pcicfg read COMMAND", "read:pcicfg")
    printf " %9.2f\n", median("read:pcicfg") / median("read:setpci")
  }'
