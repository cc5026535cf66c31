// What every page does: the two switches, opening what an address points to, the search, the charts.
"use strict";
(function () {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  function isDark() { return root.dataset.theme ? root.dataset.theme === "dark" : dark.matches; }
  function isEnglish() { return !root.classList.contains("no-english"); }

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  // Chinese, and English beside it.
  function both(zh, en) {
    if (!en || en === zh) return [zh];
    const english = element("span", {}, en);
    english.lang = "en";
    return [zh + " ", english];
  }

  Object.assign(window.ogi, { element, both });

  // --- switches

  const redrawn = [];

  function switches() {
    const theme = document.getElementById("theme");
    const english = document.getElementById("english");
    function show() {
      theme.textContent = isDark() ? "浅色" : "深色";
      theme.setAttribute("aria-label", isDark() ? "改用浅色 Light" : "改用深色 Dark");
      english.setAttribute("aria-pressed", String(isEnglish()));
      redrawn.forEach(function (draw) { draw(); });
    }
    theme.hidden = english.hidden = false;
    theme.addEventListener("click", function () {
      root.dataset.theme = isDark() ? "light" : "dark";
      window.ogi.remember("theme", root.dataset.theme);
      show();
    });
    english.addEventListener("click", function () {
      root.classList.toggle("no-english");
      window.ogi.remember("english", isEnglish() ? "on" : "off");
      show();
    });
    dark.addEventListener("change", show);
    show();
  }

  // --- what an address points to may lie in something folded

  function unfold() {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch (error) { return; }
    const target = id && document.getElementById(id);
    if (!target) return;
    let folded = target.tagName === "DETAILS" ? target : target.parentElement.closest("details");
    const wasFolded = folded && !folded.open;
    for (; folded; folded = folded.parentElement.closest("details")) folded.open = true;
    if (wasFolded) target.scrollIntoView();
  }

  // On paper nothing can be unfolded, so that all is; but for what only repeats the source.
  function paper() {
    let opened = [];
    addEventListener("beforeprint", function () {
      opened = Array.from(document.querySelectorAll("details:not([open], .more)"));
      for (const folded of opened) folded.open = true;
    });
    addEventListener("afterprint", function () {
      for (const folded of opened) folded.open = false;
      opened = [];
    });
  }

  // --- search

  // Places and names overlap: 河南省新乡市红旗区 + 红旗区东街… is looked through as one.
  function joined(place, name) {
    for (let length = Math.min(place.length, name.length); length > 1; length--) {
      if (place.endsWith(name.slice(0, length))) return place + name.slice(length);
    }
    return place + name;
  }

  function plain(text) { return text.normalize("NFKC").toLowerCase(); }

  function prepared(agencies) {
    const places = agencies.places.map(function (place) {
      return { full: place.join(""), shown: place.filter(Boolean).join(" ") };
    });
    return agencies.rows.map(function (row) {
      const place = places[row[3]];
      return { row, place: place.shown, name: plain(row[1]),
               all: plain([row[1], row[2], joined(place.full, row[1])].join("\n")) };
    });
  }

  function found(entries, words) {
    const hits = entries.filter(function (entry) {
      return words.every(function (word) { return entry.all.includes(word); });
    });
    // What begins with the first word stands before what has all words in its name, then the rest; else as listed.
    function rank(entry) {
      if (entry.name.startsWith(words[0])) return 0;
      return words.every(function (word) { return entry.name.includes(word); }) ? 1 : 2;
    }
    return [0, 1, 2].flatMap(function (wanted) { return hits.filter(function (hit) { return rank(hit) === wanted; }); });
  }

  function search() {
    const input = document.getElementById("q");
    if (!input) return;
    const panel = document.querySelector(".found");
    const list = document.getElementById("q-found");
    const status = document.getElementById("q-status");
    const most = 50;
    let entries = null;

    async function ready() {
      if (!entries) entries = prepared(await window.ogi.load("data/agencies.js", "agencies"));
    }

    function line(hit) {
      const [id, , aliases, , , first, last, reports, issues] = hit.row;
      const link = element("a", { href: root.dataset.root + "agencies/" + id + ".html" }, element("bdi", {}, hit.row[1]));
      const years = reports ? (first === last ? first : first + "–" + last) : "无报告";
      const more = [hit.place || "地区未定", years, aliases && "又名 " + aliases, issues && "问题 " + issues];
      return element("li", {}, link, " ", element("small", {}, element("bdi", {}, more.filter(Boolean).join(" · "))));
    }

    function show() {
      const words = plain(input.value).split(/\s+/).filter(Boolean);
      if (!words.length || !entries) {
        panel.hidden = true;
        list.replaceChildren();
        status.textContent = "";
        return;
      }
      const hits = found(entries, words);
      list.replaceChildren(...hits.slice(0, most).map(line));
      const said = hits.length > most ? "共 " + hits.length + " 个机关，列出前 " + most + " 个" : "共 " + hits.length + " 个机关";
      status.replaceChildren(...both(said, hits.length + " agencies"));
      panel.hidden = false;
    }

    async function typed() {
      try { await ready(); } catch (error) {
        panel.hidden = false;
        status.textContent = "读不到 data/agencies.js，文件夹可能不完整。";
        return;
      }
      show();
    }

    function links() { return Array.from(list.querySelectorAll("a")); }

    input.addEventListener("focus", function () { ready().then(show, function () {}); });
    input.addEventListener("input", typed);
    input.form.addEventListener("submit", async function (event) {
      event.preventDefault();
      await typed();
      if (links().length) links()[0].click();
    });
    input.form.addEventListener("keydown", function (event) {
      const at = links().indexOf(document.activeElement);
      if (event.key === "Escape") {
        input.value = "";
        show();
        input.focus();
      } else if (event.key === "ArrowDown" && at + 1 < links().length) {
        event.preventDefault();
        links()[at + 1].focus();
      } else if (event.key === "ArrowUp" && at >= 0) {
        event.preventDefault();
        (at ? links()[at - 1] : input).focus();
      }
    });
    function leave(event) {
      if (!input.form.contains(event.target)) panel.hidden = true;
    }
    document.addEventListener("click", leave);
    document.addEventListener("focusin", leave);
    const asked = new URLSearchParams(location.search).get("q");
    if (asked) {
      input.value = asked;
      typed();
    }
  }

  // --- charts: the numbers are those of the table beside each

  function numbers(table) {
    const heads = Array.from(table.tHead.rows[0].cells);
    const series = heads.map(function (head) {
      const english = head.querySelector("[lang=en]");
      const zh = head.firstChild.textContent.trim();
      return { drawn: "s" in head.dataset, said: isEnglish() && english ? zh + " " + english.textContent : zh };
    });
    const values = [];
    for (const row of table.tBodies[0].rows) {
      const label = row.cells[0].firstChild.textContent.trim();
      const own = row.dataset.series;
      for (let k = 1; k < row.cells.length; k++) {
        if (!series[k].drawn) continue;
        const v = row.cells[k].dataset.v;
        const s = own ? (isEnglish() ? own + " " + row.dataset.en : own) : series[k].said;
        const n = row.cells[k].dataset.n || "";
        values.push({ x: label, s, k: own ? Number(row.dataset.k) : k, v: v === undefined ? null : Number(v), n });
      }
    }
    return values;
  }

  // As many legend entries beside each other as there is room for the longest.
  function legend(table, width) {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = "12px " + getComputedStyle(root).getPropertyValue("--sans");
    const longest = Math.max(...table.map(function (row) { return pen.measureText(row.s).width; }));
    const columns = Math.max(1, Math.min(3, Math.floor(width / (longest + 40))));
    return { columns, labelLimit: width / columns - 28 };
  }

  // Colours by the names that the style sheet has for them: it decides whether they are light, dark or on paper.
  function config(colours, table, width) {
    const style = getComputedStyle(root);
    function of(name) { return "var(--" + name + ")"; }
    const text = { labelColor: of("soft"), titleColor: of("soft"), labelFontSize: 12, titleFontWeight: "normal" };
    return {
      background: "transparent", font: style.getPropertyValue("--sans"), aria: false,
      view: { stroke: null },
      range: { category: colours.map(function (name) { return of("c-" + name); }) },
      axis: { ...text, gridColor: of("line"), domainColor: of("line"), tickColor: of("line"), labelPadding: 6 },
      legend: { ...text, labelColor: of("ink"), ...legend(table, width), symbolSize: 110, padding: 0, offset: 14 },
      text: { color: of("ink"), fontSize: 12 }, bar: { stroke: of("paper"), strokeWidth: 1 },
    };
  }

  async function draw(place) {
    const specs = await window.ogi.load("static/specs.js", "charts");
    await window.ogi.load("static/vega.js");
    const table = numbers(document.querySelector('table[data-of="' + place.dataset.chart + '"]'));
    const spec = { ...specs[place.dataset.chart], datasets: { table } };
    // Charts of one row a name are as high as they have names.
    if (spec.usermeta.step) spec.height = spec.usermeta.step * new Set(table.map(function (row) { return row.x; })).size;
    await window.vegaEmbed(place, spec, {
      mode: "vega-lite", renderer: "svg", actions: false, ast: true, logLevel: 1,
      config: config(spec.usermeta.colours, table, place.clientWidth),
      tooltip: { theme: isDark() ? "dark" : "light" },
    });
    // Its place says in words what it shows; the table has the numbers.
    place.querySelector("svg").setAttribute("aria-hidden", "true");
    place.dataset.drawn = "yes";
  }

  function charts() {
    const places = Array.from(document.querySelectorAll("[data-chart]"));
    const shown = new Set();
    async function show(place) {
      try { await draw(place); } catch (error) {
        place.textContent = "图未能画出，数字见表。";
        console.error(error);
      }
    }
    const seen = new IntersectionObserver(function (entries) {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        seen.unobserve(entry.target);
        shown.add(entry.target);
        show(entry.target);
      }
    }, { rootMargin: "300px" });
    places.forEach(function (place) { seen.observe(place); });
    // Those further down are drawn when there is time, so that paper has them too.
    function rest() {
      for (const place of places) {
        if (shown.has(place) || !place.clientWidth) continue;
        seen.unobserve(place);
        shown.add(place);
        show(place);
      }
    }
    addEventListener("load", function () { (window.requestIdleCallback || setTimeout)(rest); });
    addEventListener("beforeprint", rest);
    redrawn.push(function () { shown.forEach(show); });
  }

  charts();
  paper();
  switches();
  search();
  addEventListener("hashchange", unfold);
  unfold();
})();
