// Keys: "/" searches, "g" and a letter goes, "?" tells. Never while somebody is typing.
const GO_MS = 1500;
const PLACES = { h: ["home", "today"], n: ["notices", "inbox"], c: ["classes", "catalogue", "courses"] };

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
const help = document.getElementById("keys-help");
let waiting = 0;

function tell() {
  if (help?.showModal && !help.open) help.showModal();
}

function go(letter) {
  for (const key of PLACES[letter] ?? []) {
    const link = document.querySelector(`[data-tb-go="${key}"]`);
    if (link) return void (location.href = link.href);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest?.("form[data-tb-form]");
    if (form) form.requestSubmit ? form.requestSubmit() : form.submit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || help?.open) return;
  if (Date.now() - waiting < GO_MS) {
    waiting = 0;
    return go(event.key);
  }
  if (event.key === "g") waiting = Date.now();
  else if (event.key === "?") tell();
  else if (event.key === "/") {
    const search = document.querySelector("[data-tb-search], input[type=search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select?.();
  }
});

for (const button of document.querySelectorAll("[data-tb-keys]")) {
  if (!help?.showModal) continue;
  button.hidden = false;
  button.addEventListener("click", tell);
}
