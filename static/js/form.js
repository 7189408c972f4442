// Forms: the error summary takes the focus, a link in it goes to its field, nothing is sent twice.
function lead(root) {
  const summary = root.querySelector?.("[data-tb-errors]");
  if (summary) summary.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-tb-errors] a[href^='#']");
  if (!link) return;
  const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  const control = field?.matches("input, select, textarea") ? field : field?.querySelector("input, select, textarea");
  if (!control) return;
  event.preventDefault();
  control.focus();
  control.closest(".tb-field")?.scrollIntoView({ block: "nearest" });
});

// A second press within two seconds is the same wish. Back from the next page all is open again.
const sent = new WeakMap();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  const last = sent.get(form) ?? 0;
  if (Date.now() - last < 2000) event.preventDefault();
  else sent.set(form, Date.now());
});

// Filters that are folded on a phone stand open where there is room (older browsers; see forms.css).
if (matchMedia("(min-width: 640px)").matches) {
  for (const fold of document.querySelectorAll("[data-tb-fold]")) fold.open = true;
}

// Show and hide a password, only where it was asked for.
for (const button of document.querySelectorAll("[data-tb-reveal]")) {
  const field = document.getElementById(button.dataset.tbReveal);
  if (!field) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  });
}

// The demonstration: put an account into the form.
for (const button of document.querySelectorAll("[data-tb-fill]")) {
  const login = document.querySelector("[name=login]");
  const password = document.querySelector("[name=password]");
  if (!login || !password) break;
  button.hidden = false;
  button.addEventListener("click", () => {
    login.value = button.dataset.tbFill;
    password.value = button.dataset.tbSecret;
    password.form.querySelector("[type=submit]").focus();
  });
}

// Parts that belong to one answer stand there only with it: data-tb-when="field:answer,answer".
function fold() {
  for (const part of document.querySelectorAll("[data-tb-when]")) {
    const [field, answers] = part.dataset.tbWhen.split(":");
    const chosen = part.closest("form").querySelector(`[name="${field}"]:checked`);
    part.hidden = !answers.split(",").includes(chosen?.value);
  }
}
document.addEventListener("change", fold);
addEventListener("pageshow", fold); // back from the next page the answers stand again
fold();

lead(document);
document.addEventListener("htmx:afterSwap", (event) => lead(event.target));
