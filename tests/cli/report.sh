#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# report.html: one file that needs nothing else, holds the results as they are, and is drawn by a browser without errors.
# The last needs chromium; without it that part says so.
. "$(dirname "$0")/lib.sh"

run run first-light --set first_light.storm_rounds=5 --sample 20us --profile run.folded --out r
check "exit status $status, $(cat .err)" [ "$status" = 0 ]
check 'the report is told of' grep -q '^Written: .*r/report\.html' .out
check 'samples are told of' grep -q '^Written: .*r/samples\.jsonl' .out

# In the page stand the results, the summary and the series; nothing is fetched.
check 'page' python3 - r <<'END'
import json, re, sys
folder = sys.argv[1]
page = open(folder + "/report.html", encoding="utf-8").read()
assert page.startswith("<!DOCTYPE html>") and page.endswith("</html>\n")
parts = {m[1]: json.loads(m[2]) for m in re.finditer(r'<script type="application/json" id="(\w+)">\n(.*?)</script>', page, re.S)}
assert sorted(parts) == ["results", "series", "summary"], sorted(parts)
assert parts["results"] == json.load(open(folder + "/results.json"))
assert parts["summary"]["text"] == open(folder + "/summary.txt").read()
assert len(parts["series"]["end_ps"]) > 10 and len(parts["series"]["lines"]) > 10
assert parts["series"]["interval_ps"] == 20000000
markup = re.sub(r"<script.*?</script>", "", page, flags=re.S)
assert not re.search(r"https?:|src=|href=|@import|url\(", markup), "the page refers to something outside"
END

# The samples add up to the run, and each line is JSON.
check 'samples' python3 - r <<'END'
import collections, json, sys
folder = sys.argv[1]
results = json.load(open(folder + "/results.json"))
sums, last = collections.Counter(), 0
lines = open(folder + "/samples.jsonl").read().splitlines()
for line in lines:
    window = json.loads(line)
    assert last <= window["begin_ps"] < window["end_ps"], window
    last = window["end_ps"]
    for key, value in window.items():
        sums[key] += value
assert len(lines) == results["sample_windows"]
checked = 0
for path, rows in results["statistics"].items():
    for name, row in rows.items():
        key = path + "." + name
        if "p50" in row:
            assert sums[key + ".count"] == row["count"], key
            checked += row["count"] > 0
        elif "mean" not in row and row["unit"] not in ("calls/s", "bytes/s", "B/s"):
            assert sums[key] == row["value"], (key, sums[key], row)
            checked += row["value"] > 0
assert checked > 100, checked
END

# Sampling and profiling look on: what comes out of the run is the same.
run run first-light --set first_light.storm_rounds=5 --out plain
check 'results do not change' python3 - r plain <<'END'
import json, sys
a, b = (json.load(open(folder + "/results.json")) for folder in sys.argv[1:])
for results in (a, b):
    results.pop("profile", None), results.pop("sample_windows"), results["configuration"].pop("run.sample")
assert a == b
END
check 'no samples where none are asked for' [ ! -e plain/samples.jsonl ]
run run first-light --set first_light.storm_rounds=5 --sample 1ms --sample-only 'phb0.dma_*' --out few
check 'only what was asked for' python3 - <<'END'
import json
keys = {key for line in open("few/samples.jsonl") for key in json.loads(line)} - {"begin_ps", "end_ps"}
assert keys == {"phb0.dma_reads", "phb0.dma_writes", "phb0.dma_read_bytes", "phb0.dma_write_bytes"}, keys
END

# Where time went: the lines of a file add up to what the results say, waits apart.
check 'profile' python3 - <<'END'
import json
results = json.load(open("r/results.json"))
profile = results["profile"]
assert not [finding for finding in results["findings"] if finding["kind"] == "profile-gap"]
assert sum(int(line.rsplit(" ", 1)[1]) for line in open("run.folded")) == profile["spent_ps"] > 0
assert sum(int(line.rsplit(" ", 1)[1]) for line in open("run.folded.waits")) == profile["waited_ps"] > 0
assert sum(p["total_ps"] for p in profile["places"] if not p["waiting"]) == profile["spent_ps"]
lines = open("run.folded").read().splitlines()
assert lines == sorted(lines, key=lambda line: line.rsplit(" ", 1)[0]) and len(lines) == len(set(lines))
stack = [line for line in lines if line.startswith("proc A;VFIO_IOMMU_MAP_DMA;") and ";tce_iommu_ioctl;" in line]
assert any(line.rsplit(" ", 1)[0].endswith(";xchg") for line in stack), stack[:3]
places = {(p["function"], p["file"], p["kind"]) for p in profile["places"]}
assert ("pnv_tce_xchg", "arch/powerpc/platforms/powernv/pci-ioda-tce.c", "xchg") in places
assert not any(p["file"].startswith("/") for p in profile["places"]), "a path of this host"
END
check 'top ten in the summary' [ "$(sed -n '/^Profile /,/^$/p' r/summary.txt | grep -cE '^ +[0-9.]+ %')" = 10 ]
run run first-light --set first_light.storm_rounds=1 --profile nowhere/at/all --out bad
check "unwritable profile: exit status $status" [ "$status" = 2 ]
check 'unwritable profile: says which file' grep -q '^nowhere/at/all: ' .err

browser=$(command -v chromium || command -v chromium-browser || true)
if [ -n "$browser" ]; then
	timeout 120 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$work/chromium" --virtual-time-budget=10000 \
		--dump-dom "file://$work/r/report.html" >dom 2>/dev/null
	body=$(grep -o '<body data-plots[^>]*>' dom)
	check "drawn: $body" grep -qE '^<body data-plots="(1[5-9]|2[0-9])" data-tables="[5-9]" data-errors="">$' <<<"$body"
else
	echo "no chromium: the report is not looked at"
fi
verdict 13
