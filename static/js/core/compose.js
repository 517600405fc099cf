/** A field in which people write messages: Enter sends, Shift+Enter makes a new line. */

/** Call `send()` when the form is sent or Enter is pressed (not while an input method composes a character). */
export function sendOnEnter(form, field, send) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
}
