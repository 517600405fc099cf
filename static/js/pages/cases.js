/** The list of cases: search on the server, PDF beside each. */
import { get } from "../core/api.js";
import { byId, fill, h, since } from "../core/dom.js";
import { duration } from "../core/format.js";
import { gently, live } from "../core/live.js";
import { empty, showFailure } from "../desk/empty.js";
import { pdfButton } from "../desk/pdf.js";

const TYPING = 400; // ms of rest before a search goes out
let timer = 0;
let newest = 0;
const load = gently(() => refresh().catch((error) => showFailure(emptyPlace(true), error, { retry: load })));

byId("search").addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(load, TYPING);
});
byId("status").addEventListener("change", load);
live().onResync(load);

async function refresh() {
  const mine = ++newest;
  const query = new URLSearchParams({ limit: "200" });
  if (byId("search").value.trim()) query.set("q", byId("search").value.trim());
  if (byId("status").value) query.set("status", byId("status").value);
  const { cases } = await get(`/api/cases?${query}`);
  if (mine === newest) show(cases, query.size > 1);
}

function show(cases, isFiltered) {
  byId("rows").removeAttribute("aria-busy");
  emptyPlace(!cases.length);
  fill(byId("rows"), cases.map(row));
  if (!cases.length) fill(byId("empty"), nothing(isFiltered));
}

function row(each) {
  const page = `/cases/${encodeURIComponent(each.id)}`;
  return h(
    "tr",
    {},
    h(
      "td",
      {},
      h(
        "a",
        { class: "fw-medium ca-break", href: page },
        `#${each.case_number} `,
        each.title || excerpt(each.problem_description),
      ),
      h("div", { class: "text-secondary small" }, each.session_id, each.status === "open" ? " · open" : ""),
    ),
    h(
      "td",
      { class: "ca-break", dataset: { label: "Customer" } },
      each.customer_name || "–",
      each.machine_name ? h("span", { class: "text-secondary small" }, ` · ${each.machine_name}`) : null,
    ),
    h("td", { class: "ca-break", dataset: { label: "Technician" } }, each.technician_name || "–"),
    h("td", { class: "ca-number", dataset: { label: "Time" } }, duration(each.billable_total_seconds)),
    h("td", { dataset: { label: "Written" } }, since(each.created_at)),
    h(
      "td",
      {},
      h(
        "div",
        { class: "ca-actions flex-nowrap" },
        pdfButton(each.id, { look: "btn btn-sm", name: `PDF of case ${each.case_number}` }),
      ),
    ),
  );
}

function excerpt(text) {
  const first = String(text || "")
    .trim()
    .split("\n")[0];
  return first.length > 60 ? `${first.slice(0, 60)}…` : first || "Case";
}

function emptyPlace(isShown) {
  byId("rows").closest("table").hidden = isShown;
  byId("empty").hidden = !isShown;
  return byId("empty");
}

function nothing(isFiltered) {
  if (isFiltered) return empty({ glyph: "search", title: "No case fits", text: "Try other words or another status." });
  return empty({
    glyph: "file-text",
    title: "No cases yet",
    text: "When a session is over, write its case: what was wrong, what was done. The customer gets it as a PDF.",
    action: h("a", { class: "btn", href: "/sessions" }, "To the sessions"),
  });
}
