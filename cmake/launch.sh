# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What ./phbsim and ./test share: find missing Debian packages, install them where that is allowed, configure, build.
# Sourced, never run. The caller has set `top` (the checkout) and `me` (its own name, for messages).
# shellcheck disable=SC2154
#
# Everything here can be interrupted and started again: packages that were left half installed are finished first, a
# build folder without build.ninja is configured again, and ninja repeats what did not end.

LAUNCH_SETUP_FAILED=3	# exit status: packages are missing and may not be installed, or the build failed

launch_die() {
	printf '%s: %s\n' "$me" "$1" >&2
	exit $LAUNCH_SETUP_FAILED
}

# launch_say TEXT - progress: on a terminal only.
launch_say() {
	if [ -t 2 ]; then printf '%s: %s\n' "$me" "$1" >&2; fi
}

# launch_packages KIND... - names of that kind in cmake/packages.txt.
launch_packages() {
	local kind name wanted rest
	for wanted in "$@"; do
		while read -r kind name rest; do
			if [ "$kind" = "$wanted" ]; then printf '%s\n' "$name"; fi
		done <"$top/cmake/packages.txt"
	done
}

# launch_missing PACKAGE... - those that are not completely installed.
launch_missing() {
	local installed name
	# A name that dpkg never heard of makes it complain and fail; the others are listed all the same.
	installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null) || true
	for name in "$@"; do
		case $'\n'$installed$'\n' in
		*$'\n'"installed $name"$'\n'*) ;;
		*) printf '%s\n' "$name" ;;
		esac
	done
}

# launch_apt ARG... - apt-get that asks nothing; the words of launch_root before it.
launch_apt() {
	"${launch_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -qq -y \
		-o DPkg::Lock::Timeout=600 -o APT::Acquire::Retries=3 \
		-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

# launch_install PACKAGE... - install what is missing, or say what a person has to do.
launch_install() {
	local missing command log=$top/build/install.log
	if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
		launch_die "found no dpkg-query and apt-get, expected Debian 12. Elsewhere: install what cmake/packages.txt
  lists, put Debian's linux-source-6.1.tar.xz into /usr/src, and use cmake --preset release."
	fi
	missing=$(launch_missing "$@" | tr '\n' ' ')
	missing=${missing% }
	[ -n "$missing" ] || return 0
	command="apt-get install $missing"
	if [ "$(id -u)" = 0 ]; then
		launch_root=()
	elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
		launch_root=(sudo -n)
	else
		launch_die "found these Debian packages missing, and may not install them without root: $missing
  Run this as root, then start again:  $command"
	fi
	launch_say "installing $missing"
	# A set-up that was interrupted left packages unpacked: finish those first.
	"${launch_root[@]}" env DEBIAN_FRONTEND=noninteractive dpkg --configure -a --force-confdef --force-confold \
		</dev/null >"$log" 2>&1 || true
	# Package lists may be absent or name versions that are gone: then fetch them and try once more.
	# shellcheck disable=SC2086
	if ! launch_apt install --no-install-recommends $missing </dev/null >>"$log" 2>&1; then
		launch_say "fetching package lists"
		launch_apt update </dev/null >>"$log" 2>&1 || true
		if ! launch_apt install --no-install-recommends $missing </dev/null >>"$log" 2>&1; then
			tail -n 15 "$log" >&2
			launch_die "found that apt-get could not install: $missing (all of it: build/install.log)
  Run this as root, then start again:  apt-get update && $command"
		fi
	fi
	missing=$(launch_missing "$@" | tr '\n' ' ')
	[ -z "$missing" ] || launch_die "found these packages missing after apt-get install: $missing"
}

# launch_try PACKAGE... - install what is missing if that is possible without asking; go on without it if not. What could
# not be had is asked for again when the lists of packages or what is asked for have changed, not at each start.
launch_try() {
	local missing stamp=$top/build/.tried
	missing=$(launch_missing "$@" | tr '\n' ' ')
	missing=${missing% }
	[ -n "$missing" ] || return 0
	if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$missing" ] && [ ! /var/lib/apt/lists -nt "$stamp" ]; then return 0; fi
	launch_say "installing $missing, which is not needed to go on"
	if ! (launch_install "$@") 2>/dev/null; then
		printf '%s: goes on without %s, which could not be installed (the kernels of "phbsim list kernels" are fewer)\n' \
			"$me" "$missing" >&2
		printf '%s\n' "$missing" >"$stamp"
	fi
}

# launch_show LOG - copy standard input to LOG; on a terminal, show how far the build is.
launch_show() {
	local line shown=
	while IFS= read -r line; do
		printf '%s\n' "$line" >&3
		[ -t 2 ] || continue
		case $line in
		'['*/*']'*)
			printf '\r\033[K%s: building %s' "$me" "${line%%]*}]" >&2
			shown=1
			;;
		esac
	done 3>>"$1"
	if [ -n "$shown" ]; then printf '\r\033[K' >&2; fi
}

# launch_configure PRESET LOG
launch_configure() {
	local dir=$top/build/$1
	launch_say "configuring build/$1"
	(cd "$top" && cmake --preset "$1") </dev/null >>"$2" 2>&1 && return 0
	# What an interrupted or older configuration remembers may be the reason: once more from nothing.
	find "$dir" -mindepth 1 -maxdepth 1 ! -name build.log -exec rm -rf {} +
	(cd "$top" && cmake --preset "$1") </dev/null >>"$2" 2>&1
}

# launch_build PRESET TARGET... - configure if needed, build; quiet, everything goes to build/PRESET/build.log.
launch_build() {
	local preset=$1 dir=$top/build/$1 log=$top/build/$1/build.log
	shift
	mkdir -p "$dir"
	: >"$log"
	# A checkout that was moved or copied cannot use what it was configured with elsewhere.
	if [ -f "$dir/CMakeCache.txt" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$top" "$dir/CMakeCache.txt"; then
		rm -f "$dir/build.ninja"
	fi
	if [ ! -f "$dir/build.ninja" ] && ! launch_configure "$preset" "$log"; then
		tail -n 25 "$log" >&2
		launch_die "found that configuring failed (all of it: build/$preset/build.log)"
	fi
	if ! ninja -C "$dir" "$@" </dev/null 2>&1 | launch_show "$log"; then
		grep -n -A 12 -m 3 -E '^FAILED:|error:' "$log" >&2 || tail -n 25 "$log" >&2
		launch_die "found that building failed (all of it: build/$preset/build.log)"
	fi
}

# launch_begin - a place to build in, and nobody else building in it. Ends with launch_end.
launch_begin() {
	if ! mkdir -p "$top/build" 2>/dev/null || [ ! -w "$top/build" ]; then
		launch_die "found that build/ cannot be written in $top, expected a checkout of your own"
	fi
	exec 9>"$top/build/.lock"
	if command -v flock >/dev/null && ! flock -n 9; then
		launch_say "waiting for another set-up to finish"
		flock 9
	fi
	: "${HOME:=$(getent passwd "$(id -u)" | cut -d: -f6)}"
	export HOME
}

launch_end() {
	exec 9>&-
}
