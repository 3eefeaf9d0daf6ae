#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# "phbsim replay": both kinds of traces, what comes out of broken and lying ones, and the converter of QEMU's log.
. "$(dirname "$0")/lib.sh"
traces=$source/workloads/traces convert=$source/workloads/traces/convert.py
# What the hosted driver loses to DPDK's mistake is lost for the sanitizer too.
export ASAN_OPTIONS=detect_leaks=0

run replay slof_vnet_iommu --dma --records 1500 --out hcalls
check "a trace of ours by its name: $status, $(head -c 600 .err)" [ "$status" = 0 ]
check 'its summary' grep -q '^Verdict   clean: every answer, translation and TCE is the trace' .out
check 'nothing is said on the side' [ ! -s .err ]
check 'as many as were asked for' grep -q '^replay of slof_vnet_iommu: 1 500 records' .out
check 'speed of the host is on the terminal' grep -qE '^Host      1500 records in [0-9.]+ s, [0-9]+ records/s$' .out
check 'and in no file' [ -z "$(grep -l '^Host' hcalls/*)" ]
xz -dc "$traces/slof_vnet_iommu.csv.xz" | head -n 300 >plain.csv
run replay --kernel linux-6.12 --pace=trace plain.csv --out plain
check "a file that is not compressed: $status, $(head -c 600 .err)" [ "$status" = 0 ]
check 'the kernel' grep -qE '^Kernel    Linux 6\.12\.' .out
check 'the pace' grep -q 'at the pace of the trace' .out

run replay vfio_dpdk_mempool_autotest.ioctl --dma --set replay.dma_every=1 --set kernel.page=64KiB --out ioctls
check "a trace of ioctls: $status, $(head -c 600 .err)" [ "$status" = 0 ]
check 'its verdict' grep -q '^Verdict   clean: every answer and TCE' .out
check 'a screen' [ "$(wc -l <ioctls/summary.txt)" -le 40 ]
check 'of 100 columns' [ "$(awk '{ if (length($0) > n) n = length($0) } END { print n }' ioctls/summary.txt)" -le 100 ]
check 'what is in the results' python3 - ioctls/results.json hcalls/results.json <<'END'
import json, sys
got = json.load(open(sys.argv[1]))["results"]
assert got["records"] == 81 and got["refused"] == 0 and got["unexplained"] == 0, got
# Every one of DPDK's UNMAPs passes MAP's structure: 16 segments are lost by others' fault, 8 of the 19 are left mapped.
assert got["dpdk_unmaps"] == 19 and got["dpdk_pages_lost"] == 16 * 32 and got["dpdk_ranges_left"] == 8, got
assert got["pages_held"] == 2 * 32 and got["tces_live"] == 32 and got["windows_reshaped"] == 1, got
assert got["dma_writes"] == 20 and got["dma_reads"] == 20, got
findings = json.load(open(sys.argv[1]))["findings"]
assert findings and all(finding["severity"] == "note" for finding in findings), findings
got = json.load(open(sys.argv[2]))["results"]
assert got["records"] == 1500 and got["stray_frozen"] and got["bytes_compared"] > 0, got
END

# Ioctls that the driver refuses: rows of docs/vfio-ioctls.md, in the order of a program that tries them all.
cat >odd.csv <<'END'
0,M,0,1000,100000003
0,R,100000000,10000,0
0,R,100000000,10000,0
0,R,100001000,1000,0
0,X,100000000,1000,0
0,D,0,0,0
0,M,0,1000,100000003
0,C,1000000,c,1
0,M,800,1000,100000003
0,M,10000,1000,300000003
0,M,0,10000,100000003
0,U,0,1001000,0
0,U,0,800,0
0,C,1000000,c,1
0,C,1000000,c,1
0,D,1000000,0,0
0,M,800000000000000,1000,100000001
0,U,0,10000,0
0,D,1234,0,0
0,U,0,1000,0
END
run replay ./odd.csv --out odd
check "answers of the driver's own: $status, $(cat .err .out | grep -E '^violation|found' | head -c 600)" [ "$status" = 0 ]
check 'how many' grep -q '^Answers   8 of 20 are 0' .out

# A trace that lies, and one whose driver is broken.
sed '100s/,0$/,-4/' plain.csv >lie.csv
run replay ./lie.csv --out lie
check "a lie: exit status $status" [ "$status" = 1 ]
check 'with its line' grep -q '^violation replay-return: line 100: ' .out
run replay slof_vnet_iommu --records 800 --mutant walk-off-by-one --out mutant
check "a broken walk: exit status $status" [ "$status" = 1 ]
check 'and where' grep -q '^violation replay-translation: line' .out

refuses() { # TEXT MESSAGE ARGUMENT...
	local text=$1 message=$2
	shift 2
	run "$@" --out refused
	check "$text: exit status $status" [ "$status" = 2 ]
	check "$text: $(head -c 300 .err)" grep -qF "$message" .err
	check "$text: left a folder" [ ! -e refused ]
}
refuses 'no trace' 'phbsim replay: found no trace, expected a file' replay
refuses 'nothing there' '/nothing.csv.xz: found No such file or directory, expected a trace' replay nothing
refuses 'no pace' 'found "slow", expected one of max or trace' replay ./plain.csv --pace slow
head -c 4000 "$traces/slof_vnet_iommu.csv.xz" >cut.csv.xz
refuses 'a cut archive' ': found the end of the file in the middle of its data, expected a whole xz file' replay ./cut.csv.xz
broken() { # TEXT MESSAGE LINE... - a trace whose second line is broken
	printf '%s\n' "0,P,80000000,0,1,3,0" "$3" >broken.csv
	refuses "$1" "./broken.csv:2:$2" replay ./broken.csv
}
broken 'a cut line' '17: found nothing, expected another field: the line is cut off' '0,P,80000000,0,1'
broken 'time runs backwards' '1: found "-1", expected dt_us as a decimal number' '-1,P,80000000,0,1,3,0'
broken 'an unknown operation' '3: found "Z", expected one of the operations' '1,Z,80000000,0,1,3,0'
broken 'an absurd count' '16: found "9999999", expected npages' '1,S,80000000,0,9999999,0,0'
broken 'an absurd window' '1: found I/O address 0x100000000000, expected a window of at most 2^24 pages' '1,P,80000000,100000000000,1,3,0'
printf '0,I,0,0,0\n0,R,1000,20000000000,0\n' >broken.csv
refuses 'absurd memory' './broken.csv:2:1: found a range of memory' replay ./broken.csv
printf '0,I,0,0,0\n0,C,3000,c,1\n' >broken.csv
refuses 'an absurd window of ioctls' './broken.csv:2:1: found a window' replay ./broken.csv

# The converter: a log as QEMU 7.2 writes it.
cat >log <<'END'
12@1700000000.000100:spapr_iommu_new_table liobn=0x80000000 table=0x7f0000000000 fd=-1
12@1700000000.000200:spapr_iommu_pci_put liobn=0x80000000 ioba=0x1000 tce=0x1e374003 ret=0
12@1700000000.000242:spapr_iommu_xlate liobn=0x80000000 0x1010 -> 0x1e374000 perm=3 mask=0xfff
12@1700000001.000000:spapr_iommu_pci_stuff liobn=0x80000000 ioba=0x5000 tcevalue=0x0 npages=3 ret=0
12@1700000001.000001:spapr_iommu_pci_indirect liobn=0x80000000 ioba=0x2000 tcelist=0x9000 iobaN=0x4000 tceN=0x7001001 ret=0
12@1700000001.000002:spapr_iommu_pci_get liobn=0x80000000 ioba=0x2000 ret=0 tce=0x7000001
12@1700000001.000003:spapr_iommu_ddw_create buid=0x800000020000000 addr=0x0, page size=0x10000, requested=0x40000000, start addr=0x800000000000000, liobn=0x80000001
12@1700000001.000004:spapr_iommu_pci_indirect liobn=0x80000001 ioba=0x800000000000000 tcelist=0x9000 iobaN=0x800000002000000 tceN=0x1ff0003 ret=0
12@1700000001.000005:spapr_iommu_put liobn=0x80000000 ioba=0x40000000 tce=0x1e374003 ret=-4
END
cat >want <<'END'
0,P,80000000,1000,1,1e374003,0
42,X,80000000,1010,1,1e374003,0
999758,S,80000000,2000,3,0,0
1,I,80000000,2000,2,7000001,0
1,G,80000000,2000,1,7000001,0
2,I,80000001,800000000000000,512,3,0
1,P,80000000,40000000,1,1e374003,-4
END
check 'the converter' python3 "$convert" log got.csv 2>.err
check "its trace: $(diff want got.csv)" cmp want got.csv
check 'what it left out' grep -q '^left out 1 times: spapr_iommu_new_table$' .err
python3 "$convert" log got.csv.xz 2>.err
check 'compressed' cmp want <(xz -dc got.csv.xz)
run replay ./got.csv.xz --out got
check "what it made can be replayed: $status, $(cat .err)" [ "$status" = 0 ]
check 'with the window of 64 KiB pages' grep -q 'LIOBN 0x80000001: 32 MiB at 0x800000000000000 with pages of 64 KiB' .out
wrong_log() { # TEXT MESSAGE LINE - the converter refuses a log with that line behind the first two
	{ head -n 2 log; printf '%b' "$3"; } >bad_log
	python3 "$convert" bad_log bad.csv >.out 2>.err
	check "$1: $?, $(head -c 200 .err)" grep -qF "bad_log:3: $2" .err
}
wrong_log 'a line of another kind' 'found "qemu: hello", expected' 'qemu: hello\n'
wrong_log 'a line cut off' 'found a line without an end' '12@1700000000.000300:spapr_iommu_pci_put liobn=0x8'
wrong_log 'a field missing' 'found no tce=, expected' '12@1700000000.000300:spapr_iommu_pci_put liobn=0x80000000 ioba=0x1000 ret=0\n'
wrong_log 'no number' 'found ioba="0xyz", expected a number' '12@1700000000.000300:spapr_iommu_pci_put liobn=0x80000000 ioba=0xyz tce=0x3 ret=0\n'
wrong_log 'out of order' 'found a time 100 us before' '12@1700000000.000100:spapr_iommu_pci_put liobn=0x80000000 ioba=0x1000 tce=0x3 ret=0\n'

verdict 64
