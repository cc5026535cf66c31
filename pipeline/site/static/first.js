// Before the page is drawn: light or dark, English or Chinese; and how data comes in, since a folder lets nothing be fetched.
"use strict";
window.ogi = (function () {
  const root = document.documentElement;
  const waiting = new Map();
  const there = new Map();

  function remembered(name) {
    try { return localStorage.getItem("ogi-" + name); } catch (error) { return null; }
  }

  function remember(name, value) {
    try { localStorage.setItem("ogi-" + name, value); } catch (error) { /* a browser that keeps nothing */ }
  }

  // Called by every file of data.
  function take(name, value) { there.set(name, value); }

  // Load a script of the site; the value that it hands over, if any.
  function load(path, name) {
    if (!waiting.has(path)) {
      waiting.set(path, new Promise(function (resolve, reject) {
        const script = document.createElement("script");
        script.src = root.dataset.root + path;
        script.onload = function () { resolve(there.get(name)); };
        script.onerror = function () { waiting.delete(path); reject(new Error(path)); };
        document.head.append(script);
      }));
    }
    return waiting.get(path);
  }

  const theme = remembered("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  const english = remembered("english") || (/^zh/i.test(navigator.language) ? "off" : "on");
  root.classList.add("scripted");
  root.classList.toggle("english", english === "on");
  return { take, load, remember };
})();
