#!/bin/busybox sh
# The first program of Debian guests: it runs commands, and reports each on the second serial port.
#
# A report is a line "NAME STATUS OUTPUT ERRORS", with the lengths in bytes of what follows: what the
# command wrote to standard output, and to standard error. The last one is named "end".

report() { # NAME COMMAND…
  reported=$1
  shift
  "$@" >/tmp/output 2>/tmp/errors
  echo "$reported $? $(stat -c %s /tmp/output) $(stat -c %s /tmp/errors)"
  cat /tmp/output /tmp/errors
}

as_user() { # COMMAND…
  su -s /bin/sh nobody -c "$*"
}

# Virtual functions, which no driver takes. Until nvme is done with its device, registers change.
start_virtual_functions() {
  for state in /sys/class/nvme/*/state; do
    [ -e "$state" ] || continue
    until grep -q live "$state"; do sleep 0.1; done
    device=${state%/state}/device
    echo 0 >"$device/sriov_drivers_autoprobe"
    echo 2 >"$device/sriov_numvfs"
  done
}

# How many functions a dump has and how many of them with extended registers, and whether it is the
# same as lspci's.
dump() { # LETTERS OPTION…
  pcicfg dump "$@" >/tmp/pcicfg || return 2
  awk '/^00: / { all++ } /^ff0: / { extended++ } END { print all + 0, extended + 0 }' /tmp/pcicfg
  lspci -n -D "$1" | cmp /tmp/pcicfg - >&2
}

without_proc() { # COMMAND…
  unshare -m sh -c "umount -l /proc && $*"
}

# Writes a register, has setpci read it, and writes the old value back.
write_and_restore() { # NAME FUNCTION REGISTER VALUE OPTION…
  name=$1
  function=$2
  register=$3
  value=$4
  shift 4
  report "$name-old" setpci -d "$function" "$register"
  old=$(cat /tmp/output)
  report "$name-write" pcicfg write -d "$function" "$register=$value" "$@"
  report "$name-new" setpci -d "$function" "$register"
  [ -n "$old" ] || return
  report "$name-restore" pcicfg write -d "$function" "$register=$old" "$@"
  report "$name-restored" setpci -d "$function" "$register"
}

# Where most is permitted, and where most is refused: it takes seconds.
is_recorded() {
  grep -q -e iomem=relaxed -e lockdown= /proc/cmdline
}

commands() {
  report log dmesg
  report list pcicfg list -nk
  report list-lspci lspci -nk
  report machine-list pcicfg list -nmm
  report machine-list-lspci lspci -nmm
  report tree pcicfg list -t
  report tree-lspci lspci -t
  report dump dump -xxxx
  report dump-procfs dump -xxxx --access procfs
  report dump-conf1 dump -xxx --access conf1
  report dump-ecam dump -xxx --access ecam
  report dump-ecam-extended dump -xxxx --access ecam
  report dump-linux dump -xxxx --policy linux
  report dump-verified dump -xxxx --policy verified
  report access-linux pcicfg dump --policy linux --json
  report access-verified pcicfg dump --policy verified --json
  report probe pcicfg probe --compare --json
  report verify pcicfg verify --json
  report verify-conf1 pcicfg verify --raw conf1 --json
  report verify-ecam pcicfg verify --raw ecam --json
  report verify-linux pcicfg verify --policy linux --json
  report verify-verified pcicfg verify --policy verified --json
  report bench pcicfg bench --count 2000 --json
  report bench-conf1 pcicfg bench --count 2000 --raw conf1 --json
  report bench-ecam pcicfg bench --count 2000 --raw ecam --json
  if is_recorded; then
    report snapshot pcicfg snapshot save /tmp/snapshot --compare
    report snapshot-list pcicfg list -nk --root /tmp/snapshot
    report snapshot-probe pcicfg probe --root /tmp/snapshot --json
    report snapshot-verify pcicfg verify --root /tmp/snapshot --json
  fi
  write_and_restore header 1b36:0005 INTERRUPT_LINE 5a
  write_and_restore header-procfs 1b36:0005 INTERRUPT_LINE 5a --access procfs
  write_and_restore header-conf1 1b36:0005 INTERRUPT_LINE 5a --access conf1 --yes
  write_and_restore header-ecam 1b36:0005 INTERRUPT_LINE 5a --access ecam
  write_and_restore header-policy 1b36:0005 INTERRUPT_LINE 5a --policy verified --yes
  write_and_restore extended 8086:10d3 ECAP_AER+14.l 000001c1
  ! is_recorded || report snapshot-diff pcicfg diff /tmp/snapshot live
  write_and_restore extended-ecam 8086:10d3 ECAP_AER+14.l 000001c1 --access ecam
  report without-proc without_proc pcicfg list
  report user-list as_user pcicfg list -nk
  report user-probe as_user pcicfg probe --raw conf1 --raw ecam --json
  report user-policy as_user pcicfg dump --policy linux
  report user-write as_user pcicfg write -d 1b36:0005 INTERRUPT_LINE=5a
  report user-conf1 as_user pcicfg dump --access conf1
  report user-ecam as_user pcicfg dump --access ecam
  report end true
}

export PATH=/bin
/bin/busybox --install -s /bin
mkdir -p /dev /etc /proc /sys /tmp
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t securityfs securityfs /sys/kernel/security
mount -t devtmpfs devtmpfs /dev
printf 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n' >/etc/passwd
printf 'root:x:0:\nnobody:x:65534:\n' >/etc/group
start_virtual_functions
{
  stty raw -echo
  commands >&0
} <>/dev/ttyS1
poweroff -f
