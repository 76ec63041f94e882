#!/bin/sh
# Fetches Debian's kernel for virtual machines, lspci and a shell as packages, and unpacks them.
#
#   debian-packages.sh FOLDER
#
# FOLDER then has vmlinuz and root: busybox, lspci and setpci with their libraries, the kernel's
# configuration and what depmod lists of its modules. Nothing is installed, and nothing is fetched
# again where FOLDER has it all. Where the packages cannot be had, FOLDER/missing says why; that is
# no error.
set -eu

folder=$1
kernel=linux-image-cloud-amd64
[ ! -e "$folder/root" ] || exit 0

mkdir -p "$folder"
rm -rf "$folder/packages" "$folder/missing"
mkdir "$folder/packages"
log=$folder/packages/log

# The newest kernel, what lists its modules, and what lspci needs down to the C library.
names() {
  apt-cache depends "$kernel" | awk '$1 == "Depends:" && $2 ~ /^linux-image-[0-9]/ { print $2; exit }'
  apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
    --no-replaces --no-enhances busybox-static kmod pciutils | grep '^[a-z0-9]'
}

fetch() {
  all=$(names) || return 1
  case $all in linux-image-*) ;; *) echo "apt knows no package $kernel"; return 1 ;; esac
  cd "$folder/packages" || return 1
  # shellcheck disable=SC2086 # one word for each package
  timeout 120 apt-get download -o APT::Sandbox::User=root -o Acquire::Retries=1 \
    -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 $all
}

give_up() { # REASON
  rm -rf "$folder/packages"
  echo "$1" > "$folder/missing"
  echo "Debian guests: skipped, as $1"
  exit 0
}

for command in apt-get apt-cache dpkg-deb; do
  command -v "$command" >/dev/null || give_up "there is no $command: this is no Debian machine"
done
# The list of packages may be missing or old: only root may fetch it.
if ! { (fetch) || { [ "$(id -u)" = 0 ] && timeout 120 apt-get update && (fetch); }; } >"$log" 2>&1; then
  give_up "apt-get cannot fetch $kernel, pciutils and busybox-static: $(tail -n 1 "$log")"
fi

# All goes below usr, where newer releases have it anyhow.
cd "$folder"
rm -rf unpacked root.new
mkdir -p unpacked/usr/bin unpacked/usr/sbin unpacked/usr/lib unpacked/usr/lib64
for name in bin sbin lib lib64; do ln -s "usr/$name" "unpacked/$name"; done
for package in packages/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -xf - -C unpacked --keep-directory-symlink
done

# Their own loader, as this machine may have another C library.
loader=lib64/ld-linux-x86-64.so.2
load() { # OPTION… PROGRAM ARGUMENT…
  unpacked/$loader --library-path unpacked/lib/x86_64-linux-gnu "$@"
}

release=$(basename unpacked/boot/vmlinuz-*)
release=${release#vmlinuz-}
load --argv0 depmod unpacked/bin/kmod -b unpacked "$release"
modules=lib/modules/$release
mkdir -p root.new/bin root.new/boot root.new/lib64 "root.new/$modules"
cp unpacked/boot/config-* root.new/boot
cp "unpacked/$modules"/modules.* "root.new/$modules"
cp unpacked/bin/busybox unpacked/bin/lspci unpacked/bin/setpci root.new/bin
cp -L unpacked/$loader root.new/lib64
load --list unpacked/bin/lspci |
  awk '$2 == "=>" && $1 !~ /ld-linux/ { print $3 }' |
  while read -r library; do cp -L "$library" root.new/lib; done
cp unpacked/boot/vmlinuz-* vmlinuz
rm -rf unpacked packages
mv root.new root
