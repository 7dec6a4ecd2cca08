
"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const stops = all(".change").length ? all(".change") : all(".shown");
  const told = document.getElementById("told");
  const help = document.getElementById("help");
  const toolbar = document.querySelector(".toolbar");
  let current = -1;

  function go(step) {
    if (!stops.length) return;
    current = current < 0 ? (step > 0 ? 0 : stops.length - 1) : (current + step + stops.length) % stops.length;
    show(stops[current]);
  }
  function show(stop) {
    all(".current").forEach((each) => each.classList.remove("current"));
    for (let at = stop; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    stop.classList.add("current");
    stop.scrollIntoView({ block: "start" });
    (stop.querySelector("h3") || stop).focus({ preventScroll: true });
    place();
    told.textContent = `${current + 1} of ${stops.length}`;
  }
  function place() {
    const here = toolbar.querySelector(".place");
    here.textContent = stops.length ? `${current < 0 ? "–" : current + 1} / ${stops.length}` : "";
  }

  function foldAll() {
    const button = toolbar.querySelector("[data-do=fold]");
    const open = button.getAttribute("aria-pressed") !== "true";
    all("main details").forEach((each) => { each.open = open; });
    button.setAttribute("aria-pressed", String(open));
    button.textContent = open ? "Fold all" : "Open all";
    told.textContent = open ? "Everything is open" : "Everything is folded";
  }

  const themes = ["system", "light", "dark"];
  const kept = { get: () => { try { return localStorage.getItem("nbhotel-theme"); } catch { return null; } },
                 set: (name) => { try { localStorage.setItem("nbhotel-theme", name); } catch { /* a page from a file may keep nothing */ } } };
  function theme(name) {
    if (name === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    const button = toolbar.querySelector("[data-do=theme]");
    button.setAttribute("aria-label", `Theme: ${name}`);
    button.firstElementChild.textContent = { system: "◐", light: "○", dark: "●" }[name];
  }
  function nextTheme() {
    const now = document.documentElement.dataset.theme || "system";
    const next = themes[(themes.indexOf(now) + 1) % themes.length];
    theme(next);
    kept.set(next);
    told.textContent = `Theme: ${next}`;
  }

  const deeds = { next: () => go(1), previous: () => go(-1), fold: foldAll, theme: nextTheme, help: () => help.showModal() };
  const keys = { n: "next", j: "next", p: "previous", k: "previous", o: "fold", t: "theme", "?": "help" };
  toolbar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) deeds[button.dataset.do]();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || help.open || !(event.key in keys)) return;
    event.preventDefault();
    deeds[keys[event.key]]();
  });
  document.addEventListener("focusin", (event) => {
    const index = stops.indexOf(event.target.closest(".change, .shown"));
    if (index >= 0 && index !== current) { current = index; place(); }
  });

  // Images: the slider of "swipe" and "onion skin", by keyboard, or by dragging on the images.
  for (const pair of all(".pair")) {
    const slider = pair.querySelector(".slide input");
    const stage = pair.querySelector(".stage");
    const apply = () => pair.style.setProperty("--p", `${slider.value}%`);
    slider.addEventListener("input", apply);
    const drag = (event) => {
      if (!event.buttons || pair.querySelector(".views :checked").value === "side") return;
      const box = stage.getBoundingClientRect();
      slider.value = 100 * (event.clientX - box.left) / box.width;
      apply();
    };
    stage.addEventListener("pointerdown", drag);
    stage.addEventListener("pointermove", drag);
    stage.addEventListener("dragstart", (event) => event.preventDefault());
    // Images of different sizes keep their scale when they lie on each other.
    const images = all(".frame.old img, .frame.new img", pair);
    const scale = () => {
      const widest = Math.max(...images.map((each) => each.naturalWidth));
      const overlaid = /swipe|onion/.test(pair.querySelector(".views :checked").value);
      for (const each of images) each.style.width = overlaid && each.naturalWidth < widest ? `${100 * each.naturalWidth / widest}%` : "";
    };
    pair.addEventListener("change", scale);
  }

  theme(themes.includes(kept.get()) ? kept.get() : "system");
  place();
  toolbar.hidden = false;
})();
