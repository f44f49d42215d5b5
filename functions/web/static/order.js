// An order's page: the countdown, the card form, and the state as it changes.

import { countdown } from "./countdown.js";
import { fetchJson, watch } from "./live.js";
import { refresh } from "./main.js";
import { payment } from "./pay.js";

const FINAL = ["complete", "cancelled"];
const ENOUGH_SECONDS = 10; // A payment that begins with less would probably come too late.

let shown = null;
let clock = null;
let lively = false; // Something is about to happen: ask often.
const live = watch(follow, { first: 1000, most: 15000 });

// Stripe's way back from a bank names the payment in the address, where nobody needs it.
if (location.search) history.replaceState(null, "", location.pathname);

enhance();
window.addEventListener("pageshow", (event) => {
  if (event.persisted) live.now();
});

function enhance() {
  shown = document.querySelector("[data-order]");
  clock?.stop();
  clock = null;
  lively = shown?.dataset.status === "awaiting:payment";
  if (!shown || FINAL.includes(shown.dataset.status)) live.stop();
  if (shown?.dataset.status !== "created") return;
  const card = shown.querySelector("[data-payment]");
  const [expiresAt, createdAt, now] = ["expiresAt", "createdAt", "now"].map((name) => Date.parse(shown.dataset[name]));
  const form = payment(card, shown.dataset.order, {
    ageMs: now - createdAt,
    onPaid: expectChange,
    onChanged: () => live.now(),
  });
  clock = countdown(shown.querySelector("[data-countdown]"), {
    expiresAt,
    total: Number(shown.dataset.seconds),
    now,
    onTick: (seconds) => form.allow(seconds >= ENOUGH_SECONDS),
    onZero: () => {
      for (const name of ["label", "announce"]) {
        shown.querySelector(`[data-${name}]`).textContent = "Time is up. Checking your order…";
      }
      expectChange();
    },
  });
}

function expectChange() {
  lively = true;
  live.now();
}

async function follow() {
  const found = await fetchJson(`/api/orders/${shown.dataset.order}`);
  if (!found) return false;
  if (found.now) clock?.set(found.now);
  if (found.body.status === shown.dataset.status) return lively;
  if (!(await refresh())) return false;
  enhance();
  return lively;
}
