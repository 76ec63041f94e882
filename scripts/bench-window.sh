#!/bin/sh
# What a window that guests read without leaving costs the host: memory, and
# time to start.
#
#   bench-window.sh VMM IMAGES [ROUNDS]
#
# IMAGES is the folder with the guest images. Memory is the most that the kernel
# showed of the process while the guest ran (smaps_rollup): Rss counts a page at
# each of its addresses, Pss a page shared by n as 1/n. The times are of whole
# processes whose guest opens the window and reads a page; the modes take turns,
# and "more" is how much longer read-only took than trapped in the same round.

set -eu

vmm=$1
images=$2
rounds=${3:-20}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for pages in 1 65536; do
  nasm -f bin -D PAGES=$pages -o "$folder/$pages.rom" "$(dirname "$0")/read-window.asm"
done

# ended STATUS IMAGE MODE EXPECTED
ended() {
  [ "$1" -ne "$4" ] || return 0
  echo "vmm run $2 --ecam $3: status $1, expected $4" >&2
  exit 2
}

# memory IMAGE MODE STATUS: the most seen of a guest that ends so, in MiB
memory() {
  "$vmm" run "$1" --ecam "$2" >/dev/null &
  rollup=/proc/$!/smaps_rollup
  while cat "$rollup" 2>/dev/null; do :; done | awk '
    $1 == "Rss:" && $2 > rss { rss = $2 }
    $1 == "Pss:" && $2 > pss { pss = $2 }
    END { printf "%9.1f %9.1f\n", rss / 1024, pss / 1024 }'
  status=0
  wait $! || status=$?
  ended $status "$1" "$2" "$3"
}

# microseconds MODE: how long a guest takes
microseconds() {
  status=0
  start=$(date +%s%N)
  "$vmm" run "$folder/1.rom" --ecam "$1" || status=$?
  end=$(date +%s%N)
  ended $status "$folder/1.rom" "$1" 0
  echo $(((end - start) / 1000))
}

printf '%-28s %-9s %9s %9s\n' "MiB" window Rss Pss
for mode in trapped read-only; do
  seen=$(memory "$images/ecam.rom" $mode 33)
  printf '%-28s %-9s %s\n' "after the suite ecam" $mode "$seen"
  seen=$(memory "$folder/65536.rom" $mode 0)
  printf '%-28s %-9s %s\n' "after a read of each page" $mode "$seen"
done

round=0
while [ "$round" -lt "$rounds" ]; do
  trapped=$(microseconds trapped)
  mapped=$(microseconds read-only)
  printf 'trapped %d\nread-only %d\nmore %d\n' "$trapped" "$mapped" $((mapped - trapped))
  round=$((round + 1))
done | sort -k1,1 -k2,2n | awk -v rounds="$rounds" '
  function row(name) {
    n = count[name]
    median = (value[name, int((n + 1) / 2)] + value[name, int(n / 2) + 1]) / 2
    printf "%-28s %-9s %9.1f %9.1f %9.1f\n", "a guest that reads one page", name,
      value[name, 1] / 1000, median / 1000, value[name, n] / 1000
  }
  { value[$1, ++count[$1]] = $2 }
  END {
    printf "\n%-28s %-9s %9s %9s %9s\n", "ms, " rounds " rounds", "window", "minimum", "median",
      "maximum"
    row("trapped")
    row("read-only")
    row("more")
  }'
