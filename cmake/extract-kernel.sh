#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Unpack the part of a Debian linux-source archive that phbsim hosts, once, into a cache; print the folder's path.
# usage: extract-kernel.sh VERSION   (6.1: package linux-source-6.1)
# The folder appears under its final name only when it is complete, so an interrupted run is simply run again.
# exit: 0 and the path on standard output; 3 when the package is missing.
set -eu
version=${1:?VERSION}
package=linux-source-$version
archive=/usr/src/$package.tar.xz
if [ ! -r "$archive" ]; then
	echo "extract-kernel: found no $archive, expected Debian's package $package (apt-get install $package)" >&2
	exit 3
fi
revision=$(dpkg-query -W -f '${Version}' "$package" 2>/dev/null || stat -c %Y "$archive")
cache=${PHBSIM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/phbsim}
tree=$cache/$package-$revision
if [ -f "$tree/.complete" ]; then
	echo "$tree"
	exit 0
fi
echo "extract-kernel: unpacking $package $revision (once, about 15 s)" >&2
mkdir -p "$cache"
# What killed runs left behind; one that lives is younger.
find "$cache" -maxdepth 1 -name '.unpack-*' -mmin +60 -exec rm -rf {} +
work=$(mktemp -d "$cache/.unpack-XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM HUP
p=$package
tar -xJf "$archive" -C "$work" --strip-components=1 --wildcards \
	"$p/COPYING" "$p/Makefile" "$p/include/*" "$p/arch/powerpc/*" "$p/drivers/vfio/*" "$p/drivers/iommu/*" \
	"$p/drivers/pci/pci.h" "$p/lib/*" "$p/mm/*" "$p/kernel/*" "$p/virt/*"
printf '%s\n' "$revision" >"$work/.package-version"
sed -n 's/^VERSION = //p; s/^PATCHLEVEL = //p; s/^SUBLEVEL = //p' "$work/Makefile" | paste -sd. >"$work/.kernel-version"
: >"$work/.complete"
chmod 755 "$work"
# A folder of that name that is not complete was damaged by somebody: out of the way.
if [ -e "$tree" ] && [ ! -f "$tree/.complete" ]; then
	mv -T "$tree" "$work/damaged" 2>/dev/null || true
	rm -rf "$work/damaged"
fi
# Another run may have been faster: then its folder is as good as ours.
if ! mv -T "$work" "$tree" 2>/dev/null && [ ! -f "$tree/.complete" ]; then
	echo "extract-kernel: cannot put the unpacked files at $tree; remove that folder and try again" >&2
	exit 1
fi
trap - EXIT INT TERM HUP
rm -rf "$work"
echo "$tree"
