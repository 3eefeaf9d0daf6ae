#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
# Make a folder from which the build hosts a kernel with a driver of one's own: files that replace those of a base kernel.
# usage: import-driver.pl --name NAME --out DIR --kernels KERNELS.txt --eras ERAS.txt [--base KERNEL] [--era ERA|none]
#                         --patch FILE | --file FILE | --tree DIR
#   --patch: a patch, or a text in which one stands; damaged ones too, see below. --file: the driver itself.
#   --tree: a folder with files at their places in a kernel tree. KERNELS.txt: what the build wrote (kernel/kernels.txt).
#
# Of a patch, files that it adds are taken from the text, files that it changes are the base's with the change applied. Text from
# web pages may have lost leading blanks (then changes cannot be applied, additions can) and may have HTML entities decoded that
# none were: "&current" became a currency sign and "t", "&param" a pilcrow and "m". That is undone, counted and said; nothing
# else is touched.
#
# DIR gets tree/ (the files), import.txt (KEY VALUE), report.txt (also on standard output).
# exit: 0; 2 with what was found and what was expected.
use strict;
use warnings;
use utf8;
use File::Basename qw(dirname basename);
use File::Copy qw(copy);
use File::Find qw(find);
use File::Path qw(make_path remove_tree);
use Getopt::Long;
use Digest::SHA;

my $DRIVER = 'drivers/vfio/vfio_iommu_spapr_tce.c';
my %o;
my @report;

sub fail { print STDERR map({ "import:$_\n" } @report), "import: @_\n"; exit 2; }
sub say_ { push @report, "@_"; }

sub slurp {
	my ($path) = @_;
	open my $f, '<:raw', $path or fail("$path: found $!, expected a file that can be read");
	local $/;
	my $text = <$f>;
	return $text // '';
}

sub spew {
	my ($path, $text) = @_;
	make_path(dirname($path));
	open my $f, '>:raw', $path or fail("$path: $!");
	print $f $text;
	close $f or fail("$path: $!");
}

# Rows "A | B | C" of a table.
sub rows {
	my ($path, $separator) = @_;
	return map { [split $separator, $_, -1] } grep { !/^#/ && /\S/ } split /\n/, slurp($path);
}

# A kernel text must be UTF-8 to be repaired; what is no UTF-8 is left as it is.
sub repair {
	my ($bytes) = @_;
	my $text = $bytes;
	return ($bytes, 0) unless utf8::decode($text);
	my $current = ($text =~ s/\x{a4}/&curren/g) || 0;
	my $param = ($text =~ s/\x{b6}/&para/g) || 0;
	say_("  repaired: $current x \"&curren\" and $param x \"&para\", decoded as HTML entities; nothing else")
		if $current || $param;
	utf8::encode($text);
	return ($text, $current + $param);
}

# Files of a patch: { name (undef: none in the text), new, hunks => [{ at, lines, from, to }] }.
sub parse_patch {
	my ($text) = @_;
	my @lines = split /\n/, $text, -1;
	my (@files, $file);
	my $next = sub { $file = { name => undef, new => 0, hunks => [] }; push @files, $file; };
	for (my $i = 0; $i < @lines; $i++) {
		my $line = $lines[$i];
		$line =~ s/\r$//;
		if ($line =~ /^diff --git /) { $next->(); next; }
		if ($line =~ /^new file mode /) {
			$next->() if !$file || @{$file->{hunks}};
			$file->{new} = 1;
			next;
		}
		if ($line =~ /^--- (\S+)/ && ($lines[$i + 1] // '') =~ /^\+\+\+ (\S+)/) {
			my $name = $1;
			$next->() if !$file || @{$file->{hunks}} || defined $file->{name};
			$file->{new} = 1 if $lines[$i] =~ m{^--- /dev/null};
			$name =~ s{^[ab]/}{};
			$file->{name} = $name;
			$i++;
			next;
		}
		next unless $line =~ /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
		my ($old, $new) = ($2 // 1, $4 // 1);
		my $adds = $1 == 0 && $old == 0;
		# Without a header of its own, a hunk that adds a file begins one, and a hunk near the top of a file as well.
		$next->() if !$file || ($adds && @{$file->{hunks}}) || (!defined $file->{name} && @{$file->{hunks}} && !$adds);
		$file->{new} = 1 if $adds;
		my $hunk = { at => $i + 1, old => $old, new => $new, lines => [] };
		my ($o_, $n_) = (0, 0);
		while ($i + 1 < @lines && ($o_ < $old || $n_ < $new)) {
			my $body = $lines[$i + 1];
			$body =~ s/\r$//;
			# A text that has lost lines would run into what follows.
			last if $body =~ /^@@ -\d|^diff --git |^new file mode /;
			if ($body =~ /^\+/) { $n_++; }
			elsif ($body =~ /^-/) { $o_++; }
			elsif ($body =~ /^\\/) { }
			else { $o_++; $n_++; $hunk->{damaged} = 1 if $body !~ /^ / && $body ne ''; }
			push @{$hunk->{lines}}, $body;
			$i++;
		}
		$hunk->{short} = 1 if $o_ != $old || $n_ != $new;
		push @{$file->{hunks}}, $hunk;
	}
	return grep { @{$_->{hunks}} } @files;
}

# The text of a file that a patch adds.
sub added_text {
	my ($file) = @_;
	my $hunk = $file->{hunks}[0];
	my @body = grep { !/^\\/ } @{$hunk->{lines}};
	fail("hunk at line $hunk->{at}: found " . scalar(grep { /^\+/ } @body) . " added lines, expected $hunk->{new}")
		if $hunk->{short} || grep { !/^\+/ } @body;
	return join '', map { substr($_, 1) . "\n" } @body;
}

# Apply the changes of one file to the base's; returns false if they do not fit.
sub apply_changes {
	my ($file, $base, $out) = @_;
	my $patch = "--- a/$file->{name}\n+++ b/$file->{name}\n";
	for my $hunk (@{$file->{hunks}}) {
		return "the hunk at line $hunk->{at} has lost its leading blanks" if $hunk->{damaged};
		$patch .= $hunk->{head} . "\n" . join('', map { "$_\n" } @{$hunk->{lines}});
	}
	make_path(dirname("$out/$file->{name}"));
	copy("$base/$file->{name}", "$out/$file->{name}") or return "the base has no $file->{name}";
	chmod 0644, "$out/$file->{name}";
	spew("$out/.patch", $patch);
	my $said = `patch --batch --forward -p1 -d '$out' -i .patch 2>&1`;
	my $status = $?;
	unlink "$out/.patch", "$out/$file->{name}.orig";
	return "" if !$status;
	unlink "$out/$file->{name}";
	chomp $said;
	$said =~ s/\n/; /g;
	return "patch says: $said";
}

# ---- What the base kernel and the era are ----

sub base_of {
	my ($kernels, $wanted) = @_;
	for my $row (@$kernels) { return $row->[3] if $row->[0] eq $wanted; }
	fail("--base: found \"$wanted\", expected one of " . join(', ', map { $_->[0] } @$kernels));
}

# Does @text use @word?
sub uses { my ($text, $word) = @_; return $text =~ /\b\Q$word\E\b/; }

sub era_of {
	my ($text, $eras) = @_;
	return $o{era} eq 'none' ? undef : (grep { $_->[0] eq $o{era} } @$eras)[0] // fail("--era: found \"$o{era}\", expected none or one of " . join(', ', map { $_->[0] } @$eras))
		if defined $o{era};
	for my $era (@$eras) {
		for my $word (split ' ', $era->[2]) {
			if (uses($text, $word)) { $o{mark} = $word; return $era; }
		}
	}
	return undef;
}

GetOptions(\%o, 'name=s', 'out=s', 'kernels=s', 'eras=s', 'base=s', 'era=s', 'patch=s', 'file=s', 'tree=s') or exit 2;
$o{$_} // fail("found no --$_") for qw(name out kernels eras);
fail("--name: found \"$o{name}\", expected letters, digits, \".\", \"_\" and \"-\"") unless $o{name} =~ /^[A-Za-z][A-Za-z0-9._-]*$/;
my @kinds = grep { defined $o{$_} } qw(patch file tree);
fail('found ' . (@kinds ? join(' and ', map { "--$_" } @kinds) : 'no source') . ', expected one of --patch, --file, --tree') if @kinds != 1;
my ($kind, $source) = ($kinds[0], $o{$kinds[0]});
my @kernels = rows($o{kernels}, qr/\|/);
my @eras = rows($o{eras}, qr/ \| /);
my $out = $o{out};
remove_tree($out);
make_path("$out/tree");

my (%text, @changes, $sum);
my $repairs = 0;
if ($kind eq 'tree') {
	fail("--tree $source: found no such folder") unless -d $source;
	find({ no_chdir => 1, wanted => sub {
		return unless -f && /\.[ch]$/;
		my $name = substr($File::Find::name, length($source =~ s{/*$}{/}r));
		$text{$name} = slurp($_);
	} }, $source);
	fail("--tree $source: found no .c or .h file in it") unless %text;
} else {
	my $bytes = slurp($source);
	$sum = Digest::SHA::sha256_hex($bytes);
	say_("  source: " . basename($source) . ", sha256 $sum");
	(my $repaired, $repairs) = repair($bytes);
	if ($kind eq 'file') {
		$text{$DRIVER} = $repaired;
	} else {
		my @files = parse_patch($repaired);
		fail("--patch $source: found no hunk (\"@@ -a,b +c,d @@\"), expected a patch") unless @files;
		for my $file (@files) {
			my @at = map { $_->{at} } @{$file->{hunks}};
			my $where = 'line ' . join(', ', @at);
			if ($file->{new}) {
				my $added = added_text($file);
				# Without a name, the container driver is known by what it registers.
				$file->{name} //= $DRIVER if uses($added, 'vfio_register_iommu_driver');
				if (!defined $file->{name} || $file->{name} !~ /\.[ch]$/) {
					say_("  left out: $where, a new file " . ($file->{name} // 'without a name') . ': nothing here compiles it');
				} else {
					$text{$file->{name}} = $added;
					say_("  taken: $where, new file $file->{name}, $file->{hunks}[0]{new} lines");
				}
			} elsif (!defined $file->{name}) {
				say_("  left out: $where, a change of a file without a name");
			} elsif ($file->{name} !~ /\.[ch]$/) {
				say_("  left out: $where, a change of $file->{name}: nothing here compiles it");
			} else {
				# Keep the hunks' own heads for patch(1).
				my @lines = split /\n/, $repaired, -1;
				$_->{head} = $lines[$_->{at} - 1] for @{$file->{hunks}};
				push @changes, $file;
			}
		}
	}
}

my $driver = $text{$DRIVER} // '';
my $era = era_of($driver, \@eras);
my $base = $o{base} // ($era ? $era->[1] : $kernels[0][0]);
my $tree = base_of(\@kernels, $base);
fail("--base $base: the era $era->[0] stands on $era->[1]") if $era && $base ne $era->[1];
spew("$out/tree/$_", $text{$_}) for sort keys %text;
for my $file (@changes) {
	my $why = apply_changes($file, $tree, "$out/tree");
	my $where = 'line ' . join(', ', map { $_->{at} } @{$file->{hunks}});
	fail("--patch $source: $where, a change of $file->{name} does not fit $base: $why") if $why;
	say_("  taken: $where, a change of $file->{name}");
	$text{$file->{name}} = slurp("$out/tree/$file->{name}");
}
fail("--$kind $source: found nothing that replaces a file of the kernel, expected $DRIVER or a header") unless %text;
say_("  base: $base, for all other files");
say_("  era: $era->[0]" . ($o{mark} ? " (the driver uses $o{mark}())" : '') . '; what surrounds the driver is a RECONSTRUCTION, see phbsim list kernels') if $era;
my $origin = $kind eq 'tree' ? 'a folder of files' : basename($source);
my $about = "name $o{name}\nbase $base\nera " . ($era ? $era->[0] : '-') . "\nsource $origin\nrepaired $repairs\n";
for my $name (sort keys %text) {
	my $digest = Digest::SHA::sha256_hex($text{$name});
	say_("  $name: sha256 $digest" . (-e "$tree/$name" && slurp("$tree/$name") eq $text{$name} ? ' (the base has the same)' : ''));
	$about .= "file $name $digest\n";
}
spew("$out/import.txt", $about);
my $report = join("\n", "import $o{name}", @report) . "\n";
spew("$out/report.txt", $report);
print $report;
