#!/usr/bin/env bash
# Debian's packages as their own scripts set them up, beside the machine and not in it.
#
#   debian.sh download FOLDER PACKAGE…      fetches the packages
#   debian.sh install FOLDER ANSWERS        installs them; ANSWERS is what debconf is told
#   debian.sh run FOLDER SHARED SCRIPT…     runs `sh -c SCRIPT…` beside them until stdin ends; SHARED is its /mnt
#
# What is installed lives in a layer over this machine's files, which only the processes of one call see: packages that exclude
# each other come side by side, and no service of theirs is ever started by itself. The end of a call is that of all it started.
set -euo pipefail

layer() { # a root of its own, /mnt/root
  local work=/mnt
  mount -t tmpfs none "$work"
  mkdir "$work/upper" "$work/work" "$work/root"
  if [[ "$verb" == inside-run ]]; then cp -a "$folder/installed/." "$work/upper"; fi
  mount -t overlay none -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" "$work/root"
  mount --rbind /dev "$work/root/dev"
  mount -t proc none "$work/root/proc"
  mount --bind "$shared" "$work/root/mnt"
}

verb=$1 folder=$(realpath "$2")
case "$verb" in
download)
  cd "$folder"
  apt-get download -q -o APT::Sandbox::User=root "${@:3}"
  ;;
install | run)
  exec unshare --mount --pid --fork --kill-child "$0" "inside-$verb" "$folder" "${@:3}"
  ;;
inside-install)
  shared=$folder
  layer
  printf '#!/bin/sh\nexit 101\n' >/mnt/root/usr/sbin/policy-rc.d # nothing is started
  chmod +x /mnt/root/usr/sbin/policy-rc.d
  printf '%s\n' "$3" | chroot /mnt/root debconf-set-selections
  # What else they want is not needed by what the tests do with them.
  DEBIAN_FRONTEND=noninteractive chroot /mnt/root sh -c 'dpkg -i --force-depends --no-triggers --path-exclude=/usr/share/doc/* --path-exclude=/usr/share/man/* /mnt/*.deb'
  rm -rf "$folder/installed"
  cp -a /mnt/upper "$folder/installing"
  mv "$folder/installing" "$folder/installed"
  ;;
inside-run)
  shared=$3
  layer
  chroot /mnt/root sh -c "${@:4}" </dev/null &
  read -r _ || true # the first process of the namespace: with it all others end
  ;;
esac
