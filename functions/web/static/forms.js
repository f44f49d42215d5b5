// Sends forms without a full reload, and only once however often their button is pressed.

import { show } from "./main.js";

const BUSY = "aria-busy";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute(BUSY) === "true") {
    event.preventDefault();
    return;
  }
  if (form.hasAttribute("data-payment")) return;
  form.setAttribute(BUSY, "true");
  if (!form.hasAttribute("data-enhance")) return;
  event.preventDefault();
  send(form).catch(() => {
    // Offline, perhaps: the browser's own way of sending tells the visitor more.
    form.submit();
  });
});

// A page that the back button brings back as it was left must take forms again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll(`form[${BUSY}]`)) form.removeAttribute(BUSY);
});

async function send(form) {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { "X-Requested-With": "fetch" },
  });
  const html = await answer.text();
  const target = answer.headers.get("X-Location");
  if (target) {
    location.assign(target);
    return;
  }
  const passwords = [...form.querySelectorAll("[type=password]")].map((field) => [field.id, field.value]);
  const main = show(html, form.action);
  for (const [id, value] of passwords) {
    const field = main?.querySelector(`#${id}`);
    if (field) field.value = value;
  }
}

// An error summary that the server rendered takes focus, also where `autofocus` is ignored.
document.querySelector("[data-summary]")?.focus();
