/** The code field: forgiving about spaces, dashes and whatever surrounds a pasted code; shows "123 456". */

/** The digits of `text`, six at most. */
export function digitsOf(text) {
  return text.replace(/\D/g, "").slice(0, 6);
}

/** Keep `input` formatted while people type, paste and correct in the middle. */
export function formatAsTyped(input) {
  input.addEventListener("input", () => {
    const before = digitsOf(input.value.slice(0, input.selectionStart ?? 0)).length;
    const digits = digitsOf(input.value);
    input.value = digits.length > 3 ? `${digits.slice(0, 3)} ${digits.slice(3)}` : digits;
    const caret = before > 3 ? before + 1 : before;
    input.setSelectionRange(caret, caret);
  });
}
