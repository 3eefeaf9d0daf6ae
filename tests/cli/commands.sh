#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What the program promises when nothing is wrong: help, version, lists, files, exit statuses.
. "$(dirname "$0")/lib.sh"

says() { # TEXT REGEX ARGUMENT... - succeeds and prints a line like that
	local text=$1 regex=$2
	shift 2
	run "$@"
	check "$text: exit status $status, $(head -c 600 .err)" [ "$status" = 0 ]
	check "$text: no line like $regex" grep -qE "$regex" .out
	check "$text: something on standard error: $(head -c 600 .err)" [ ! -s .err ]
}

says 'help' '^usage: phbsim COMMAND' --help
says 'help' '^Exit status: 0 fine; 1 ' -h
says 'help of run' '^ *--set PATH=VALUE' run --help
says 'help of list' 'machines\|scenarios\|kernels\|config\|stats' list --help
says 'help command' '^usage: phbsim run' help run
version=$(sed -n 's/^project(phbsim VERSION \([0-9.]*\).*/\1/p' "$source/CMakeLists.txt")
says 'version' "^phbsim ${version//./\\.}\$" --version
check 'help is hidden from tests' [ -z "$("$bin" run --help | grep mutant)" ]

says 'machines' '^power8-phb3 +[A-Z]' list machines
check 'a machine for each file' [ "$(wc -l <.out)" = "$(find "$source/workloads/machines" -name '*.yaml' | wc -l)" ]
says 'scenarios' '^first-light +[a-z]' list scenarios
check 'the probe is listed' grep -q '^isolation-probe ' .out
says 'kernels' '^linux-6\.1 +version 6\.1\.[0-9]+, from Debian.s linux-source-6\.1 ' list kernels
check 'the other kernel' grep -qE '^linux-6\.12 +version 6\.12\.[0-9]+, from Debian.s linux-source-6\.12 ' .out
check 'sources are named' [ "$(grep -cE '^  sources in /.*, unpacked from /usr/src/linux-source-6\.(1|12)\.tar\.xz$' .out)" -ge 2 ]
check 'what is modelled is said' grep -qE '^  modelled +PCI scan' .out
check 'error recovery is hosted' grep -qE '^  hosted +EEH' .out
check 'what is hosted around them is said' grep -qE '^  hosted +IOMMU groups' .out
check 'the container driver is hosted' grep -qE '^  drivers/vfio/vfio_iommu_spapr_tce\.c +[0-9a-f]{12}   identical to the archive$' .out
check 'every file is its origin'"'"'s' [ "$(grep -cE '^  [a-z].*\.c +[0-9a-f]{12} ' .out)" = "$(grep -cE 'identical to (the archive|what was imported from .*)$' .out)" ]
says 'config' 'phb\.tce_cache\.entries' list config
check 'keys of every scenario' grep -q 'isolation_probe\.' .out
check 'sources are told' grep -q 'assumed' .out
says 'stats' 'tce_hits' list stats
check 'statistics of all PEs are listed once' [ "$(grep -c '^  stage_walk ' .out)" = 1 ]
says 'exports' '^linux-6\.12: [0-9]+ names$' list exports
check 'a hosted answer' grep -qE '^  iommu_tce_xchg_no_kill\(\) +hosted +arch/powerpc/kernel/iommu\.c$' .out
says 'exports of one kernel' '^  mutex_lock\(\) +modelled +kernel-model/linux/km_lock\.c$' list exports --kernel linux-6.1
check 'only of that' [ "$(grep -c ' names$' .out)" = 1 ]
check 'who reports' grep -qE '^  irq_chip_eoi_parent\(\) +reports +kernel-model/linux/km_unreached\.c$' .out
says 'stats of another kernel' 'tce_hits' list stats --kernel linux-6.12
says 'import is explained' '^usage: \./phbsim import --name NAME' import --help

# A scenario file of one's own, in another folder, without any build tree in sight.
mkdir mine
printf 'scenario: isolation-probe\nmachine: power8-phb3\nmachine.devices: 1\n' >mine/small.yaml
says 'own scenario' '^Written: out/small/results\.json, out/small/report\.html$' run mine/small.yaml
check 'default folder' [ -s out/small/results.json ]
check 'summary is what was printed' cmp <(head -n "$(wc -l <out/small/summary.txt)" .out) out/small/summary.txt
check 'nothing else is there' [ "$(find out -type f | sort | tr '\n' ' ')" = "out/small/report.html out/small/results.json out/small/summary.txt " ]
says 'again over the old ones' '^Written: ' run mine/small.yaml

# results.json is JSON and says what a reader needs to repeat it.
check 'results' python3 - out/small/results.json "$version" <<'END'
import json, sys
results = json.load(open(sys.argv[1]))
assert results["phbsim"] == sys.argv[2], results["phbsim"]
assert results["scenario"] == "isolation-probe" and results["seed"] == 1 and results["findings"] == []
assert results["configuration"]["machine.devices"]["value"] in (1, "1"), results["configuration"]["machine.devices"]
assert results["statistics"]["phb0"]["tce_hits"]["value"] > 0 and results["statistics"]["phb0"]["tce_hits"]["unit"]
hosted = {file["path"]: file["sha256"] for file in results["kernel"]["hosted_files"]}
assert len(hosted["drivers/vfio/vfio_iommu_spapr_tce.c"]) == 64
END
says 'trace' 'Written: .*, trace\.json' run isolation-probe --trace trace.json
check 'trace is JSON with events' python3 -c 'import json; assert json.load(open("trace.json"))["traceEvents"]'

# 4K pages are another kernel object of the same files, another version is one of other files.
says '4K pages' '4 KiB pages' run isolation-probe --set kernel.page=4KiB --out small-pages
says 'another kernel' 'linux-6\.12, 64 KiB pages' run isolation-probe --kernel linux-6.12 --out newer
check 'the results name it' grep -q '"name": "linux-6.12"' newer/results.json

# A violation is exit status 1, and the results are there all the same.
run run isolation-probe --mutant "$(sed -n 's/.*\.name = "\([a-z-]*\)".*/\1/p' "$source/workloads/mutant.c" | head -1)" --out mutant
check "mutant: exit status $status, expected 1" [ "$status" = 1 ]
check 'mutant: results are written' grep -q '"referee-' mutant/results.json

# Interrupted: nothing half written is left.
"$bin" run first-light --out interrupted --trace interrupted.json --set first_light.storm_rounds=1000000 >.out 2>.err &
pid=$!
sleep 2
kill -INT $pid 2>/dev/null
wait $pid
status=$?
check "interrupted: exit status $status, expected 130" [ "$status" = 130 ]
check "interrupted: left behind $(ls -A)" [ -z "$(find . -name '*interrupted*')" ]
verdict 72
