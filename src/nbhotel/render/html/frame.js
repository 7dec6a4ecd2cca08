
// The page stands in a frame of another one, without rights of its own: what it can't do, it asks for.
(() => {
  const tell = (message) => parent.postMessage({ nbhotel: message }, "*");
  const root = document.documentElement;

  function dress({ dark, colours }) {
    root.dataset.theme = dark ? "dark" : "light";
    for (const [name, value] of Object.entries(colours)) root.style.setProperty(name, value);
  }
  function offer(labels) {
    for (const [id, { label, hint }] of Object.entries(labels)) {
      const head = document.getElementById(id)?.querySelector(".head");
      if (!head || head.querySelector(".deed")) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "deed";
      button.textContent = label;
      button.title = hint;
      button.setAttribute("aria-label", `${label}: ${head.querySelector("h3").textContent.trim()}`);
      button.addEventListener("click", () => tell({ deed: id }));
      head.append(button);
    }
  }
  function go(id) {
    const goal = document.getElementById(id);
    if (!goal) return;
    for (let at = goal; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    goal.scrollIntoView({ block: "start" });
    (goal.querySelector("h2, h3") || goal).focus({ preventScroll: true });
  }

  window.addEventListener("message", ({ source, data }) => {
    if (source !== parent) return;
    if (data.theme) dress(data.theme);
    if (data.offer) offer(data.offer);
    if (data.scroll) root.scrollTop = data.scroll;
    if (data.go) go(data.go);
  });
  // A frame's own address is its parent's, so links would lead away.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link) return;
    event.preventDefault();
    const goal = link.getAttribute("href");
    if (goal.startsWith("#")) go(goal.slice(1));
    else tell({ open: goal });
  });
  document.addEventListener("scroll", () => tell({ scroll: root.scrollTop }), { passive: true });
  tell({ ready: true });
})();
