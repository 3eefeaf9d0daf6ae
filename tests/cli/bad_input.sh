#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Whatever a person gets wrong: exit status 2, one message that says where, what was found and what was expected, nothing
# on standard output, and not a file or folder left behind.
. "$(dirname "$0")/lib.sh"

# refuses TEXT REGEX ARGUMENT... - the program refuses these arguments with that message (extended regular expression, whole line).
refuses() {
	local text=$1 regex=$2 before after
	shift 2
	before=$(find . ! -name .out ! -name .err | sort)
	run "$@"
	after=$(find . ! -name .out ! -name .err | sort)
	check "$text: exit status $status, expected 2" [ "$status" = 2 ]
	check "$text: message $(head -c 600 .err), expected $regex" grep -qxE -e "$regex" .err
	check "$text: something on standard output" [ ! -s .out ]
	check "$text: left behind: $(diff <(echo "$before") <(echo "$after"))" [ "$before" = "$after" ]
}

yaml() { # NAME LINE... - a scenario file
	local name=$1
	shift
	printf '%s\n' "$@" >"$name"
}

# Files: the place is file:line:col.
yaml unknown_key.yaml 'scenario: first-light' 'machine: power8-phb3' 'phb:' '  tce_cach:' '    entries: 4'
refuses 'unknown key' 'unknown_key\.yaml:4:3: found the unknown key "phb\.tce_cach", expected .*phb\.tce_cache.*' run unknown_key.yaml
yaml wrong_unit.yaml 'scenario: first-light' 'machine:' '  ram: 16GB'
refuses 'wrong unit' 'wrong_unit\.yaml:[0-9]+:[0-9]+: found .*, expected .*' run wrong_unit.yaml
yaml unit.yaml 'scenario: first-light' 'machine.ram: 16GB'
refuses 'wrong unit' 'unit\.yaml:2:14: found "16GB" with the unknown unit "GB", expected a size .*' run unit.yaml
yaml range.yaml 'scenario: first-light' 'machine.phbs: 99'
refuses 'value out of range' 'range\.yaml:2:15: found .*99.*, expected .*from 1 to .*' run range.yaml
refuses 'missing file' 'nowhere\.yaml: found no such file, expected .*' run nowhere.yaml
yaml truncated.yaml 'scenario: first-light' 'machine.phb: {reg_base: 0x3fffe40000000,'
refuses 'truncated YAML' 'truncated\.yaml:[0-9]+:[0-9]+: found .*, expected .*' run truncated.yaml
yaml quote.yaml 'scenario: "first-light'
refuses 'truncated YAML' 'quote\.yaml:[0-9]+:[0-9]+: found .*, expected .*' run quote.yaml
yaml overlap.yaml 'scenario: first-light' 'machine.phb.m32_base: 0x3fffe40000000'
refuses 'overlapping windows' 'overlap\.yaml:2:23: found .*, expected .*' run overlap.yaml
yaml ram.yaml 'scenario: first-light' 'machine.ram: 1TiB' 'machine.phb.m32_base: 512GiB'
refuses 'RAM runs into MMIO' '(ram\.yaml:[0-9]+:[0-9]+|default of [a-z0-9_.]+): found .*, expected .*' run ram.yaml
yaml machine.yaml 'scenario: first-light' 'machine: power99'
refuses 'unknown machine' 'machine\.yaml:2:10: found "power99", expected .*power8-phb3.*' run machine.yaml
yaml scenario.yaml 'scenario: last-light'
refuses 'unknown scenario' 'scenario\.yaml:1:11: found "last-light", expected .*first-light.*' run scenario.yaml
mkdir folder.yaml
refuses 'a folder for a file' 'folder\.yaml: found a (folder|directory), expected .*' run folder.yaml

# The command line.
refuses 'unknown key' '--set phb\.tce_cach\.entries=4:1:5: found the unknown key .*, expected .*' run --set phb.tce_cach.entries=4
refuses 'wrong unit' '--set machine\.ram=16GB:1:13: found "16GB" .*, expected a size .*' run --set machine.ram=16GB
refuses 'out of range' '--set machine\.phbs=99:1:14: found .*, expected .*' run --set machine.phbs=99
refuses 'no assignment' '--set machine\.phbs.*: found .*, expected .*' run --set machine.phbs
refuses 'unknown machine' '.*found "power99", expected .*power8-phb3.*' run --machine power99
refuses 'a machine that cannot' '.*found another, expected phb3.*' run eeh-recovery --machine power9-phb4
refuses 'a storm on IODA1' '.*power7-p7ioc.yaml:[0-9]*:[0-9]*: found p7ioc, expected phb3 or later.*' storm storm-put --machine power7-p7ioc
refuses 'unknown kernel' '.*found linux-0\.1 .*, expected .*linux-6\.1.*' run --kernel linux-0.1
refuses 'unknown scenario' 'scenario: found "last-light", expected .*first-light.*' run last-light
refuses 'unknown mutant' '.*found "nobody", expected .*' run --mutant nobody
refuses 'seed' 'phbsim run: found --seed "seven", expected a number .*' run --seed seven
refuses 'seed' 'phbsim run: found --seed "-1", expected a number .*' run --seed=-1
refuses 'seed' 'phbsim run: found --seed "99999999999999999999", expected a number .*' run --seed 99999999999999999999
refuses 'two scenarios' 'phbsim run: found "b" after the scenario, expected one scenario' run a b
refuses 'unknown option' 'phbsim run: found the option "--frobnicate", expected .*' run --frobnicate
refuses 'unknown short option' 'phbsim run: found the unknown option "-x", expected .*' run -x
refuses 'missing value' 'phbsim run: found --seed without a value, expected .*' run --seed
refuses 'unknown command' 'phbsim: found the command "ran", expected run, compare, storm, replay, list, import, validate or help' ran
refuses 'no command' 'phbsim: found no command, expected .*'
refuses 'unknown topic' 'phbsim list: found "cats", expected machines, .*' list cats
refuses 'no topic' 'phbsim list: found nothing to list, expected machines, .*' list
refuses 'kernel of a list that runs none' 'phbsim list: found --kernel with machines, expected it with stats or exports' list machines --kernel linux-6.12
refuses 'kernel that is none' '.*found linux-0\.1 with 64 KiB pages, expected one of linux-6\.1 .*' list stats --kernel linux-0.1
refuses 'import by the program' 'phbsim import: found the program itself, expected \./phbsim of a checkout: a kernel has to be built' import --name x
refuses 'unknown help' 'phbsim help: found "cats", expected run, compare, storm, replay, list, import, validate or help' help cats

# A folder for the results that cannot be written: said before the run, with no folder made on the way. (Permission bits
# do not stop root, /proc and /dev do.)
refuses 'out in /proc' '--out /proc/nowhere/here: found .*, expected a folder that can be written' run --out /proc/nowhere/here
refuses 'out is a file' '--out unit\.yaml: found something that is no folder, expected a folder that can be written' run --out unit.yaml
refuses 'out below a file' '--out unit\.yaml/x: found something that is no folder, expected .*' run --out unit.yaml/x
refuses 'out is /proc itself' '--out /proc: found .*, expected a folder that can be written' run --out /proc
refuses 'empty out' '--out: found an empty name, expected a folder that can be written' run --out ''
if [ "$(id -u)" != 0 ]; then
	mkdir locked
	chmod 555 locked
	refuses 'out without permission' '--out locked: found Permission denied, expected .*' run --out locked
fi
refuses 'good folder, wrong key' '--set x=1:1:1: found .*, expected .*' run --out made/on/the/way --set x=1
refuses 'trace that cannot be written' '.*nowhere/trace\.json.*' run --out made --trace nowhere/trace.json

# Standard output that cannot take it is no success.
"$bin" list machines >/dev/full 2>.err
check 'full standard output' [ $? = 2 ]
check 'full standard output is said' grep -q 'standard output could not be written' .err
verdict 155
