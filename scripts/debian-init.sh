#!/bin/busybox sh
# The first program of Debian guests: it runs commands, and reports each on the second serial port.
#
# A report is a line "NAME STATUS OUTPUT ERRORS", with the lengths in bytes of what follows: what the
# command wrote to standard output, and to standard error. The last one is named "end".

report() { # NAME COMMAND…
  name=$1
  shift
  "$@" >/tmp/output 2>/tmp/errors
  echo "$name $? $(stat -c %s /tmp/output) $(stat -c %s /tmp/errors)"
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

# How many functions both dumps have, and how many of them with extended registers.
dumps() {
  pcicfg dump >/tmp/pcicfg && lspci -n -D -xxxx >/tmp/lspci && cmp /tmp/pcicfg /tmp/lspci &&
    awk '/^00: / { all++ } /^ff0: / { extended++ } END { print all + 0, extended + 0 }' /tmp/pcicfg
}

# Writes a register, has setpci read it, and writes the old value back.
write_and_restore() { # NAME FUNCTION REGISTER VALUE
  report "$1-old" setpci -d "$2" "$3"
  old=$(cat /tmp/output)
  report "$1-write" pcicfg write -d "$2" "$3=$4"
  report "$1-new" setpci -d "$2" "$3"
  [ -n "$old" ] || return
  report "$1-restore" pcicfg write -d "$2" "$3=$old"
  report "$1-restored" setpci -d "$2" "$3"
}

commands() {
  report log dmesg
  report list pcicfg list -nk
  report list-lspci lspci -nk
  report machine-list pcicfg list -nmm
  report machine-list-lspci lspci -nmm
  report tree pcicfg list -t
  report tree-lspci lspci -t
  report dumps dumps
  report probe pcicfg probe --compare --json
  report verify pcicfg verify --json
  report verify-conf1 pcicfg verify --raw conf1 --json
  report verify-ecam pcicfg verify --raw ecam --json
  report bench pcicfg bench --count 2000 --json
  write_and_restore header 1b36:0005 INTERRUPT_LINE 5a
  write_and_restore extended 8086:10d3 ECAP_AER+14.l 000001c1
  report user-list as_user pcicfg list -nk
  report user-probe as_user pcicfg probe --json
  report user-write as_user pcicfg write -d 1b36:0005 INTERRUPT_LINE=5a
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
