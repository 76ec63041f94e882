#!/bin/sh
# Makes the initial file system of Debian guests: what debian-packages.sh has unpacked, and pcicfg.
#
#   debian-image.sh FOLDER PCICFG    PCICFG: a static executable
set -eu

folder=$1
pcicfg=$2
init=$(dirname "$0")/debian-init.sh

install -s -m 755 "$pcicfg" "$folder/root/bin/pcicfg"
install -m 755 "$init" "$folder/root/init"
cd "$folder/root"
find . | ./bin/busybox cpio -o -H newc > ../initramfs.new 2>/dev/null
mv ../initramfs.new ../initramfs
