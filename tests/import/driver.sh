#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What "phbsim import" makes of patches, files and folders, before anything is compiled: bytes that are the source's, a report that
# says what was taken, left out and repaired, and a refusal that says what was found. The released drivers are the material.
. "$(dirname "$0")/../cli/lib.sh"
build=${PHBSIM_BUILD:?the build}
driver=drivers/vfio/vfio_iommu_spapr_tce.c
tree=$(sed -n 's/^linux-6\.12|[^|]*|[^|]*|\([^|]*\)|.*/\1/p' "$build/kernel/debian.txt")
[ -f "$tree/$driver" ] || { echo "found no tree of linux-6.12"; exit 1; }

# bring ARGUMENT... - import as NAME mine into mine/.
bring() {
	"$source/cmake/import-driver.pl" --name mine --out "$work/mine" --kernels "$build/kernel/debian.txt" \
		--eras "$source/kernel-model/hosted/eras.txt" "$@" >.out 2>.err </dev/null
	status=$?
}
# refused TEXT REGEX ARGUMENT...
refused() {
	local text=$1 regex=$2
	shift 2
	bring "$@"
	check "$text: exit status $status, expected 2" [ "$status" = 2 ]
	check "$text: no line like $regex in $(head -c 400 .err)" grep -qE -e "$regex" .err
}

# A driver as a file: the same bytes, the first kernel as base.
bring --file "$tree/$driver"
check "file: exit status $status, $(cat .err)" [ "$status" = 0 ]
check 'file: bytes' cmp "mine/tree/$driver" "$tree/$driver"
check 'file: base' grep -qx 'base linux-6.1' mine/import.txt
check 'file: no era' grep -qx 'era -' mine/import.txt
check 'file: its sum' grep -qx "file $driver $(sha256sum "$tree/$driver" | cut -c1-64)" mine/import.txt

# A patch against a base: what patch(1) makes of it, by a diff of ours.
mkdir -p a/drivers/vfio b/drivers/vfio
cp "$tree/$driver" "a/$driver"
sed '1,/^static long tce_iommu_ioctl/s/^static int tce_iommu_enable/static int __must_check tce_iommu_enable/' "a/$driver" >"b/$driver"
diff -u "a/$driver" "b/$driver" >mine.patch
bring --patch mine.patch --base linux-6.12
check "patch: exit status $status, $(cat .err)" [ "$status" = 0 ]
check 'patch: bytes' cmp "mine/tree/$driver" "b/$driver"
check 'patch: reported' grep -qE "^  taken: line 3, a change of $driver\$" .out
check 'patch: the base is said' grep -qx '  base: linux-6.12, for all other files' .out
check 'patch: kept' cmp .out mine/report.txt

# A patch of more than the driver: what nothing compiles is left out and said, headers are taken.
{
	cat mine.patch
	printf -- '--- a/Documentation/vfio.txt\n+++ b/Documentation/vfio.txt\n@@ -1 +1 @@\n-old\n+new\n'
	printf -- '--- /dev/null\n+++ b/include/linux/mine.h\n@@ -0,0 +1,2 @@\n+/* mine */\n+#define MINE 1\n'
} >more.patch
bring --patch more.patch --base linux-6.12
check "more: exit status $status, $(cat .err)" [ "$status" = 0 ]
check 'more: left out' grep -qE '^  left out: line [0-9]+, a change of Documentation/vfio.txt: nothing here compiles it$' .out
check 'more: a new header' [ "$(cat mine/tree/include/linux/mine.h)" = "$(printf '/* mine */\n#define MINE 1')" ]

# A text that adds the driver, with lost blanks and decoded entities: repaired, counted, nothing else touched.
{
	cat "$tree/$driver"
	echo 'void *mine[] = {&current->mm, &param, "&amp;"};'
} >whole.c
lines=$(wc -l <whole.c)
{
	echo 'Some words before.'
	echo '@@ -1,2 +1,3 @@'
	printf 'context without its blank\n+added\nmore context\n'
	echo 'new file mode 100644'
	echo "@@ -0,0 +1,$lines @@"
	sed 's/^/+/' whole.c | sed 's/&curren/\xc2\xa4/g; s/&para/\xc2\xb6/g; s/^+[ \t]*/+/'
} >damaged.txt
bring --patch damaged.txt
check "damaged: exit status $status, $(cat .err)" [ "$status" = 0 ]
sed 's/^[ \t]*//' whole.c >stripped.c
check 'damaged: bytes' cmp "mine/tree/$driver" stripped.c
n=$(grep -o '&para' whole.c | wc -l)
m=$(grep -o '&curren' whole.c | wc -l)
check "damaged: $m and $n repairs are said" grep -qE "^  repaired: $m x .&curren. and $n x .&para., " .out
check 'damaged: there were some' [ "$((m * n))" -gt 0 ]
check 'damaged: counted' grep -qx "repaired $((m + n))" mine/import.txt
check 'damaged: the other hunk' grep -qx '  left out: line 2, a change of a file without a name' .out

# A driver of another time brings its surroundings along, unless it is told not to.
sed 's/iommu_tce_kill(tbl, firstentry, pages);/iommu_clear_tces_and_put_pages(tbl, firstentry, pages);/' "$tree/$driver" >old.c
bring --file old.c
check 'era: found' grep -qx 'era era-3.11' mine/import.txt
check 'era: said' grep -q 'RECONSTRUCTION' .out
bring --file old.c --era none
check 'era: none when asked' grep -qx 'era -' mine/import.txt

# A folder with files at their places.
mkdir -p folder/drivers/vfio folder/include/linux
cp "$tree/$driver" "folder/$driver"
echo '/* a header */' >folder/include/linux/mine.h
bring --tree folder --base linux-6.12
check "folder: exit status $status, $(cat .err)" [ "$status" = 0 ]
check 'folder: driver' cmp "mine/tree/$driver" "$tree/$driver"
check 'folder: header' cmp mine/tree/include/linux/mine.h folder/include/linux/mine.h

# What is no import.
refused 'no hunk' 'found no hunk .*, expected a patch' --patch "$source/README.md"
refused 'two sources' 'found --patch and --file, expected one of' --patch mine.patch --file old.c
refused 'no source' 'found no source, expected one of'
refused 'unknown base' 'found "linux-0.1", expected one of linux-6.1, linux-6.12' --file old.c --base linux-0.1
refused 'unknown era' 'found "stone", expected none or one of era-3.11' --file old.c --era stone
refused 'era on another base' 'the era era-3.11 stands on linux-6.1' --file old.c --base linux-6.12
refused 'does not fit' 'a change of .* does not fit linux-6.12: patch says' --patch <(sed 's/__must_check/__maybe_unused/; s/^ /  /' mine.patch) --base linux-6.12
refused 'lost blanks' 'does not fit linux-6.12: the hunk at line 3 has lost its leading blanks' --patch <(sed 's/^[ \t]*//' mine.patch) --base linux-6.12
refused 'nothing that is hosted' 'found nothing that replaces a file of the kernel' --patch <(printf -- '--- a/README\n+++ b/README\n@@ -1 +1 @@\n-a\n+b\n')
refused 'cut short' 'found [0-9]+ added lines, expected' --patch <(head -n 100 damaged.txt)
refused 'no such file' 'No such file' --file nowhere.c
refused 'bad name' 'found "a/b", expected letters' --name a/b --file old.c
verdict 49
