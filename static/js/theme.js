// Blocking and tiny, so that the first paint already has the right theme. "auto" follows the device.
(function () {
  "use strict";
  var root = document.documentElement;
  if (root.getAttribute("data-bs-theme") !== "auto" || !window.matchMedia) return;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function follow() { root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light"); }
  follow();
  dark.addEventListener("change", follow);
})();
