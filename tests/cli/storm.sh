#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# "phbsim storm": single storms, series as one table, and what it refuses.
. "$(dirname "$0")/lib.sh"

run storm storm-put --set storm.rounds=40
check "a single storm is a run: $status, $(head -c 600 .err)" [ "$status" = 0 ]
check 'its summary' grep -q '^Verdict   clean' .out
check 'its folder' [ -s out/storm-put/results.json ]

run storm storm-indirect --vcpus 1,4 --batch 1,64 --set storm.rounds=10 --out series
check "a series: $status, $(head -c 600 .err)" [ "$status" = 0 ]
check 'nothing is said on the side' [ ! -s .err ]
check 'two lines for each run' [ "$(grep -cE '^ +[14] +1 +(1|64) ' .out)" = 8 ]
check 'in the order of the lists' [ "$(grep -E '^ +[14] ' .out | head -4 | awk '{print $1 "/" $3}' | tr '\n' ' ')" = '1/1 1/64 4/1 4/64 ' ]
check 'a screen' [ "$(wc -l <.out)" -le 40 ]
check 'of 100 columns' [ "$(awk '{ if (length($0) > n) n = length($0) } END { print n }' .out)" -le 100 ]
check 'the table is a file' cmp <(head -n "$(wc -l <series/table.txt)" .out) series/table.txt
check 'each run has a folder' [ "$(find series -name results.json | wc -l)" = 4 ]
check 'with what the table says' python3 - series/vcpus-4-batch-64/results.json <<'END'
import json, sys
got = json.load(open(sys.argv[1]))["results"]
assert (got["vcpus"], got["batch"], got["hypercalls"], got["tces"]) == (4, 64, 80, 5120), got
END
cp series/table.txt before.txt
run storm storm-indirect --vcpus 1,4 --batch 1,64 --set storm.rounds=10 --out series
check 'again the same bytes' cmp before.txt series/table.txt
run storm storm-put --vcpus 64 --tables 1,64 --set storm.rounds=4 --out tables
check 'numbers of LIOBNs' [ "$(grep -cE '^ +64 +(1|64) +1 ' .out)" = 4 ]

run storm net-10g --vcpus 1,2 --set guest.packets=40 --out guests
check "a series of a guest's kernel: $status, $(head -c 600 .err)" [ "$status" = 0 ]
check 'rates and layers of each' [ "$(grep -cE '^ +[12] +[0-9.]+ ' .out)" = 4 ]
check 'on a screen of 100 columns' [ "$(awk '{ if (length($0) > n) n = length($0) } END { print n }' .out)" -le 100 ]

refuses() { # TEXT MESSAGE ARGUMENT...
	local text=$1 message=$2
	shift 2
	run "$@"
	check "$text: exit status $status" [ "$status" = 2 ]
	check "$text: $(head -c 300 .err)" grep -qF "$message" .err
}
refuses 'no storm' 'phbsim storm: found no storm' storm
refuses 'no number' 'found --vcpus "1,x"' storm storm-put --vcpus 1,x
refuses 'an empty list' 'found --batch ""' storm storm-put --batch ''
refuses 'a list that goes on' 'found --batch "1,"' storm storm-put --batch 1,
refuses 'too many runs' 'found a series of 20 runs' storm storm-put --vcpus 1,2,3,4,5 --batch 1,2,3,4
refuses 'more than there can be' 'storm.vcpus' storm storm-put --vcpus 1,65 --set storm.rounds=2
refuses 'no storm of hypercalls' 'found a series for "vfio-map"' storm vfio-map --vcpus 1,2
refuses 'what its kernel decides' 'found --tables or --batch for "net-10g"' storm net-10g --batch 1,2
refuses 'a name' 'scenario: found "cyclone"' storm cyclone
refuses 'two storms' 'expected one storm' storm storm-put storm-stuff
run storm storm-put --mutant forget-kill
check 'mutants are for "run"' [ "$status" = 2 ]

verdict 30
