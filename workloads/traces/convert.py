#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Turns the trace log of QEMU's pseries machine into a trace that "phbsim replay" reads (docs/replay.md).

usage: convert.py [LOG [TRACE]]      "-" or nothing: standard input, standard output; TRACE may end with .xz

The log comes from qemu-system-ppc64 -M pseries ... -trace 'spapr_iommu_*' -msg timestamp=on -D LOG, with the trace backend "log":

  12345@1700000000.000100:spapr_iommu_pci_put liobn=80000000 ioba=0x1000 tce=0x1e374003 ret=0

Events become records (hw/ppc/trace-events of QEMU 7.2 and 10.0):
  spapr_iommu_put, _pci_put            P, H_PUT_TCE
  spapr_iommu_get, _pci_get            G, H_GET_TCE
  spapr_iommu_indirect, _pci_indirect  I, H_PUT_TCE_INDIRECT. QEMU logs the I/O address behind the list (or of the entry that
                                       failed), from which the number of entries follows, and its last entry only. The first is
                                       found as of consecutive pages, which is how Linux fills its lists.
  spapr_iommu_stuff, _pci_stuff        S, H_STUFF_TCE. QEMU logs the I/O address behind the range; the first follows from the
                                       number of entries. Of a call that failed it is the address that failed.
  spapr_iommu_xlate                    X, a device's request translated
Pages are of the size that the last spapr_iommu_ddw_create of the LIOBN says; 4 KiB without one. Other events are left out and
counted on standard error. A line that is none of the log's, is cut off, or is out of order, is an error.
"""
import lzma
import re
import sys

LINE = re.compile(r"^(?:\d+@)(\d+)\.(\d+):(\w+) (.*)$")
FIELD = re.compile(r"((?:page )?\w+)=(-?\w+)")
XLATE = re.compile(r" (0x\w+) -> (0x\w+) ")
H_PARAMETER = -4


class Broken(Exception):
    """A line makes no sense; the text says what was found and what was expected."""


def number(fields, name):
    """Field @name: hexadecimal unless it is a count or a return code. QEMU writes LIOBNs without 0x."""
    if name not in fields:
        raise Broken(f"found no {name}=, expected the fields of the event")
    text = fields[name]
    try:
        if name in ("ret", "npages"):
            return int(text, 0)
        return int(text, 16)
    except ValueError:
        raise Broken(f'found {name}="{text}", expected a number') from None


class Converter:
    """State between lines: time of the last record, page size of each window, events that were left out."""

    def __init__(self):
        self.last_us = None
        self.size = {}
        self.left_out = {}
        self.records = 0

    def page(self, liobn):
        return self.size.get(liobn, 4096)

    def record(self, when_us, op, liobn, ioba, count, tce, ret):
        delta = 0 if self.last_us is None else when_us - self.last_us
        if delta < 0:
            raise Broken(f"found a time {-delta} us before the line above, expected events in order")
        self.last_us = when_us
        self.records += 1
        return f"{delta},{op},{liobn:x},{ioba:x},{count},{tce:x},{ret}\n"

    def put(self, when_us, f):
        return self.record(when_us, "P", number(f, "liobn"), number(f, "ioba"), 1, number(f, "tce"), number(f, "ret"))

    def get(self, when_us, f):
        return self.record(when_us, "G", number(f, "liobn"), number(f, "ioba"), 1, number(f, "tce"), number(f, "ret"))

    def indirect(self, when_us, f):
        liobn, ioba, ret = number(f, "liobn"), number(f, "ioba"), number(f, "ret")
        page, behind, tce = self.page(liobn), number(f, "iobaN"), number(f, "tceN")
        count = (behind - (ioba & -page)) // page
        if count < 0:
            raise Broken("found the end of a list below its beginning, expected it behind that")
        tce -= (count - 1 if ret == 0 else count) * page if count else 0
        if tce < 0:
            raise Broken("found a last entry below the length of its list, expected consecutive pages")
        return self.record(when_us, "I", liobn, ioba, count + (ret != 0), tce, ret)

    def stuff(self, when_us, f):
        liobn, ioba, count, ret = (number(f, name) for name in ("liobn", "ioba", "npages", "ret"))
        if ret == 0:
            ioba -= count * self.page(liobn)
            if ioba < 0:
                raise Broken("found an I/O address below the length of its range, expected the one behind it")
        return self.record(when_us, "S", liobn, ioba, count, number(f, "tcevalue"), ret)

    def xlate(self, when_us, f):
        tce = number(f, "to") & ~3 | number(f, "perm") & 3
        return self.record(when_us, "X", number(f, "liobn"), number(f, "from"), 1, tce, 0)

    def window(self, _, f):
        size = number(f, "page size")
        if size < 4096 or size & (size - 1):
            raise Broken(f"found a page size of {size}, expected a power of two")
        self.size[number(f, "liobn")] = size
        return ""

    HANDLERS = {
        "put": put, "pci_put": put, "get": get, "pci_get": get, "indirect": indirect, "pci_indirect": indirect,
        "stuff": stuff, "pci_stuff": stuff, "xlate": xlate, "ddw_create": window,
    }

    def line(self, text):
        """One line of the log. Return: a record, or nothing."""
        match = LINE.match(text)
        if not match:
            raise Broken(f'found "{text[:60]}", expected "pid@seconds.micros:event fields"')
        seconds, micros, event, rest = match.groups()
        name = event.removeprefix("spapr_iommu_")
        if name == event or name not in self.HANDLERS:
            self.left_out[event] = self.left_out.get(event, 0) + 1
            return ""
        fields = dict(FIELD.findall(rest))
        addresses = XLATE.search(rest)
        if addresses:
            fields["from"], fields["to"] = addresses.groups()
        return self.HANDLERS[name](self, int(seconds) * 1000000 + int(micros.ljust(6, "0")[:6]), fields)


def main(argv):
    source = sys.stdin if len(argv) < 2 or argv[1] == "-" else open(argv[1], encoding="ascii", errors="replace")
    name = "standard input" if source is sys.stdin else argv[1]
    target = argv[2] if len(argv) > 2 and argv[2] != "-" else None
    if target and target.endswith(".xz"):
        out = lzma.open(target, "wt", preset=9 | lzma.PRESET_EXTREME)
    else:
        out = open(target, "w", encoding="ascii") if target else sys.stdout
    converter = Converter()
    for count, text in enumerate(source, 1):
        try:
            if not text.endswith("\n"):
                raise Broken("found a line without an end, expected a whole log")
            out.write(converter.line(text.rstrip("\n")))
        except Broken as broken:
            sys.exit(f"{name}:{count}: {broken}")
    if out is not sys.stdout:
        out.close()
    for event, times in sorted(converter.left_out.items()):
        print(f"left out {times} times: {event}", file=sys.stderr)
    print(f"{converter.records} records", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv)
