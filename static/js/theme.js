/* Sets light or dark before the first paint. A classic script in <head>: a module would flash the wrong theme. */
(function () {
  "use strict";
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    var choice = "auto";
    try {
      choice = localStorage.getItem("connectassist-theme") || "auto";
    } catch (error) {
      choice = "auto"; // storage may be forbidden; the system's own choice still works
    }
    var theme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
    document.documentElement.setAttribute("data-bs-theme", theme);
  }
  window.connectassistApplyTheme = apply;
  dark.addEventListener("change", apply);
  apply();
})();
