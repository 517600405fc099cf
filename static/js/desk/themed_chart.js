/** A chart of Chart.js (loaded by the page as `window.Chart`) that is drawn anew when the theme changes. */

/** A function that draws on `canvas`, in place of what was there, what `configuration(given, colours)` makes. */
export function themedChart(canvas, configuration) {
  let [chart, shown] = [null, null];
  const draw = () => {
    if (!shown || !canvas.isConnected) return;
    chart?.destroy();
    chart = new window.Chart(canvas, configuration(shown, colours()));
  };
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  return (given) => {
    shown = given;
    draw();
  };
}

function colours() {
  const style = getComputedStyle(document.body);
  const colour = (name) => style.getPropertyValue(name).trim();
  return { ink: colour("--tblr-secondary-color"), line: colour("--ca-line"), mark: colour("--ca-chart") };
}
