// Sends forms without a full reload, and only once however often their button is pressed.

import { show } from "./main.js";
import { advice, isBusy } from "./refusals.js";

const BUSY = "aria-busy";
const SIGNED_OUT = 401;
const SIGN_IN = "/auth/signin";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute(BUSY) === "true") {
    event.preventDefault();
    return;
  }
  if (form.hasAttribute("data-payment")) return;
  // A date without its time would be sent as none at all.
  const unfinished = [...form.elements].find((field) => field.validity.badInput);
  if (unfinished) {
    event.preventDefault();
    unfinished.reportValidity();
    return;
  }
  form.setAttribute(BUSY, "true");
  if (!form.hasAttribute("data-enhance")) return;
  event.preventDefault();
  send(form).catch(() => explain(form, "No answer came. Check your connection and try again."));
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
  const target = answer.headers.get("X-Location");
  const isSignedOut = answer.status === SIGNED_OUT || target?.startsWith(SIGN_IN);
  const isTyped = form.querySelector("input:not([type=hidden], [hidden])") !== null;
  if (isSignedOut && isTyped) return explain(form, ...signInElsewhere());
  if (target) {
    location.assign(target);
    return;
  }
  const passwords = [...form.querySelectorAll("[type=password]")].map((field) => [field.id, field.value]);
  // A page of our own says little more than the advice, and what was typed would be gone.
  if (isBusy(answer)) return explain(form, advice(answer));
  const html = await answer.text();
  const main = isTyped && !answer.ok ? null : show(html);
  if (!main) return explain(form, reason(html) || advice(answer));
  for (const [id, value] of passwords) {
    const field = main.querySelector(`#${id}`);
    if (field) field.value = value;
  }
}

// What our page for a failure says; nothing for what is no page of ours.
function reason(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return [...page.querySelectorAll("main h1, main h1 + p")].map((part) => part.textContent).join(". ");
}

function signInElsewhere() {
  const link = document.createElement("a");
  link.href = SIGN_IN;
  link.target = "_blank";
  link.textContent = "Sign in in another tab";
  return ["You are signed out. ", link, ", then send this again: what you typed is still here."];
}

// Keeps the form as it is, to be sent again, and says why above it.
function explain(form, ...why) {
  form.removeAttribute(BUSY);
  document.querySelector("[data-advice]")?.remove();
  const alert = document.createElement("p");
  alert.className = "summary";
  alert.dataset.advice = "";
  alert.setAttribute("role", "alert");
  alert.tabIndex = -1;
  alert.append(...why);
  form.before(alert);
  alert.focus();
}

// An error summary that the server rendered takes focus, also where `autofocus` is ignored.
document.querySelector("[data-summary]")?.focus();
