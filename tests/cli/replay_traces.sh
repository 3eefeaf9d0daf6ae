#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The large traces, which are not in the checkout: PHBSIM_TRACES, or ../shared/traces beside it. All of each that fits into half a
# minute in this build with its sanitizers; docs/performance.md has the whole ones. Skipped where there are none.
traces=${PHBSIM_TRACES:-${PHBSIM_SOURCE:?the checkout}/../shared/traces}
if ! compgen -G "$traces/*.csv.xz" >/dev/null; then
	echo 'SKIPPED: replays of large traces: found no traces (PHBSIM_TRACES), expected ../shared/traces'
	exit 77
fi
traces=$(cd "$traces" && pwd)
. "$(dirname "$0")/lib.sh"
export ASAN_OPTIONS=detect_leaks=0

# replay NAME RECORDS SETTING... - the first RECORDS (0: all) come out as they were recorded.
replay() {
	local name=$1 records=$2 sets=() file=$traces/$1.csv.xz
	shift 2
	if [ ! -f "$file" ]; then
		echo "not there: $name"
		return
	fi
	for set in "$@"; do sets+=(--set "$set"); done
	run replay "$file" --records "$records" "${sets[@]}" --out "$name"
	check "$name: exit status $status, $(cat .err .out | grep -E '^violation|found' | head -c 400)" [ "$status" = 0 ]
	check "$name: verdict" grep -q '^Verdict   clean' .out
	[ "$records" = 0 ] || echo "the first $records records only: $name"
	seen=$((seen + 1))
}
seen=0
# Firmware alone had 512 MiB; the C traces map all of a guest's memory; the others are cut before their memory matters.
replay slof_forth 0
replay slof_e1000_net 0 replay.dma=true
replay slof_xhci 0
replay slof_vblk_iommu 0
replay slof_vscsi_pci 0
replay slof_ohci 3000
replay slof_e1000_tftp8M 3000
replay C_ddw_16M 0
replay C2_ddw_64K 0 kernel=linux-6.12
replay A_multitce 20000 replay.dma=true
replay F_3phb_multi 20000
replay B_puttce 40000
replay E_3phb 40000 kernel=linux-6.12
replay vfio_dpdk_external_mem_autotest.ioctl 1000 replay.dma=true
replay vfio_dpdk_malloc_autotest.ioctl 200 kernel.page=64KiB
replay vfio_dpdk_mbuf_autotest.ioctl 0 kernel.page=64KiB
replay vfio_dpdk_testpmd_nohuge.ioctl 4000 replay.dma=true
replay vfio_qemu_linux_ping_ddwoff.ioctl 20000 replay.dma=true
replay vfio_qemu_linux_ping_ddw16M.ioctl 20000
[ "$seen" -gt 0 ] || { echo "FAIL: none of the known traces is in the folder"; exit 1; }

verdict $((2 * seen))
