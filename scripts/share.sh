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
  # The section that every page gets at its end contradicts what the pages say of the status.
  sed -i '/^\.Sh "EXIT STATUS"$/,/^\.Ex /d' "$out/man/man1/$program"*.1
  "$bin/$program" --generate-completion-script bash \
    > "$out/bash-completion/completions/$program"
  "$bin/$program" --generate-completion-script zsh > "$out/zsh/site-functions/_$program"
  "$bin/$program" --generate-completion-script fish \
    > "$out/fish/vendor_completions.d/$program.fish"
done
