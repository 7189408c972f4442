// Menus close as people expect, toasts go after ten seconds unless someone is on them.
const TOAST_MS = 10000;

const menus = () => document.querySelectorAll("[data-tb-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("focusin", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

/** Keep a toast while it is hovered or focused; then let it go. */
function watch(toast) {
  const busy = () => toast.matches(":hover") || toast.contains(document.activeElement);
  const leave = () => (busy() ? setTimeout(leave, 1000) : toast.remove());
  setTimeout(leave, TOAST_MS);
}

const box = document.getElementById("toasts");
if (box) {
  box.querySelectorAll("[data-tb-toast]").forEach(watch);
  new MutationObserver((changes) => {
    for (const change of changes)
      for (const node of change.addedNodes) if (node.matches?.("[data-tb-toast]")) watch(node);
  }).observe(box, { childList: true });
}

// A filter that is a plain GET form may send itself when a choice changes.
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-tb-auto]");
  if (form) form.requestSubmit ? form.requestSubmit() : form.submit();
});

// A table that scrolls sideways can be reached by keys and says what it is.
function reachable(scroller) {
  const wide = scroller.scrollWidth > scroller.clientWidth + 1;
  const caption = scroller.querySelector("caption")?.textContent.trim();
  scroller.toggleAttribute("tabindex", wide);
  if (wide) scroller.tabIndex = 0;
  if (wide && caption) {
    scroller.setAttribute("role", "region");
    scroller.setAttribute("aria-label", caption);
  }
}

if (window.ResizeObserver) {
  const watcher = new ResizeObserver((entries) => entries.forEach((entry) => reachable(entry.target)));
  const watchAll = (root) => root.querySelectorAll(".tb-table-box, .tb-subnav").forEach((one) => watcher.observe(one));
  watchAll(document);
  document.addEventListener("htmx:load", (event) => watchAll(event.target));
}

// Printing is a button only where a script can do it.
for (const button of document.querySelectorAll("[data-tb-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Copy a text (an address, a code) and say so.
for (const button of document.querySelectorAll("[data-tb-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.tbCopy);
    await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
    button.textContent = button.dataset.tbDone;
  });
}
