#!/bin/sh
# Sees to it that commands are there.
#
#   need.sh COMMAND=PACKAGE...
#
# What is missing is installed by apt where this is a Debian machine and we are
# root, after saying so; elsewhere the packages are named, and the status is 2.
set -eu

packages=
for need in "$@"; do
  command -v "${need%%=*}" >/dev/null 2>&1 || packages="$packages ${need#*=}"
done
[ -n "$packages" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "These packages are missing:$packages" >&2
  echo "Install them, on Debian by: apt-get install --no-install-recommends$packages" >&2
  exit 2
fi
echo "Installing by apt-get:$packages"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# The list of packages may be missing or old: fetch it once where a first try fails.
install() {
  # shellcheck disable=SC2086 # one word for each package
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages
}
if ! { install || { apt-get update && install; }; } >"$log" 2>&1; then
  tail -n 5 "$log" >&2
  echo "apt-get could not install:$packages" >&2
  exit 2
fi
