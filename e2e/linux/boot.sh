#!/bin/sh
# Becomes the init of a machine that is a folder: systemd, in namespaces of its own. Leaves the host's system alone.
# Usage: unshare --mount --pid --fork --uts --ipc --cgroup boot.sh FOLDER
set -e
root=$1
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
# The kernel is the host's: nobody in here turns a knob of it.
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro sys "$root/sys"
mount -t cgroup2 cgroup "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=0755 run "$root/run"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
mount -t tmpfs -o mode=0755 dev "$root/dev"
for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
hostname kiosk-drill
cd "$root"
mkdir -p host
pivot_root . host
umount -l host
rmdir host
# As on every machine with systemd: what is mounted for a service reaches those that are to see it.
mount --make-rshared /
exec env -i container=kiosk-drill /lib/systemd/systemd --system --log-target=journal --show-status=0
