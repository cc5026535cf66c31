// The search for agencies: by name, by pinyin and initials, by place and region code, and one letter off.
"use strict";
(function () {
  const { element, said, plain } = window.ogi;
  const root = document.documentElement;

  // Places and names overlap: 河南省新乡市红旗区 + 红旗区东街… is looked through as one.
  function joined(place, name) {
    for (let length = Math.min(place.length, name.length); length > 1; length--) {
      if (place.endsWith(name.slice(0, length))) return place + name.slice(length);
    }
    return place + name;
  }

  function prepared(agencies) {
    const places = agencies.places.map(function ([province, city, county, code]) {
      const shown = [province, city, county].filter(Boolean);
      return { full: shown.join(""), shown: shown.join(" "), code };
    });
    const readings = new Map(Object.entries(agencies.readings).map(function ([character, all]) {
      return [character, all.split(" ")];
    }));
    const entries = agencies.rows.map(function (row) {
      const place = places[row[3]];
      const whole = joined(place.full, row[1]);
      return { row, place: place.shown, name: plain(row[1]), code: place.code,
               all: plain([row[1], row[2], whole].join("\n")), read: row[2] ? whole + "\n" + row[2] : whole };
    });
    return { entries, readings };
  }

  // --- one word in one text

  function isPinyin(word) { return /^[a-z]+$/.test(word); }

  // A test whether pinyin stands in a text: each character by a syllable, by its initial unless whole syllables are
  // wanted, the last one by what is typed so far. Bits say how far the word may have come; what a character does to
  // them is worked out once.
  function speller(typed, readings, whole) {
    const word = typed.slice(0, 30), end = 1 << word.length, steps = [];
    function stepsOf(character) {
      const found = [];
      for (let at = 0; at < word.length; at++) {
        let next = 0;
        const rest = word.slice(at);
        for (const syllable of readings.get(character) || [character]) {
          if (rest.startsWith(syllable)) next |= 1 << (at + syllable.length);
          else if (syllable.startsWith(rest)) next |= end;
          if (!whole && syllable[0] === rest[0]) next |= 1 << (at + 1);
        }
        if (next) found.push([1 << at, next]);
      }
      return found;
    }
    return function (text) {
      let reached = 1;
      for (let at = 0; at < text.length; at++) {
        const code = text.charCodeAt(at), known = steps[code] || (steps[code] = stepsOf(text[at]));
        let next = 1;
        for (const [from, to] of known) if (reached & from) next |= to;
        if (next & end) return true;
        reached = next;
      }
      return false;
    };
  }

  // Is there a part of a text that is the word but for one letter: another, one too many, one left out, two exchanged?
  function nearly(word, text) {
    const half = word.length >> 1, halves = [word.slice(0, half), word.slice(half)];
    const inMiddle = word.slice(0, half - 1) + word[half] + word[half - 1] + word.slice(half + 1);
    if (text.includes(inMiddle)) return true;
    // With one letter wrong one of the halves is right: the other one is compared where it would have to stand.
    for (let at = text.indexOf(halves[0]); at >= 0; at = text.indexOf(halves[0], at + 1)) {
      if (begins(halves[1], text.slice(at + half, at + word.length + 1))) return true;
    }
    const turned = halves[0].split("").reverse().join("");
    for (let at = text.indexOf(halves[1]); at >= 0; at = text.indexOf(halves[1], at + 1)) {
      if (begins(turned, text.slice(Math.max(0, at - half - 1), at).split("").reverse().join(""))) return true;
    }
    return false;
  }

  // Does a text begin with the word, but for one letter?
  function begins(word, text) {
    let same = 0;
    while (same < word.length && word[same] === text[same]) same++;
    const rest = word.slice(same + 1);
    return same === word.length
      || text.slice(same + 1).startsWith(rest) && text.length > same
      || text.slice(same).startsWith(rest)
      || text.slice(same + 1).startsWith(word.slice(same))
      || text[same] === word[same + 1] && text[same + 1] === word[same] && text.slice(same + 2).startsWith(rest.slice(1));
  }

  // --- all words in all agencies

  // The agencies that have all words, and whether one of the words is only nearly there.
  function found({ entries, readings }, words) {
    // What begins with the first word stands before what has all words in its name, then the rest; else as listed.
    function rank(entry) {
      if (entry.name.startsWith(words[0])) return 0;
      return words.every(function (word) { return entry.name.includes(word); }) ? 1 : 2;
    }
    function those(has) {
      return entries.filter(function (entry) { return words.every(function (word) { return has(word, entry); }); });
    }
    function exactly(word, entry) {
      return entry.all.includes(word) || /^\d{2,}$/.test(word) && entry.code.startsWith(word);
    }
    function read(whole) {
      const spelled = new Map(words.filter(isPinyin).map(function (word) { return [word, speller(word, readings, whole)]; }));
      return function (word, entry) {
        return exactly(word, entry) || spelled.has(word) && spelled.get(word)(entry.read);
      };
    }
    const hits = those(exactly);
    if (hits.length) {
      const ranked = hits.map(rank);
      return { hits: [0, 1, 2].flatMap(function (r) { return hits.filter(function (_, at) { return ranked[at] === r; }); }) };
    }
    const byInitials = read(false);
    if (words.some(isPinyin)) {
      const syllables = those(read(true));
      const shown = syllables.length ? syllables : those(byInitials);
      if (shown.length) return { hits: shown };
    }
    return { near: true, hits: those(function (word, entry) {
      return byInitials(word, entry) || word.length > 2 && !isPinyin(word) && nearly(word, entry.all);
    }) };
  }

  // --- the page

  function search() {
    const input = document.getElementById("q");
    if (!input) return;
    const panel = document.querySelector(".found");
    const list = document.getElementById("q-found");
    const status = document.getElementById("q-status");
    const most = 50;
    let agencies = null;

    async function ready() {
      if (!agencies) agencies = prepared(await window.ogi.load("data/agencies.js", "agencies"));
    }

    function line(hit) {
      const [id, name, aliases, , first, last, reports, issues] = hit.row;
      const link = element("a", { href: root.dataset.root + "agencies/" + id + ".html" }, element("bdi", {}, name));
      const missing = reports && last - first + 1 - reports;
      const years = reports ? [first === last ? first : first + "–" + last] : said("无报告", "no report");
      const more = [
        [element("bdi", {}, hit.place), ...(hit.code ? [" " + hit.code] : [])],
        [...years, ...(missing ? [" ", ...said("（缺 " + missing + " 年）", "(" + missing + " missing)")] : [])],
        aliases && [...said("又名 ", "also "), element("bdi", {}, aliases)],
        issues && said("矛盾 " + issues, "contradictions: " + issues),
      ].filter(Boolean);
      if (!hit.place) more[0] = said("地区未定", "not placed");
      return element("li", {}, link, " ", element("small", {}, ...more.flatMap(function (part, at) {
        return at ? [" · ", ...part] : part;
      })));
    }

    function hint() {
      const places = root.dataset.root + "places.html";
      return [
        ...said("没有找到。可以少写几个字，或用拼音（hongqi）、首字母（hqq）、区划代码（4107），", "Nothing found. Try fewer letters, pinyin (hongqi), initials (hqq) or a region code (4107), "),
        element("a", { href: places }, ...said("或按地区查找。", "or look under the regions.")),
      ];
    }

    function show() {
      const words = plain(input.value).split(/\s+/).filter(Boolean);
      if (!words.length || !agencies) {
        panel.hidden = true;
        list.replaceChildren();
        status.textContent = "";
        return;
      }
      const { hits, near } = found(agencies, words);
      list.replaceChildren(...hits.slice(0, most).map(line));
      const count = hits.length;
      const all = said("共 " + count + " 个机关", count + " agencies");
      const first = count > most ? said("，列出前 " + most + " 个", ", the first " + most + " listed") : [];
      const nearly = near ? said("没有完全相符的，以下相近：", "Nothing fits exactly; these are near: ") : [];
      status.replaceChildren(...(count ? [...nearly, ...all, ...first] : hint()));
      panel.hidden = false;
    }

    async function typed() {
      try { await ready(); } catch (error) {
        panel.hidden = false;
        status.replaceChildren(...said("读不到 data/agencies.js，文件夹可能不完整。", "data/agencies.js cannot be read: the folder may not be whole."));
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

  Object.assign(window.ogi, { prepared, found });
  search();
})();
