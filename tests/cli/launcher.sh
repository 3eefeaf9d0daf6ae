#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The launcher where things are not as wished: packages missing with and without the right to install them, no Debian,
# a set-up that was interrupted. dpkg-query, apt-get, cmake, ninja and the rest are stand-ins that note how they are called.
. "$(dirname "$0")/lib.sh"

# A checkout that holds the launcher and nothing to build, and a PATH with stand-ins and the plainest tools.
mkdir -p tree/cmake tools
cp "$source/phbsim" tree/
cp "$source/cmake/launch.sh" "$source/cmake/packages.txt" tree/cmake/
for tool in bash sh env dirname readlink mkdir rm grep tail head tr cat sed find chmod touch sleep printf getent cut flock ls true; do
	ln -s "$(type -P $tool)" tools/$tool
done

stand_in() { # NAME LINE... - a program that notes its call and does LINE
	local name=$1
	shift
	printf '#!/bin/sh\necho "%s $*" >>"%s/calls"\n%s\n' "$name" "$work" "$*" >tools/"$name"
	chmod +x tools/"$name"
}

# What dpkg knows is a file of names.
all_packages() { awk '$1 == "run" || $1 == "try" { print $2 }' "$source/cmake/packages.txt"; }
stand_in dpkg-query "sed 's/^/installed /' $work/installed"
stand_in dpkg ''
stand_in apt-get "case \"\$*\" in *install*) for p in \"\$@\"; do echo \$p >>$work/installed; done;; esac"
stand_in id "echo \$(cat $work/uid)"
stand_in cmake "mkdir -p build/release; echo 'CMAKE_HOME_DIRECTORY:INTERNAL=$work/tree' >build/release/CMakeCache.txt; : >build/release/build.ninja"
stand_in ninja "mkdir -p \$2/cli; printf '#!/bin/sh\necho ran \"\$@\"; exit 7\n' >\$2/cli/phbsim; chmod +x \$2/cli/phbsim"

launch() {
	: >calls
	env -i PATH="$work/tools" HOME="$work" tree/phbsim "$@" >.out 2>.err </dev/null
	status=$?
}
called() { grep -qE "$1" calls; }
not_called() { ! grep -qE "$1" calls; }

# All there: no word, no installation; the program gets the arguments, its exit status is ours.
all_packages >installed
echo 1000 >uid
launch run 'a b' --seed 3
check "status $status of the program, expected 7; $(cat .err)" [ "$status" = 7 ]
check 'arguments are passed on' grep -qx 'ran run a b --seed 3' .out
check 'quiet' [ ! -s .err ]
check 'configured' called '^cmake --preset release'
check 'nothing installed' not_called 'apt-get'

# Again: configured already, so only ninja looks.
launch
check 'second start' [ "$status" = 7 ]
check 'not configured again' not_called '^cmake'
check 'ninja looks' called '^ninja'

# From another folder, through a symbolic link.
mkdir elsewhere
ln -s ../tree/phbsim elsewhere/link
(cd elsewhere && env -i PATH="$work/tools" HOME="$work" ./link >../.out 2>../.err)
check 'through a link' [ $? = 7 ]

# Configuring was interrupted: a cache, but no build.ninja.
rm tree/build/release/build.ninja
launch
check 'interrupted configuration is done again' called '^cmake'
check 'and then it runs' [ "$status" = 7 ]

# The checkout was copied from elsewhere with its build folder.
echo 'CMAKE_HOME_DIRECTORY:INTERNAL=/another/place' >tree/build/release/CMakeCache.txt
launch
check 'a moved checkout is configured again' called '^cmake'

# One package missing, and no right to install it: names, command, status 3, and no attempt.
all_packages | grep -v libfyaml-dev >installed
launch run
check "missing package: status $status, expected 3" [ "$status" = 3 ]
check 'missing package: named' grep -q 'missing.*: libfyaml-dev$' .err
check 'missing package: the command' grep -q 'apt-get install libfyaml-dev$' .err
check 'missing package: no attempt' not_called '^apt-get'
check 'missing package: nothing built' not_called '^ninja'

# The same as root: installed without a question, then built.
echo 0 >uid
launch run
check "root: status $status, expected 7; $(cat .err)" [ "$status" = 7 ]
check 'root: installs' called '^apt-get .*-y.* install .*libfyaml-dev$'
check 'root: only that one' not_called 'install.* gcc'
check 'root: finishes what was interrupted' called '^dpkg --configure -a'

# sudo that asks nothing will do; sudo that wants a password will not.
echo 1000 >uid
all_packages | grep -v -x check >installed
stand_in sudo 'shift; exec "$@"'
launch run
check "sudo: status $status, expected 7" [ "$status" = 7 ]
check 'sudo: installs' called '^apt-get .*install.* check$'
all_packages | grep -v -x check >installed
stand_in sudo 'exit 1'
launch run
check "sudo with password: status $status, expected 3" [ "$status" = 3 ]
check 'sudo with password: no attempt' not_called '^apt-get'
rm tools/sudo

# Package lists are stale: fetched, tried again.
echo 0 >uid
all_packages | grep -v -x check >installed
stand_in apt-get "case \"\$*\" in *update*) : >$work/fresh;; *install*) [ -e $work/fresh ] || exit 100; echo check >>$work/installed;; esac"
launch run
check "stale lists: status $status, expected 7; $(cat .err)" [ "$status" = 7 ]
check 'stale lists: fetched' called '^apt-get .*update'

# What is only tried: installed where that is possible, done without where not, and not asked for at each start.
all_packages | grep -v -x linux-source-6.12 >installed
stand_in apt-get "case \"\$*\" in *install*) echo linux-source-6.12 >>$work/installed;; esac"
launch run
check "tried and had: status $status, expected 7; $(cat .err)" [ "$status" = 7 ]
check 'tried and had: installs' called '^apt-get .*install.* linux-source-6.12$'
check 'tried and had: no word' [ ! -s .err ]
all_packages | grep -v -x linux-source-6.12 >installed
stand_in apt-get 'exit 100'
launch run
check "tried in vain: status $status, expected 7; $(cat .err)" [ "$status" = 7 ]
check 'tried in vain: said' grep -q 'goes on without linux-source-6.12' .err
launch run
check "tried in vain, again: status $status, expected 7" [ "$status" = 7 ]
check 'tried in vain, again: not asked for' not_called '^apt-get'
check 'tried in vain, again: no word' [ ! -s .err ]
echo 1000 >uid
rm tree/build/.tried
launch run
check "tried without the right to: status $status, expected 7; $(cat .err)" [ "$status" = 7 ]
check 'tried without the right to: no attempt' not_called '^apt-get'
echo 0 >uid

# apt-get cannot: status 3, with the names.
all_packages | grep -v -x check >installed
stand_in apt-get 'exit 100'
launch run
check "apt-get fails: status $status, expected 3" [ "$status" = 3 ]
check 'apt-get fails: named' grep -q 'could not install: check' .err

# No Debian.
rm tools/dpkg-query
launch run
check "no Debian: status $status, expected 3" [ "$status" = 3 ]
check 'no Debian: said' grep -q 'expected Debian' .err
stand_in dpkg-query "sed 's/^/installed /' $work/installed"

# The build fails: status 3, the compiler's words, and where all of it is.
all_packages >installed
stand_in ninja 'echo "[1/2] Building x"; echo "FAILED: x.o"; echo "x.c:1:1: error: no"; exit 1'
launch run
check "build fails: status $status, expected 3" [ "$status" = 3 ]
check 'build fails: why' grep -q 'x\.c:1:1: error: no' .err
check 'build fails: where' grep -q 'build/release/build\.log' .err
check 'build fails: the log' grep -q 'error: no' tree/build/release/build.log
verdict 45
