/** The PDF of a case: made by the server in a moment, with the reader's own time zone in it. */
import { save, sentence } from "../core/api.js";
import { toast } from "../core/dialog.js";
import { busy, h, icon } from "../core/dom.js";

/** A button that makes and saves the PDF of a case on `page` ("A4" or "Letter") paper. */
export function pdfButton(caseId, { page = "A4", label = "PDF", look = "btn", name = label } = {}) {
  const button = h("button", { type: "button", class: look, "aria-label": name }, icon("file-type-pdf"), ` ${label}`);
  button.addEventListener("click", () => print(button, caseId, page));
  return button;
}

async function print(button, caseId, page) {
  const query = new URLSearchParams({ page, timezone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC" });
  try {
    await busy(button, () => save(`/api/cases/${encodeURIComponent(caseId)}/pdf?${query}`));
  } catch (error) {
    toast(sentence(error), { kind: "danger" });
  }
}
