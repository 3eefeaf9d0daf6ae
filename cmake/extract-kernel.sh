#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Find a tree of kernel sources and print its path.
# usage: extract-kernel.sh SOURCE
#   SOURCE: a Debian package (linux-source-6.1), an archive (linux-6.6.tar.xz; whatever tar can read), or a folder.
# Of a package or an archive, the part that phbsim hosts is unpacked once, into a cache; a folder is used as it is.
# An unpacked tree appears under its final name only when it is complete, so an interrupted run is simply run again.
# exit: 0 and the path on standard output; 3 when the package is missing; 1 otherwise.
set -eu
source=${1:?SOURCE}

# is_tree DIR - does it hold what is hosted of a kernel?
is_tree() {
	for file in Makefile include/linux/kconfig.h arch/powerpc/kernel/iommu.c drivers/vfio; do
		[ -e "$1/$file" ] || { echo "extract-kernel: found no $file in $source, expected a full kernel tree" >&2; return 1; }
	done
	grep -q '^PATCHLEVEL = [0-9]' "$1/Makefile" || {
		echo "extract-kernel: found no version in $source/Makefile, expected VERSION, PATCHLEVEL, SUBLEVEL" >&2
		return 1
	}
}

if [ -d "$source" ]; then
	is_tree "$source"
	tree=$(readlink -f "$source")
	case $tree in
	*[!A-Za-z0-9._/+-]*) echo "extract-kernel: found \"$tree\", expected a path of letters, digits and ._/+-" >&2; exit 1 ;;
	esac
	echo "$tree"
	exit 0
fi
if [ -f "$source" ]; then
	archive=$(readlink -f "$source")
	revision=$(sha256sum "$archive" | cut -c1-16)
	name=$(basename "$archive" | sed 's/\.tar.*$//')
	# The first member names the folder that all others are in. tar stops when nobody reads on: no error.
	top=$(tar -tf "$archive" 2>/dev/null | head -n 1 | sed 's|^\./||; s|/.*||')
	[ -n "$top" ] || { echo "extract-kernel: found that tar cannot read $source, expected an archive" >&2; exit 1; }
else
	case $source in
	*/*) echo "extract-kernel: found no $source, expected a folder or an archive" >&2; exit 1 ;;
	esac
	name=$source
	top=$source
	archive=/usr/src/$source.tar.xz
	if [ ! -r "$archive" ]; then
		echo "extract-kernel: found no $archive, expected Debian's package $source (apt-get install $source)" >&2
		exit 3
	fi
	revision=$(dpkg-query -W -f '${Version}' "$source" 2>/dev/null || stat -c %Y "$archive")
fi

cache=${PHBSIM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/phbsim}
# The build quotes no file name: a revision like 6.12.117-1~deb12u1 loses what a shell would care about.
tree=$cache/$(printf '%s' "$name-$revision" | tr -c 'A-Za-z0-9._-' _)
if [ -f "$tree/.complete" ]; then
	echo "$tree"
	exit 0
fi
echo "extract-kernel: unpacking $name $revision (once, about 15 s)" >&2
mkdir -p "$cache"
# What killed runs left behind; one that lives is younger.
find "$cache" -maxdepth 1 -name '.unpack-*' -mmin +60 -exec rm -rf {} +
work=$(mktemp -d "$cache/.unpack-XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM HUP
# A member that an archive lacks is no error here: is_tree() says what is needed.
tar -xf "$archive" -C "$work" --strip-components=1 --wildcards \
	"$top/COPYING" "$top/Makefile" "$top/include/*" "$top/arch/powerpc/*" "$top/drivers/vfio/*" "$top/drivers/iommu/*" \
	"$top/drivers/pci/pci.h" "$top/lib/*" "$top/mm/*" "$top/kernel/*" "$top/virt/*" 2>"$work/.tar.log" ||
	! grep -v 'Not found in archive\|Exiting with failure' "$work/.tar.log" >&2
rm -f "$work/.tar.log"
is_tree "$work"
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
