#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# "phbsim compare": equal kernels are equal, different ones differ where they are known to, and the exit status says so.
. "$(dirname "$0")/lib.sh"

# A kernel is equal to itself, in everything, and the record of a run says so byte by byte.
run compare isolation-probe --kernel linux-6.1 --kernel linux-6.1 --expect-equal --out same
check "equal: exit status $status, $(head -c 600 .err)" [ "$status" = 0 ]
check 'equal: five times' [ "$(grep -c ' equal$' .out)" = 5 ]
check 'equal: no difference is told' [ -z "$(grep '^Different' .out)" ]
check 'equal: records' cmp same/1-linux-6.1/record.txt same/2-linux-6.1/record.txt
check 'equal: something was recorded' [ "$(grep -c '^call' same/1-linux-6.1/record.txt)" -ge 40 ]
check 'TCEs are told by user addresses' grep -qE '^call.*MAP_DMA.*	0000:[0-9a-f:.]+: 0x[0-9a-f]+\+0x[0-9a-f]+ rw 0x[0-9a-f]+$' same/1-linux-6.1/record.txt
check 'each run has its files' [ -s same/2-linux-6.1/results.json ]
check 'nothing on standard error' [ ! -s .err ]

# 6.12 takes the first type on this machine, and takes mappings away when a group leaves: answers, TCEs and findings differ.
run compare spapr-tour --kernel linux-6.1 --kernel linux-6.12 --out versions
check "versions: exit status $status without --expect-equal" [ "$status" = 0 ]
check 'what differs in answers' grep -q 'call [0-9]*: ioctl(3, VFIO_SET_IOMMU, VFIO_SPAPR_TCE_IOMMU)' .out
check 'both answers' [ "$(grep -A1 'VFIO_SET_IOMMU, VFIO_SPAPR_TCE_IOMMU' versions/compare.txt | tail -1 | tr -d ' ')" = '1:-EPERM2:0' ]
check 'the finding of one' grep -q 'of 2 only: note detach-clears-shared-windows' versions/compare.txt
check 'its TCEs' grep -q 'VFIO_GROUP_UNSET_CONTAINER' versions/compare.txt
check 'TCEs differ' grep -qE 'TCEs, after calls.* difference' .out
check 'time per operation' grep -qE '^  VFIO_IOMMU_[A-Z_]+ +[0-9]+ x [0-9.]+ [a-z]+ +[0-9]+ x ' .out
check "fits a screen: $(wc -l <.out) lines" [ "$(wc -l <.out)" -le 40 ]
check 'not wider than 100 columns' [ -z "$(awk 'length($0) > 100' .out)" ]
check 'all of it is in the file' [ "$(wc -l <versions/compare.txt)" -gt "$(wc -l <.out)" ]

run compare spapr-tour --kernel linux-6.1 --kernel linux-6.12 --expect-equal --out versions
check "versions: exit status $status, expected 1" [ "$status" = 1 ]
run compare isolation-probe --kernel linux-6.1 --kernel linux-6.12 --expect-equal --only calls,tces,accounting,findings --out probe
check "the probe's answers are equal: exit status $status, $(cat .out)" [ "$status" = 0 ]
check 'time was left out, and that is said' grep -qE '^  simulated time per operation .* not compared$' .out

# Three kernels, each against the first; options reach the runs.
run compare isolation-probe --kernel linux-6.1 --kernel linux-6.12 --kernel linux-6.1 --seed 7 --set kernel.page=4KiB --out three
check "three: exit status $status, $(head -c 600 .err)" [ "$status" = 0 ]
check 'three: two tables' [ "$(grep -c 'return codes, call by call' .out)" -ge 2 ]
check 'three: page and seed' grep -q '4 KiB pages' .out
check 'three: seed' grep -q 'seed 7$' .out

refused() { # TEXT MESSAGE ARGUMENT...
	local text=$1 message=$2
	shift 2
	run compare "$@"
	check "$text: exit status $status" [ "$status" = 2 ]
	check "$text: $(cat .err)" grep -qF "$message" .err
}
refused 'one kernel' 'found 1 --kernel, expected two or more' isolation-probe --kernel linux-6.1
refused 'no scenario' 'found no scenario' --kernel linux-6.1 --kernel linux-6.12
refused 'unknown aspect' 'found --only "colour", expected calls' isolation-probe --only calls,colour --kernel linux-6.1 --kernel linux-6.1
refused 'nothing to compare' 'found --only "", expected' isolation-probe --only '' --kernel linux-6.1 --kernel linux-6.1
refused 'unknown kernel' 'found linux-9.9' isolation-probe --kernel linux-6.1 --kernel linux-9.9 --out nothing
check 'unknown kernel: no comparison is written' [ ! -e nothing/compare.txt ]
refused 'unknown option' 'expected one of the help' isolation-probe --sideways
verdict 36
