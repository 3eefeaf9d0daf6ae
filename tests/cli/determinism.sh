#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Same program, configuration and seed: the same bytes in everything that a run writes, wherever the program's memory lies
# and whatever the environment holds. Another seed: other bytes.
. "$(dirname "$0")/lib.sh"

for what in first-light@linux-6.1 first-light@linux-6.12 isolation-probe@linux-6.1; do
	scenario=${what%@*} kernel=${what#*@}
	run run "$scenario" --kernel "$kernel" --seed 5 --out a --trace a.json --sample 50us --profile a.folded
	check "$scenario: exit status $status, $(cat .err)" [ "$status" = 0 ]
	check "$scenario: quiet in a pipe" [ ! -s .err ]
	# Longer names move the stack, randomised addresses move the rest.
	run_elsewhere() { env PADDING="$(printf '%2000s' x)" LC_ALL=C TZ=Asia/Tokyo "$bin" "$@" >.out 2>.err; }
	run_elsewhere run "$scenario" --kernel "$kernel" --seed 5 --out deep/er/b --trace deep/b.json --sample 50us \
		--profile deep/b.folded
	check "$scenario: second run, $(cat .err)" [ -s deep/er/b/results.json ]
	check "$scenario: results of one seed differ" cmp a/results.json deep/er/b/results.json
	check "$scenario: summaries of one seed differ" cmp a/summary.txt deep/er/b/summary.txt
	check "$scenario: traces of one seed differ" cmp a.json deep/b.json
	check "$scenario: samples of one seed differ" cmp a/samples.jsonl deep/er/b/samples.jsonl
	check "$scenario: reports of one seed differ" cmp a/report.html deep/er/b/report.html
	check "$scenario: profiles of one seed differ" cmp a.folded deep/b.folded
	check "$scenario: waits of one seed differ" cmp a.folded.waits deep/b.folded.waits
	[ "$what" = first-light@linux-6.1 ] || continue # once is enough; the probe draws no random number that shows
	run run "$scenario" --seed 6 --out c --trace c.json
	check "$scenario: exit status $status with seed 6, $(cat .err)" [ "$status" = 0 ]
	# Not only the line that names the seed.
	check "$scenario: another seed gives the same results" \
		[ "$(grep -v '"seed"' a/results.json | sha256sum)" != "$(grep -v '"seed"' c/results.json | sha256sum)" ]
	check "$scenario: another seed gives the same trace" [ "$(sha256sum <a.json)" != "$(sha256sum <c.json)" ]
done

# The kernel indexes by address here and there: many runs, as many places of the heap, one answer.
for kernel in linux-6.1 linux-6.12; do
	sums=$(for _ in 1 2 3 4 5 6 7 8; do
		"$bin" run first-light --kernel $kernel --set first_light.storm_rounds=1 --out many >/dev/null 2>&1 &&
			sha256sum <many/results.json
	done | sort | uniq -c | awk '{ print $1 }' | paste -sd' ')
	check "$kernel: eight runs gave results in groups of $sums, expected one group of 8" [ "$sums" = 8 ]
done
verdict 34
