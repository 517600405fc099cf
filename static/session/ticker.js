/** A worker that ticks every so many ms. It goes on while the tab is hidden, where a page's own timers stand nearly still. */
let ticking = 0;
addEventListener("message", ({ data }) => {
  clearInterval(ticking);
  ticking = setInterval(() => postMessage(0), data);
});
