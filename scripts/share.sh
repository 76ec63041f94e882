#!/bin/sh
# Man pages and completions of programs, as they describe themselves.
#
#   share.sh BIN OUT PROGRAM...    BIN: where programs and generate-manual lie; OUT: what becomes
#                                  PREFIX/share
set -eu

bin=$1
out=$2
shift 2
rm -rf "$out"
mkdir -p "$out/man/man1" "$out/bash-completion/completions" "$out/zsh/site-functions" \
  "$out/fish/vendor_completions.d"
for program; do
  "$bin/generate-manual" "$bin/$program" --multi-page --output-directory "$out/man/man1"
  for page in "$out/man/man1/$program"*.1; do
    # The section that every page gets at its end contradicts what the pages say of the status, and
    # lines that begin with a blank are a table or a command, not to be filled.
    sed '/^\.Sh "EXIT STATUS"$/,/^\.Ex /d' "$page" | awk '
      /^ / && !literal { print ".Bd -literal -compact"; literal = 1 }
      !/^ / && literal { print ".Ed"; literal = 0 }
      literal { print "\\&" substr($0, 3) }
      !literal { print }' > "$page.new"
    mv "$page.new" "$page"
  done
  "$bin/$program" --generate-completion-script bash \
    > "$out/bash-completion/completions/$program"
  "$bin/$program" --generate-completion-script zsh > "$out/zsh/site-functions/_$program"
  "$bin/$program" --generate-completion-script fish \
    > "$out/fish/vendor_completions.d/$program.fish"
done
