// The list of contradictions: the index of all issues is filtered here, texts are loaded for what is shown.
"use strict";
(async function () {
  const { element, both, load } = window.ogi;
  const form = document.getElementById("filters");
  const list = document.getElementById("list");
  const count = document.getElementById("count");
  const pager = document.getElementById("pager");
  const perPage = 50;
  let agencies, index, severityOf, provinceOf;
  let asked = 0; // the latest question; answers to earlier ones are dropped
  let hits = [], complete = true, page = 0;

  function texts(position) { return load("data/issues-" + shard(position) + ".js", "issues-" + shard(position)); }
  function shard(position) { return Math.floor(position / index.size); }
  function plain(text) { return text.normalize("NFKC").toLowerCase(); }

  function filters() {
    return Object.fromEntries(Array.from(new FormData(form)).filter(function (pair) { return pair[1].trim(); }));
  }

  // Positions that the filters leave, without the words.
  function fitting(wanted) {
    const severity = ["error", "warning", "info"].indexOf(wanted.severity);
    const notes = wanted.severity || wanted.rule; // notes are not contradictions: only where they are asked for
    const rule = index.rules.findIndex(function (known) { return known[0] === wanted.rule; });
    const year = Number(wanted.year), province = wanted.province === "-" ? "" : wanted.province;
    const left = [];
    for (let i = 0; i < index.rule.length; i++) {
      if (index.waived[i] && !wanted.waived) continue;
      if (!notes && severityOf[index.rule[i]] === 2) continue;
      if (severity >= 0 && severityOf[index.rule[i]] !== severity) continue;
      if (wanted.rule && index.rule[i] !== rule) continue;
      if (wanted.year && index.year[i] !== year) continue;
      if (wanted.province && provinceOf[index.agency[i]] !== province) continue;
      left.push(i);
    }
    return left;
  }

  function line(position, text) {
    const [rule, severity, zh, en] = index.rules[index.rule[position]];
    const [id, name] = agencies.rows[index.agency[position]];
    const year = index.year[position];
    const [where, whereEn] = index.cells[index.cell[position]];
    const [message, messageEn, source, suggestion, page] = text;
    const code = ["error", "warning", "info"][severity];
    const link = element("a", { href: "agencies/" + id + ".html#m" + year + "-" + index.number[position] },
      element("bdi", {}, name), " " + year + " 年");
    const head = element("p", {}, element("span", { className: "badge" }, index.severities[severity][0]), " ", link, " ",
      element("b", {}, ...both(zh, en)));
    const more = element("p", { className: "soft" });
    const known = index.waived[position] ? "已知" : "";
    const place = page ? "第 " + page + " 页" : source && "第 " + source + " 行";
    more.append([where, place, suggestion && "建议核对：" + suggestion, known].filter(Boolean).join(" · "));
    const item = element("li", { className: code + (index.waived[position] ? " waived" : "") }, head,
      element("p", {}, element("bdi", {}, ...both(message, messageEn))));
    if (more.textContent) item.append(more);
    return item;
  }

  async function show() {
    const question = asked;
    const positions = hits.slice(page * perPage, (page + 1) * perPage);
    const lines = [];
    for (const position of positions) {
      const text = (await texts(position))[position % index.size];
      if (question !== asked) return;
      lines.push(line(position, text));
    }
    list.replaceChildren(...lines);
    list.start = page * perPage + 1;
    const pages = Math.max(1, Math.ceil(hits.length / perPage));
    const said = (complete ? "共 " : "已找到 ") + hits.length + " 条" + (complete ? "" : "，还在查找…");
    count.replaceChildren(...both(said, hits.length + (complete ? " in all" : " so far")));
    document.getElementById("page").textContent = page + 1 + " / " + pages;
    document.getElementById("before").disabled = page === 0;
    document.getElementById("after").disabled = page + 1 >= pages;
    pager.hidden = pages === 1;
  }

  async function filter() {
    try { await filtered(++asked); } catch (error) { fail(error); }
  }

  async function filtered(question) {
    const wanted = filters();
    const words = plain(wanted.text || "").split(/\s+/).filter(Boolean);
    const left = fitting(wanted);
    page = 0;
    if (!words.length) {
      hits = left;
      complete = true;
      return show();
    }
    // Words are looked for in the agency and the message, file by file; what is found is shown as it comes.
    hits = [];
    complete = false;
    let from = -1;
    for (const position of left) {
      const text = (await texts(position))[position % index.size];
      if (question !== asked) return;
      const row = agencies.rows[index.agency[position]];
      const all = plain([row[1], row[2], agencies.places[row[3]].join(""), text[0], text[1]].join("\n"));
      if (words.every(function (word) { return all.includes(word); })) hits.push(position);
      if (shard(position) !== from) {
        from = shard(position);
        if (hits.length < perPage) await show();
        if (question !== asked) return;
      }
    }
    complete = true;
    return show();
  }

  function fromAddress() {
    const wanted = new URLSearchParams(location.hash.slice(1));
    form.reset();
    for (const [name, value] of wanted) {
      const field = form.elements[name];
      if (!field) continue;
      if (field.type === "checkbox") field.checked = true;
      else field.value = value;
    }
  }

  function toAddress() {
    history.replaceState(null, "", "#" + new URLSearchParams(filters()));
  }

  async function turn(by) {
    page += by;
    try { await show(); } catch (error) { return fail(error); }
    list.scrollIntoView();
    list.querySelector("a").focus({ preventScroll: true });
  }

  function fail(error) { count.textContent = "读不到 " + error.message + "，文件夹可能不完整。"; }

  try {
    agencies = await load("data/agencies.js", "agencies");
    index = await load("data/issues.js", "issues");
  } catch (error) {
    fail(error);
    return;
  }
  severityOf = index.rules.map(function (rule) { return rule[1]; });
  provinceOf = agencies.rows.map(function (row) { return agencies.places[row[3]][0]; });
  form.hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("input", function () { toAddress(); filter(); });
  form.addEventListener("reset", function () { setTimeout(function () { toAddress(); filter(); }); });
  document.getElementById("before").addEventListener("click", function () { turn(-1); });
  document.getElementById("after").addEventListener("click", function () { turn(1); });
  addEventListener("hashchange", function () { fromAddress(); filter(); });
  fromAddress();
  filter();
})();
