// The card form: one payment for one order, whatever is clicked, reloaded or opened twice.

import { call } from "./api.js";
import { advice, isBusy, retryAfter } from "./refusals.js";

const KNOWN_SOON = 404; // The payments service hears of a new order a moment later,
const SETTLED_MS = 700; // usually within this time.
const IMPOSSIBLE = 409;
const PATIENCE_MS = 20000; // Whoever waited for longer is asked whether to go on.
const SCRIPT_MS = 10000; // So long may Stripe's script take.
const LOST = "api_connection_error"; // Stripe's word for a request whose answer did not come.
const PAID = ["requires_capture", "processing", "succeeded"];

// What the buyer is told in these words.
class Refused extends Error {}

// Starts the form. `onPaid()` is called when the bank said yes, `onChanged()` when the order may
// not be payable any more: both ask the server what is true. `ageMs` is the order's.
export function payment(form, orderId, { ageMs, onPaid, onChanged }) {
  const button = form.querySelector("[data-pay]");
  const status = form.querySelector("[data-pay-status]");
  const error = form.querySelector("[data-error]");
  const place = form.querySelector("[data-element]");
  const again = form.querySelector("[data-again]");
  let stripe = null;
  let elements = null;
  let secret = "";
  let enoughTime = true;
  let ready = false;
  let busy = false;
  let approved = false;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    pay();
  });
  again.addEventListener("click", () => {
    if (window.Stripe) startAgain();
    else location.reload();
  });
  start();

  function start() {
    load().catch(giveUp);
  }

  function startAgain() {
    again.hidden = error.hidden = true;
    place.hidden = false;
    form.querySelector("h2").focus();
    start();
  }

  async function load() {
    const script = loadScript(form.dataset.script);
    const inTime = Promise.race([script, pause(SCRIPT_MS)]);
    await pause(SETTLED_MS - ageMs);
    const begun = await begin(orderId);
    if (!begun.clientSecret) return approve();
    secret = begun.clientSecret;
    await inTime;
    if (!window.Stripe) {
      await giveUp(new Refused("Stripe's card form could not be loaded. Check your connection, and allow js.stripe.com."));
      await script; // It may come late.
      if (window.Stripe && form.isConnected) startAgain();
      return;
    }
    stripe = window.Stripe(form.dataset.key);
    if (await isPaid()) return approve();
    mount();
  }

  function mount() {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    elements = stripe.elements({ clientSecret: secret, appearance: { theme: dark ? "night" : "stripe" } });
    const field = elements.create("payment");
    place.replaceChildren();
    field.on("ready", () => {
      ready = true;
      update();
    });
    field.on("loaderror", giveUp);
    field.mount(place);
  }

  // There is no card form until it is tried again; unless it is the order that changed.
  async function giveUp(reason) {
    await onChanged();
    if (!form.isConnected) return;
    place.hidden = true;
    again.hidden = false;
    fail(reason instanceof Refused ? reason.message : "The card form could not be loaded. Check your connection.");
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
      if (!result.error || (await isPaid())) return approve(begin(orderId).catch(() => null));
      await decline(result.error);
    } catch {
      await decline({ type: LOST });
    }
    busy = false;
    update();
  }

  // The bank said yes: nothing is left to do here. The order follows once the service has `looked`.
  async function approve(looked) {
    approved = place.hidden = button.hidden = true;
    update();
    await looked;
    return onPaid();
  }

  // Another tab, or this one before it was reloaded, may have paid already.
  async function isPaid() {
    const { paymentIntent } = await stripe.retrievePaymentIntent(secret);
    return PAID.includes(paymentIntent?.status);
  }

  // Says why it failed and, while there is time, what to do; unless it is the order that changed.
  async function decline({ type, message }) {
    if (type === "validation_error") return; // The card form says it beside its fields.
    const asked = onChanged();
    let why = message;
    let next = "The ticket is still held for you: try again, or use another card.";
    if (type === LOST) {
      why = "The connection was lost, so we do not know yet whether your payment went through.";
      next = "Try again: you cannot be charged twice.";
    } else {
      await asked;
      if (!form.isConnected) return;
    }
    fail(enoughTime ? `${why} ${next}` : why);
  }

  function fail(message) {
    error.textContent = message;
    error.hidden = false;
    error.focus();
  }

  function update() {
    button.disabled = busy || !ready || !enoughTime;
    if (approved) status.textContent = "Your payment is approved. One moment…";
    else if (busy) status.textContent = "Asking your bank…";
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

// Waits for Stripe's script, which must come from there: until it has run or failed.
function loadScript(url) {
  return new Promise((resolve) => {
    if (window.Stripe) return resolve();
    const script = document.createElement("script");
    script.onload = script.onerror = resolve;
    script.src = url;
    document.head.append(script);
  });
}

// The order's one payment. Throws Refused if it cannot be had now, or not any more.
async function begin(orderId) {
  const until = performance.now() + PATIENCE_MS;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await call("/api/payments", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ orderId }),
    });
    if (answer.ok) return answer.json();
    if (answer.status === IMPOSSIBLE) throw new Refused(await why(answer));
    const wait = Math.max(250 * attempt, 1000 * retryAfter(answer));
    const mayHelp = answer.status === KNOWN_SOON || isBusy(answer);
    if (!mayHelp || performance.now() + wait > until) throw new Refused(advice(answer));
    await pause(wait);
  }
}

async function why(answer) {
  const { errors } = await answer.json();
  return `This order cannot be paid: ${errors[0].message}.`;
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
