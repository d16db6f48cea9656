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
  } else if (key === "r") {
    const reason = document.activeElement?.closest("li")?.querySelector("input[name=reason]");
    if (reason) {
      event.preventDefault();
      reason.focus();
    }
  } else if (key === "j") {
    step(1);
  } else if (key === "k") {
    step(-1);
  }
});

// From a reason Escape leads back to what it is about, where the keys work again.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches?.("input[name=reason]")) {
    event.target.closest("li")?.querySelector("a.row")?.focus();
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

// While an input of a model moves, what comes out moves with it: only the parts that answer are taken from the page that the form
// leads to, so that what is being moved stays where it is.
for (const form of document.querySelectorAll("form[data-now]")) {
  let [asked, timer] = [0, 0];
  const show = async () => {
    const mine = ++asked;
    const address = new URL(form.action);
    address.search = new URLSearchParams(new FormData(form));
    const page = await fetch(address).then((answer) => answer.text()).catch(() => "");
    if (mine !== asked || page === "") return;
    const made = new DOMParser().parseFromString(page, "text/html");
    for (const part of document.querySelectorAll("[data-answer]")) {
      const other = made.querySelector(`[data-answer="${part.dataset.answer}"]`);
      if (!other) continue;
      const open = [...part.querySelectorAll("details")].map((one) => one.open);
      other.querySelectorAll("details").forEach((one, at) => { one.open = open[at] ?? false; });
      part.replaceWith(other);
    }
    history.replaceState(null, "", address);
  };
  form.addEventListener("input", (event) => {
    const said = event.target.parentElement.querySelector("output");
    if (said) said.textContent = event.target.value;
    clearTimeout(timer);
    timer = setTimeout(show, 120);
  });
}

// Files come one by one, so that a long way shows how far it is; a whole folder may be chosen or dropped.
for (const form of document.querySelectorAll("form[data-upload]")) {
  const input = form.querySelector("input[type=file][name]");
  const folder = form.querySelector("[data-folder]");
  const far = form.querySelector("[data-far]");
  const [said, bar] = [far.querySelector("p"), far.querySelector("progress")];
  const readable = /\.(csv|tsv|txt|xlsx|parquet|zip)$/i;
  let dropped = [];
  folder.hidden = false;
  input.required = false;

  const chosen = () =>
    [...dropped, ...input.files, ...folder.querySelector("input").files].filter((file) => readable.test(file.name));
  const send = (to, body, moved) =>
    new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.open("POST", to);
      request.setRequestHeader("Accept", "application/json");
      request.upload.onprogress = (event) => moved(event.loaded);
      request.onerror = () => failed(new Error());
      request.onload = () => {
        let answer = {};
        try { answer = JSON.parse(request.responseText); } catch { /* a page, or nothing */ }
        if (request.status < 300) done(answer);
        else failed(new Error([answer.problem, answer.help].filter(Boolean).join(" ")));
      };
      request.send(body);
    });

  form.addEventListener("submit", async (event) => {
    const files = chosen();
    if (files.length === 0) return;
    event.preventDefault();
    const button = form.querySelector("button");
    const total = files.reduce((sum, file) => sum + file.size, 0) || 1;
    let before = 0;
    button.disabled = true;
    far.hidden = false;
    try {
      const begun = await send(form.dataset.upload, "", () => {});
      const to = new URL(begun.files, location.href);
      for (const file of files) {
        said.textContent = form.dataset.sending.replace("{name}", file.name);
        to.searchParams.set("name", file.webkitRelativePath || file.name);
        await send(to, file, (sent) => { bar.value = (before + sent) / total; });
        before += file.size;
        bar.value = before / total;
      }
      said.textContent = form.dataset.reading;
      bar.value = 0;
      const beat = setInterval(async () => {
        const read = await fetch(begun.progress).then((answer) => answer.json()).catch(() => ({}));
        if (read.total > 0) bar.value = read.done / read.total;
      }, 400);
      const step = new URLSearchParams({ do: "read", version: begun.version });
      await fetch(begun.page, { method: "POST", body: step }).finally(() => clearInterval(beat));
      location.assign(begun.page);
    } catch (error) {
      said.textContent = error.message || form.dataset.failed;
      button.disabled = false;
    }
  });

  form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    dropped = [...event.dataTransfer.files];
    form.requestSubmit();
  });
}
