#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Make what Kbuild would generate for ARCH=powerpc, and asm/io.h with its accesses turned into calls.
# usage: gen-headers.sh KERNEL_TREE OUT_DIR OVERRIDES_DIR
# Everything lands in OUT_DIR; the tree is only read.
set -eu
tree=${1:?KERNEL_TREE} out=${2:?OUT_DIR} overrides=${3:?OVERRIDES_DIR}
arch=$tree/arch/powerpc/include
mkdir -p "$out/asm" "$out/uapi/asm" "$out/uapi/linux" "$out/generated" "$out/user/linux" "$out/user/asm"

# Headers that Kbuild wraps around asm-generic ones (scripts/Makefile.asm-generic).
for kbuild in "$arch/asm/Kbuild" "$tree/include/asm-generic/Kbuild"; do
	sed -n 's/^\(generic-y\|mandatory-y\) += //p' "$kbuild"
done | sort -u | while read -r header; do
	[ -e "$arch/asm/$header" ] || echo "#include <asm-generic/$header>" >"$out/asm/$header"
done
sed -n 's/^\(generic-y\|mandatory-y\) += //p' "$tree/include/uapi/asm-generic/Kbuild" | while read -r header; do
	[ -e "$arch/uapi/asm/$header" ] || echo "#include <asm-generic/$header>" >"$out/uapi/asm/$header"
done

version=$(sed -n 's/^VERSION = //p' "$tree/Makefile")
patchlevel=$(sed -n 's/^PATCHLEVEL = //p' "$tree/Makefile")
sublevel=$(sed -n 's/^SUBLEVEL = //p' "$tree/Makefile")
low=$sublevel
[ "$low" -le 255 ] || low=255
{
	echo "#define LINUX_VERSION_CODE $((version * 65536 + patchlevel * 256 + low))"
	echo "#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))"
	echo "#define LINUX_VERSION_MAJOR $version"
	echo "#define LINUX_VERSION_PATCHLEVEL $patchlevel"
	echo "#define LINUX_VERSION_SUBLEVEL $sublevel"
} >"$out/uapi/linux/version.h"
echo "#define UTS_RELEASE \"$version.$patchlevel.$sublevel\"" >"$out/generated/utsrelease.h"
: >"$out/generated/timeconst.h"

# User space of POWER: the uapi headers as headers_install would leave them, for programs that do ioctls.
# __user marks pointers for sparse; it means nothing outside the kernel.
printf '#define __user\n#include "%s"\n#undef __user\n' "$tree/include/uapi/linux/vfio.h" >"$out/user/linux/vfio.h"
printf '#define __user\n#include "%s"\n#undef __user\n' "$tree/include/uapi/linux/kvm.h" >"$out/user/linux/kvm.h"
echo "#include \"$arch/uapi/asm/kvm.h\"" >"$out/user/asm/kvm.h"
echo "/* for the kernel itself */" >"$out/user/linux/compiler.h"
echo "#include \"$tree/include/uapi/linux/ioctl.h\"" >"$out/user/linux/ioctl.h"
echo "#include \"$arch/uapi/asm/ioctl.h\"" >"$out/user/asm/ioctl.h"

# asm/io.h: every MMIO access of the real header becomes a call of the model: the loads and stores of the
# DEF_MMIO_* templates, and the plain volatile accesses of __raw_*(), which would otherwise be stores to nowhere.
{
	cat <<'END'
#ifndef KM_ASM_IO_HOOKS
#define KM_ASM_IO_HOOKS
#include <linux/types.h>
extern __u64 km_mmio_read(const volatile void *addr, unsigned int bytes);
extern void km_mmio_write(volatile void *addr, __u64 value, unsigned int bytes);
/* 6.5: declared by asm-generic/io.h for CONFIG_GENERIC_IOREMAP only, which older kernels would take for another ioremap(). */
extern void iounmap(volatile void __iomem *addr);
#define KM_LD_lbz(a) ((__u8)km_mmio_read(a, 1))
#define KM_LD_lhbrx(a) __builtin_bswap16((__u16)km_mmio_read(a, 2))
#define KM_LD_lwbrx(a) __builtin_bswap32((__u32)km_mmio_read(a, 4))
#define KM_LD_lhz(a) ((__u16)km_mmio_read(a, 2))
#define KM_LD_lwz(a) ((__u32)km_mmio_read(a, 4))
#define KM_LD_ld(a) (km_mmio_read(a, 8))
#define KM_ST_stb(a, v) km_mmio_write(a, v, 1)
#define KM_ST_sth(a, v) km_mmio_write(a, v, 2)
#define KM_ST_stw(a, v) km_mmio_write(a, v, 4)
#define KM_ST_std(a, v) km_mmio_write(a, v, 8)
#define KM_ST_sthbrx(a, v) km_mmio_write(a, __builtin_bswap16(v), 2)
#define KM_ST_stwbrx(a, v) km_mmio_write(a, __builtin_bswap32(v), 4)
#endif
END
	perl -0pe '
		s/__asm__ __volatile__\("sync;"#insn[^\n]*?twi 0,%0,0;isync"\s*\\\n.*?\);/ret = KM_LD_##insn(addr);/g;
		s/__asm__ __volatile__\("sync;"#insn[^\n]*?\\\n\s*: [^\n]*?"r" \(val\) : "memory"\);/KM_ST_##insn(addr, val);/g;
		s/^\s*mmiowb_set_pending\(\);\s*\\\n//mg;
		my %n = (char => 1, short => 2, int => 4, long => 8);
		s/return \*\(volatile unsigned (\w+) __force \*\)PCI_FIX_ADDR\(addr\);/"return km_mmio_read(addr, $n{$1});"/ge;
		s/\*\(volatile unsigned (\w+) __force \*\)PCI_FIX_ADDR\(addr\) = v;/"km_mmio_write(addr, v, $n{$1});"/ge;
	' "$arch/asm/io.h"
} >"$out/asm/io.h"
grep -q 'km_mmio_write(addr, v, 8)' "$out/asm/io.h" || {
	echo "gen-headers: $arch/asm/io.h does not look as expected, MMIO would be lost" >&2
	exit 1
}

# generated/bounds.h: the tree's own kernel/bounds.c, compiled to assembler text with the "->NAME value" marks that
# Kbuild's sed reads (Kbuild, scripts/Makefile.lib: filechk_offsets).
gcc -std=gnu11 -O2 -w -nostdinc -isystem "$(gcc -print-file-name=include)" -S -o "$out/bounds.s" \
	-I"$overrides" -I"$out" -I"$arch" -I"$tree/include" -I"$overrides/uapi" -I"$arch/uapi" -I"$out/uapi" \
	-I"$tree/include/uapi" -include "$tree/include/linux/kconfig.h" -include "$tree/include/linux/compiler_types.h" \
	-D__KERNEL__ -D__powerpc64__ -D__powerpc__ -D__LITTLE_ENDIAN__ -D_CALL_ELF=2 -U__x86_64__ -U__i386__ \
	"$tree/kernel/bounds.c"
{
	echo "#ifndef __LINUX_BOUNDS_H__"
	echo "#define __LINUX_BOUNDS_H__"
	sed -n 's/^.*->\([A-Za-z_0-9]*\) [$#]*\(-*[0-9]*\) .*/#define \1 \2/p' "$out/bounds.s"
	echo "#endif"
} >"$out/generated/bounds.h"
grep -q '^#define NR_PAGEFLAGS [1-9]' "$out/generated/bounds.h" || {
	echo "gen-headers: kernel/bounds.c gave no NR_PAGEFLAGS" >&2
	exit 1
}
