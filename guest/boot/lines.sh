#!/bin/sh
# Says for each range of instructions of an image where in the source it comes from.
#
#   TOOLCHAIN=DIR lines.sh NAME.elf > NAME.lines
#
# Each line: first address, address behind the last, then the frames, innermost
# first, each as "function at file:line"; separated by tabs, addresses in
# hexadecimal, ascending.
set -eu

frames() {
  # Of each instruction: its address, and behind it the frames on one line.
  "$TOOLCHAIN/llvm-objdump" -d --no-show-raw-insn "$1" |
    sed -n 's/^ *\([0-9a-f][0-9a-f]*\):.*/0x\1/p' |
    "$TOOLCHAIN/llvm-symbolizer" --obj="$1" --print-address --pretty-print --relativenames |
    awk 'NF == 0 { if (line != "") print line; line = ""; next }
         line == "" {
           # ADDRESS: FUNCTION at FILE:LINE:COLUMN
           colon = index($0, ": ")
           line = substr($0, 3, colon - 3) "\t" frame(substr($0, colon + 2))
           next
         }
         { sub(/^ *\(inlined by\) /, ""); line = line "\t" frame($0) }
         END { if (line != "") print line }
         function frame(text) {
           sub(/:[0-9]+$/, "", text)
           if (text !~ / at [<\/]/) sub(/ at /, " at guest/", text)
           sub(/ at guest\/\.\.\//, " at ", text)
           return text
         }'
}

frames "$1" | "$TOOLCHAIN/swift-demangle" -simplified | awk -F '\t' '
  function number(hexadecimal,    position, value) {
    for (position = 1; position <= length(hexadecimal); position++)
      value = value * 16 + index("0123456789abcdef", substr(hexadecimal, position, 1)) - 1
    return value
  }
  { at = index($0, "\t"); place = substr($0, at + 1); last = $1 }
  NR == 1 { start = $1; before = place; next }
  place != before { print start "\t" $1 "\t" before; start = $1; before = place }
  # Nothing follows the last instruction: its first byte stands for all of it.
  END { if (NR) printf "%s\t%x\t%s\n", start, number(last) + 1, before }'
