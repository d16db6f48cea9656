// Only adds keys to what works without: every page is complete when this file is not loaded.

const typing = (target) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(input|select|textarea)$/i.test(target.tagName));

// The things that j and k walk through: cells and rows that lead somewhere, questions, cards.
const stops = () => [
  ...document.querySelectorAll("main a.hv, main a.row, main .deal a, main .ladder h3 a, main fieldset.q, main .q > legend a"),
].filter((stop) => stop.getClientRects().length > 0);

const step = (by) => {
  const all = stops();
  if (all.length === 0) return;
  const at = all.indexOf(document.activeElement);
  const to = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
  const stop = all[to];
  (stop.matches("fieldset") ? stop.querySelector("input") ?? stop : stop).focus();
};

const places = { h: "/", s: "/scorecard", t: "/timeline", p: "/evidence/people", o: "/evidence/opportunities", e: "/evidence", a: "/assessments" };
let go = 0;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const key = event.key;
  if (event.timeStamp - go < 1200 && places[key]) {
    const link = document.querySelector(`.rail a[href^="${places[key]}"]`);
    go = 0;
    location.assign(link ? link.href : places[key]);
  } else if (key === "g") {
    go = event.timeStamp;
  } else if (key === "/") {
    event.preventDefault();
    document.querySelector("#find")?.focus();
  } else if (key === "?") {
    document.querySelector("#keys")?.showModal();
  } else if (key === "y" || key === "n") {
    document.activeElement?.closest("li")?.querySelector(`button[data-key="${key}"]`)?.click();
  } else if (key === "j") {
    step(1);
  } else if (key === "k") {
    step(-1);
  }
});

// A menu that is open closes when the reader turns elsewhere.
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.asof[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll("details.asof[open]")) {
    open.open = false;
    open.querySelector("summary")?.focus();
  }
});

// A field that filters sends its form when it changes.
for (const form of document.querySelectorAll("form[data-live]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
