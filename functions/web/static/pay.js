// The card form: one payment for one order, whatever is clicked, reloaded or opened twice.

import { call } from "./api.js";

const KNOWN_SOON = 404; // The payments service hears of a new order a moment later,
const SETTLED_MS = 700; // usually within this time.
const BUSY = 503;
const TRIES = 12;
const PAID = ["requires_capture", "processing", "succeeded"];

// Starts the form. `onPaid()` is called when the bank said yes, `onChanged()` when the order may
// not be payable any more: both ask the server what is true. `ageMs` is the order's.
export function payment(form, orderId, { ageMs, onPaid, onChanged }) {
  const button = form.querySelector("[data-pay]");
  const status = form.querySelector("[data-pay-status]");
  const error = form.querySelector("[data-error]");
  let stripe = null;
  let elements = null;
  let secret = "";
  let enoughTime = true;
  let ready = false;
  let busy = false;

  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    pay();
  });
  start().catch(() => fail("The card form could not be loaded. Check your connection and reload this page."));

  async function start() {
    await pause(SETTLED_MS - ageMs);
    const begun = await begin(orderId);
    if (begun === null) return onChanged();
    if (begun.status !== "pending" || !begun.clientSecret) return onPaid();
    secret = begun.clientSecret;
    if (!window.Stripe) {
      return fail("Stripe's card form could not be loaded. Allow scripts of js.stripe.com and reload this page.");
    }
    stripe = window.Stripe(form.dataset.key);
    if (await isPaid()) return onPaid();
    mount();
  }

  function mount() {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    elements = stripe.elements({ clientSecret: secret, appearance: { theme: dark ? "night" : "stripe" } });
    const field = elements.create("payment");
    const place = form.querySelector("[data-element]");
    place.replaceChildren();
    field.on("ready", () => {
      ready = true;
      update();
    });
    field.on("loaderror", () => fail("The card form could not be loaded. Reload this page to try again."));
    field.mount(place);
  }

  async function pay() {
    if (busy || !ready || !enoughTime) return;
    busy = true;
    update();
    error.hidden = true;
    try {
      const result = await stripe.confirmPayment({
        elements,
        confirmParams: { return_url: location.origin + location.pathname },
        redirect: "if_required",
      });
      if (!result.error || (await isPaid())) {
        status.textContent = "Approved. One moment…";
        await begin(orderId).catch(() => null);
        return onPaid();
      }
      decline(result.error);
    } catch {
      decline({ message: "We could not reach the bank. You were not charged twice: try again." });
    }
    busy = false;
    update();
  }

  // Another tab, or this one before it was reloaded, may have paid already.
  async function isPaid() {
    const { paymentIntent } = await stripe.retrievePaymentIntent(secret);
    return PAID.includes(paymentIntent?.status);
  }

  function decline(reason) {
    if (reason.type === "validation_error") return; // The card form says it beside its fields.
    fail(`${reason.message} The ticket is still held for you: try again, or use another card.`);
    onChanged();
  }

  function fail(message) {
    error.textContent = message;
    error.hidden = false;
    error.focus();
  }

  function update() {
    button.disabled = busy || !ready || !enoughTime;
    form.setAttribute("aria-busy", String(busy));
    if (busy) status.textContent = "Asking your bank…";
    else if (enoughTime) status.textContent = "";
    else status.textContent = "There is too little time left to finish a payment.";
  }

  return {
    // Whether a payment that begins now can still end in time.
    allow(enough) {
      if (enough === enoughTime) return;
      enoughTime = enough;
      update();
    },
  };
}

// The order's one payment; null if it cannot be paid any more.
async function begin(orderId) {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const answer = await call("/api/payments", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ orderId }),
    });
    if (answer.ok) return answer.json();
    if (answer.status !== KNOWN_SOON && answer.status !== BUSY) return null;
    await pause(250 * (attempt + 1));
  }
  throw new Error("no payment");
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
