# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the scripts of tests/cli share. Sourced. Makes $work, an empty folder that is removed in the end, and goes there.
set -u -o pipefail
bin=${PHBSIM_BIN:?the program} source=${PHBSIM_SOURCE:?the checkout}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
checks=0 wrong=0

# check TEXT COMMAND... - COMMAND must succeed.
check() {
	local text=$1
	shift
	checks=$((checks + 1))
	if ! "$@"; then
		wrong=$((wrong + 1))
		printf 'FAIL: %s\n' "$text"
	fi
}

# run ARGUMENT... - run the program; sets status, and files out and err.
run() {
	"$bin" "$@" >"$work/.out" 2>"$work/.err" </dev/null
	status=$?
}

# verdict MINIMUM - end the script: all checks right, and as many as there ought to be.
verdict() {
	printf '%d checks, %d wrong\n' "$checks" "$wrong"
	[ "$checks" -ge "$1" ] || echo "FAIL: expected at least $1 checks"
	[ "$wrong" = 0 ] && [ "$checks" -ge "$1" ]
	exit
}
