// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/report/report.js - the page that report.html shows: plots and tables of one run, from the JSON that stands in the
 * page itself (results.json, series over time, the summary's text). Nothing is fetched from anywhere.
 *
 * In the end <body> tells a test how many plots and tables there are and what went wrong (data-plots, data-tables,
 * data-errors).
 */
"use strict";
(function () {
	const read = (id) => JSON.parse(document.getElementById(id).textContent);
	const results = read("results"), series = read("series");
	const stats = results.statistics;
	const colours = ["#2563a8", "#d9822b", "#3a8f5c", "#b5484f", "#7a5fb0", "#8c6d46", "#c46fa8", "#6b7684", "#a3a12f", "#3fa3b5"];
	const colour = (i) => colours[i % colours.length];
	let plots = 0, tables = 0;

	// ---- Numbers for people ----

	function scaled(value, steps, base) {
		let i = 0;
		while (i + 1 < steps.length && Math.abs(value) >= base) {
			value /= base;
			i++;
		}
		return (Math.abs(value) >= 100 || Number.isInteger(value) ? Math.round(value) : Number(value.toPrecision(3))) + " " + steps[i];
	}
	const time = (ps) => scaled(ps, ["ps", "ns", "us", "ms", "s"], 1000);
	const rate = (value) => scaled(value, ["B/s", "kB/s", "MB/s", "GB/s", "TB/s"], 1000);
	const calls = (value) => scaled(value, ["/s", "k/s", "M/s"], 1000);
	const count = (value) => value.toLocaleString("en").replace(/,/g, " ");
	const bytes = (value) => scaled(value, ["B", "KiB", "MiB", "GiB", "TiB"], 1024);
	function plain(value, unit) {
		if (unit === "ps")
			return time(value);
		return unit === "bytes" ? bytes(value) : count(value);
	}

	// ---- Pieces of the page ----

	const page = document.getElementById("page");

	function add(parent, tag, text, name) {
		const element = document.createElement(tag);
		if (text !== undefined)
			element.textContent = text;
		if (name)
			element.className = name;
		parent.appendChild(element);
		return element;
	}

	function section(title, about) {
		add(page, "h2", title);
		if (about)
			add(page, "p", about);
		return page;
	}

	/* rows: arrays of texts, or of [text, class]; columns that hold numbers are named in @numbers. */
	function table(parent, heads, rows, numbers) {
		const element = add(parent, "table");
		const head = add(add(element, "thead"), "tr");
		const body = add(element, "tbody");
		heads.forEach((text, i) => add(head, "th", text, numbers.includes(i) ? "n" : ""));
		for (const row of rows) {
			const line = add(body, "tr");
			row.forEach((cell, i) => {
				const [text, name] = Array.isArray(cell) ? cell : [cell, ""];
				add(line, "td", text, (numbers.includes(i) ? "n " : "") + (name || ""));
			});
		}
		tables++;
	}

	function plot(parent, title, config, wide) {
		const box = add(parent, "div", undefined, "plot" + (wide ? " wide" : ""));
		add(box, "h3", title);
		const canvas = add(add(box, "div", undefined, "canvas"), "canvas");
		config.options = Object.assign({animation: false, responsive: true, maintainAspectRatio: false}, config.options);
		config.options.plugins = Object.assign({legend: {position: "bottom", labels: {boxWidth: 12}}}, config.options.plugins);
		new Chart(canvas, config);
		plots++;
	}

	function axis(title, format, kind) {
		return {
			type: kind || "linear", title: {display: true, text: title}, beginAtZero: kind !== "logarithmic",
			ticks: {callback: (value) => format(value), maxTicksLimit: 8},
		};
	}

	function bars(parent, title, labels, sets, unit, format, options) {
		const value = axis(unit, format, options && options.log ? "logarithmic" : "linear");
		const sideways = options && options.sideways;
		plot(parent, title, {
			type: "bar",
			data: {labels: labels, datasets: sets.map((set, i) => ({label: set.label, data: set.data, backgroundColor: colour(i)}))},
			options: {
				indexAxis: sideways ? "y" : "x",
				scales: sideways ? {x: value} : {y: value},
				plugins: {
					legend: {display: sets.length > 1, position: "bottom", labels: {boxWidth: 12}},
					tooltip: {callbacks: {label: (item) => (sets.length > 1 ? item.dataset.label + ": " : "") + format(item.raw)}},
				},
			},
		}, options && options.wide);
	}

	// ---- Over time ----

	/* Points of a line; a gap between windows, in which nothing happened, becomes zeroes, or a break in what has no zero. */
	function points(values, zero) {
		const list = [];
		series.end_ps.forEach((end, i) => {
			const begin = series.begin_ps[i];
			if (i && begin > series.end_ps[i - 1]) {
				list.push({x: series.end_ps[i - 1], y: zero});
				list.push({x: begin, y: zero});
			}
			list.push({x: end, y: values(i)});
		});
		return list;
	}
	const seconds = (i) => (series.end_ps[i] - series.begin_ps[i]) / 1e12;
	const lines = (pattern, name) => series.lines.filter((line) => pattern.test(line.path) && line.name === name);

	function over_time(parent, title, sets, unit, format, kind) {
		if (!sets.length)
			return;
		plot(parent, title, {
			type: "line",
			data: {
				datasets: sets.map((set, i) => ({
					label: set.label, data: set.data, borderColor: colour(i), backgroundColor: colour(i),
					borderWidth: 1.3, pointRadius: 0, pointHitRadius: 6,
				})),
			},
			options: {
				parsing: false, normalized: true, interaction: {mode: "nearest", axis: "x", intersect: false},
				scales: {x: axis("simulated time", time), y: axis(unit, format, kind)},
				plugins: {
					tooltip: {
						callbacks: {
							title: (items) => (items.length ? time(items[0].parsed.x) : ""),
							label: (item) => item.dataset.label + ": " + format(item.parsed.y),
						},
					},
				},
			},
		});
	}

	const per_second = (line) => ({label: line.path + " " + line.name.replace(/_/g, " "), data: points((i) => line.value[i] / seconds(i), 0)});
	const percentile = (line, what) => ({
		label: line.path + " " + line.name.replace(/_/g, " ") + " " + what,
		data: points((i) => (line.count[i] ? line[what][i] : null), null),
	});

	function hit_ratio(path) {
		const of = (name) => (lines(new RegExp("^" + path + "$"), name)[0] || {value: []}).value;
		const hits = of("tce_hits"), misses = of("tce_misses");
		const sum = (i) => (hits[i] || 0) + (misses[i] || 0);
		return {label: path + " hits", data: points((i) => (sum(i) ? 100 * (hits[i] || 0) / sum(i) : null), null)};
	}

	function show_series() {
		if (!series || !series.lines.length)
			return;
		section("Over time", "Windows of " + time(series.interval_ps) +
			(series.windows_per_point > 1 ? "; each point stands for up to " + series.windows_per_point +
				" of them: rates are means, p50 a mean by count, p99 the largest." : "."));
		const grid = add(page, "div", undefined, "grid");
		const phb = /^phb\d+$/, pe = /^phb\d+\.(pe\d+|no_pe)$/, proc = /^proc\./;
		const rates = lines(pe, "read_bytes").concat(lines(pe, "write_bytes"));
		over_time(grid, "DMA of each PE", rates.slice(0, 20).map(per_second), "rate", rate);
		over_time(grid, "DMA read latency of each PE", lines(pe, "read_latency").slice(0, 8)
			.flatMap((line) => [percentile(line, "p50"), percentile(line, "p99")]), "time in the PHB", time);
		over_time(grid, "TCE cache", [...new Set(lines(phb, "tce_hits").map((line) => line.path))].map(hit_ratio), "hits",
			(value) => Number(value.toFixed(1)) + " %");
		over_time(grid, "Waiting in the PHB, p99 by stage", series.lines
			.filter((line) => phb.test(line.path) && line.name.startsWith("stage_")).map((line) => percentile(line, "p99")), "time", time);
		over_time(grid, "MAP and UNMAP", lines(proc, "maps").concat(lines(proc, "unmaps")).map(per_second), "calls", calls);
		over_time(grid, "Latency of MAP and UNMAP", lines(proc, "ioctl_map_dma").concat(lines(proc, "ioctl_unmap_dma"))
			.flatMap((line) => [percentile(line, "p50"), percentile(line, "p99")]), "time in the call", time, "logarithmic");
	}

	// ---- The whole run ----

	const tails = [["p50", "p50"], ["p90", "p90"], ["p99", "p99"], ["p99.9", "p99_9"]];
	const paths = (pattern) => Object.keys(stats).filter((path) => pattern.test(path));

	/* A group of bars per statistic that has samples. */
	function tail_bars(parent, title, object, names) {
		const used = names.filter(([name]) => object[name] && object[name].count);
		if (used.length)
			bars(parent, title, used.map(([, label]) => label),
				tails.map(([label, key]) => ({label: label, data: used.map(([name]) => object[name][key])})), "time", time, {log: true});
	}

	const dma_sizes = ["upto_64", "upto_128", "upto_256", "upto_512", "upto_1k", "over_1k"];
	const map_sizes = ["upto_4k", "upto_64k", "upto_256k", "upto_1m", "upto_4m", "upto_16m", "upto_64m", "over_64m"];
	const stages = ["front", "rtc", "walker", "walk", "order", "tag", "memory"];
	const label = (text) => text.replace("upto_", "≤ ").replace("over_", "> ").replace("k", " KiB").replace("m", " MiB");

	function show_phbs() {
		for (const path of paths(/^phb\d+$/)) {
			const phb = stats[path];
			if (!["read_latency", "write_latency", "kill_latency", "msi_latency"].some((name) => phb[name].count))
				continue;
			section(path, "Latency and queueing of requests of devices. A stage counts those that waited there.");
			const grid = add(page, "div", undefined, "grid");
			for (const way of ["read", "write"])
				tail_bars(grid, "DMA " + way + " latency by size (bytes)", phb, dma_sizes.map((size) => [way + "_latency_" + size, label(size)]));
			tail_bars(grid, "Time by stage", phb, stages.map((stage) => ["stage_" + stage, stage]));
			const spent = stages.map((stage) => phb["stage_" + stage].count * phb["stage_" + stage].mean);
			if (spent.some((value) => value))
				bars(grid, "Where requests spent their time, added up", stages, [{label: "time", data: spent}], "time", time, {sideways: true});
			tail_bars(grid, "Walks, kills, MSIs", phb, [["walk_latency", "walk"], ["kill_latency", "kill"], ["msi_latency", "MSI"]]);
			show_pes(path);
		}
	}

	function show_pes(path) {
		const cell = (hist, key) => (hist.count ? time(hist[key]) : "-");
		const rows = paths(new RegExp("^" + path + "\\.(pe\\d+|no_pe)$")).map((name) => {
			const pe = stats[name];
			return [name, count(pe.read_latency.count), bytes(pe.read_bytes.value), cell(pe.read_latency, "p50"), cell(pe.read_latency, "p99"),
				count(pe.write_latency.count), bytes(pe.write_bytes.value), cell(pe.write_latency, "p50"), cell(pe.write_latency, "p99")];
		});
		if (rows.length)
			table(page, ["PE", "reads", "", "p50", "p99", "writes", "", "p50", "p99"], rows, [1, 2, 3, 4, 5, 6, 7, 8]);
	}

	function show_processes() {
		const procs = paths(/^proc\./);
		if (!procs.length)
			return;
		section("User processes", "System calls as their callers see them, from entry to return.");
		const grid = add(page, "div", undefined, "grid");
		for (const path of procs)
			for (const what of ["map", "unmap"])
				tail_bars(grid, path + ": " + what.toUpperCase() + "_DMA by size", stats[path],
					map_sizes.map((size) => [what + "_" + size, label(size)]));
		const rows = [];
		for (const path of procs)
			for (const [name, value] of Object.entries(stats[path]))
				if (/^(ioctl|sys)_/.test(name) && value.count)
					rows.push([path, name, count(value.count), time(value.mean), time(value.p50), time(value.p90), time(value.p99),
						time(value.p99_9), time(value.max)]);
		table(page, ["process", "call", "count", "mean", "p50", "p90", "p99", "p99.9", "max"], rows, [2, 3, 4, 5, 6, 7, 8]);
	}

	function show_software() {
		const kinds = Object.entries(stats.kernel || {}).filter(([name, value]) => name.endsWith("_time") && value.value)
			.sort((a, b) => b[1].value - a[1].value);
		section("Time of software", "What hosted code was charged, by kind of cost (kernel.cost.*).");
		if (kinds.length)
			bars(add(page, "div", undefined, "grid"), "By kind of cost", kinds.map(([name]) => name.replace("_time", "")),
				[{label: "time", data: kinds.map(([, value]) => value.value)}], "time", time, {sideways: true, wide: true, log: true});
		if (!results.profile)
			return;
		add(page, "p", time(results.profile.spent_ps) + " spent, by place in hosted code (--profile):");
		table(page, ["time", "share", "kind", "function", "place"], results.profile.places.filter((place) => !place.waiting).slice(0, 40)
			.map((place) => [time(place.total_ps), (100 * place.total_ps / results.profile.spent_ps).toFixed(1) + " %", place.kind,
				place.function, place.file ? place.file + ":" + place.line : ""]), [0, 1]);
	}

	function show_findings() {
		if (!results.findings.length)
			return;
		section("Findings");
		table(page, ["severity", "kind", "at", "count", "what"], results.findings.slice(0, 200).map((finding) => [
			[finding.severity, finding.severity], finding.kind, time(finding.when_ps), count(finding.count),
			finding.text + (finding.site ? " [" + finding.site + "]" : ""),
		]), [2, 3]);
		if (results.findings.length > 200)
			add(page, "p", "and " + (results.findings.length - 200) + " more in results.json");
	}

	function folded(title) {
		const details = add(page, "details");
		add(details, "summary", title);
		return details;
	}

	function show_rest() {
		section("All of it");
		table(folded("Configuration"), ["key", "value", "source", "where"], Object.entries(results.configuration)
			.map(([key, row]) => [key, row.value, [row.source, row.source], row.where]), []);
		const rows = [];
		for (const [path, object] of Object.entries(stats))
			for (const [name, row] of Object.entries(object))
				if (row.value || row.count)
					rows.push([path, name, row.value !== undefined ? plain(row.value, row.unit) : count(row.count) + " samples, mean " + plain(row.mean, row.unit) +
						(row.p99 !== undefined ? ", p50 " + plain(row.p50, row.unit) + ", p99 " + plain(row.p99, row.unit) : "")]);
		table(folded("Statistics that are not zero"), ["path", "name", "value"], rows, []);
		table(folded("Hosted kernel files"), ["file", "SHA-256", "role"], results.kernel.hosted_files
			.map((file) => [file.path, file.sha256, file.role]), []);
	}

	function show_head() {
		document.title = "phbsim: " + results.scenario;
		add(page, "h1", results.scenario + ": " + results.title);
		const facts = add(page, "div", undefined, "facts");
		add(facts, "span", results.verdict, "badge " + results.verdict);
		add(facts, "span", "  machine " + results.machine + ", Linux " + results.kernel.version + " with " + bytes(results.kernel.page_bytes) +
			" pages, seed " + results.seed + ", " + time(results.simulated_time_ps) + " simulated, phbsim " + results.phbsim);
		add(page, "pre", read("summary").text);
	}

	const errors = [];
	for (const show of [show_head, show_findings, show_series, show_phbs, show_processes, show_software, show_rest]) {
		try {
			show();
		} catch (error) {
			errors.push(show.name + ": " + error.message);
			add(page, "p", "This part could not be shown: " + error.message);
		}
	}
	document.body.dataset.plots = plots;
	document.body.dataset.tables = tables;
	document.body.dataset.errors = errors.join("; ");
})();
