// Stands in for Stripe.js on this machine: the calls that the payment page makes, no more, with the
// test cards one click away. It talks to the double that served it, never to Stripe.

(() => {
  const BASE = new URL(document.currentScript.src).origin;

  const CARDS = [
    ["Pays", "4242424242424242"],
    ["Declined", "4000000000000002"],
    ["No funds", "4000000000009995"],
    ["3-D Secure", "4000002760003184"],
  ];

  const MARKUP = `
    <div class="cards"><span id="tests">Test cards</span></div>
    <label for="number">Card number</label>
    <input id="number" inputmode="numeric" autocomplete="cc-number" placeholder="1234 1234 1234 1234" maxlength="23" aria-describedby="wrong">
    <div class="pair">
      <div><label for="expiry">Expiration date</label>
      <input id="expiry" inputmode="numeric" autocomplete="cc-exp" placeholder="MM / YY" maxlength="7" aria-describedby="wrong"></div>
      <div><label for="cvc">Security code</label>
      <input id="cvc" inputmode="numeric" autocomplete="cc-csc" placeholder="CVC" maxlength="4" aria-describedby="wrong"></div>
    </div>
    <p id="wrong" role="alert"></p>
    <dialog aria-labelledby="asks"><h2 id="asks">3-D Secure test page</h2>
    <p>The bank wants to know whether this payment is yours.</p>
    <div class="cards"><button type="button" value="succeed">Complete authentication</button>
    <button type="button" value="fail">Fail authentication</button></div></dialog>`;

  const STYLE = `
    :host { display: block; font: inherit; color: inherit; }
    label { display: block; margin-top: 0.9rem; font-weight: 600; font-size: 0.93rem; }
    input { box-sizing: border-box; width: 100%; min-height: 2.875rem; margin-top: 0.3rem; padding: 0.55rem 0.8rem;
      border: 1px solid #857b71; border-radius: 8px; background: transparent; color: inherit; font: inherit; }
    input::placeholder { color: inherit; opacity: 0.75; }
    input:focus-visible, button:focus-visible { outline: 3px solid #635bff; outline-offset: 2px; }
    .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0.9rem; }
    .cards { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem; font-size: 0.875rem; }
    button { min-height: 2rem; padding: 0.2rem 0.75rem; border: 1px dashed currentcolor; border-radius: 99px;
      background: none; color: inherit; font: inherit; cursor: pointer; }
    #wrong { margin: 0.5rem 0 0; font-size: 0.93rem; font-weight: 600; color: light-dark(#a01818, #ffb0a6); }
    #wrong:empty { display: none; }
    dialog { max-width: 24rem; border: 0; border-radius: 12px; padding: 1.5rem; }
    dialog::backdrop { background: rgb(0 0 0 / 55%); }`;

  class PaymentElement {
    constructor(elements) {
      this.elements = elements;
      this.listeners = {};
    }

    on(event, listener) {
      this.listeners[event] = listener;
    }

    mount(host) {
      this.root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      this.root.adoptedStyleSheets = [sheet];
      this.root.innerHTML = MARKUP;
      this.field("number").addEventListener("input", () => this.format("number", /(\d{4})(?=\d)/g, "$1 "));
      this.field("expiry").addEventListener("input", () => this.format("expiry", /^(\d\d)(?=\d)/, "$1 / "));
      for (const [name, number] of CARDS) this.offer(name, number);
      this.elements.element = this;
      queueMicrotask(() => this.listeners.ready?.());
    }

    field(name) {
      return this.root.getElementById(name);
    }

    format(name, groups, spaced) {
      const field = this.field(name);
      field.value = field.value.replace(/\D/g, "").replace(groups, spaced);
    }

    offer(name, number) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.addEventListener("click", () => this.fill(number));
      this.root.querySelector(".cards").append(button);
    }

    fill(number) {
      const year = String((new Date().getFullYear() + 4) % 100);
      Object.entries({ number, expiry: `12${year}`, cvc: "123" }).forEach(([name, value]) => {
        this.field(name).value = value;
        this.field(name).dispatchEvent(new Event("input"));
      });
    }

    // The card as Stripe's API takes it; null, and said beside the fields, if it is not complete.
    card() {
      const [number, expiry, cvc] = ["number", "expiry", "cvc"].map((name) => this.field(name).value.replace(/\D/g, ""));
      const wrong =
        number.length < 12 ? "Your card number is incomplete." :
        expiry.length < 4 ? "Your card's expiration date is incomplete." :
        cvc.length < 3 ? "Your card's security code is incomplete." : "";
      this.field("wrong").textContent = wrong;
      if (wrong) return null;
      return {
        "card[number]": number,
        "card[exp_month]": expiry.slice(0, 2),
        "card[exp_year]": `20${expiry.slice(2)}`,
        "card[cvc]": cvc,
      };
    }

    // What the buyer tells the bank: `succeed` or `fail`.
    challenge() {
      const dialog = this.root.querySelector("dialog");
      dialog.showModal();
      return new Promise((resolve) => {
        const answer = (outcome) => {
          dialog.close();
          resolve(outcome);
        };
        dialog.oncancel = () => answer("fail");
        for (const button of dialog.querySelectorAll("button")) button.onclick = () => answer(button.value);
      });
    }
  }

  async function call(key, method, path, form = {}) {
    const query = new URLSearchParams({ key, ...form });
    const answer = await fetch(BASE + path + (method === "GET" ? `?${query}` : ""), {
      method,
      body: method === "GET" ? undefined : query,
    });
    return answer.json();
  }

  function intentOf(secret) {
    return `/v1/payment_intents/${secret.split("_secret")[0]}`;
  }

  async function confirm(key, element, secret, returnUrl) {
    const card = element.card();
    if (!card) {
      return { error: { type: "validation_error", message: element.field("wrong").textContent } };
    }
    const method = await call(key, "POST", "/v1/payment_methods", { type: "card", ...card });
    if (method.error) return { error: method.error };
    const form = { client_secret: secret, payment_method: method.id, return_url: returnUrl };
    let intent = await call(key, "POST", `${intentOf(secret)}/confirm`, form);
    if (intent.status === "requires_action") {
      const outcome = await element.challenge();
      const url = `${BASE}/_double/payment_intents/${intent.id}/authenticate`;
      await fetch(url, { method: "POST", body: JSON.stringify({ outcome }) });
      intent = await call(key, "GET", intentOf(secret), { client_secret: secret });
    }
    if (intent.error) return { error: intent.error };
    if (intent.status === "requires_payment_method") return { error: intent.last_payment_error };
    return { paymentIntent: intent };
  }

  window.Stripe = (key) => ({
    elements({ clientSecret }) {
      const elements = { secret: clientSecret, element: null };
      elements.create = () => new PaymentElement(elements);
      return elements;
    },
    async confirmPayment({ elements, confirmParams, redirect = "always" }) {
      const returnUrl = confirmParams.return_url;
      const result = await confirm(key, elements.element, elements.secret, returnUrl);
      if (result.paymentIntent && redirect === "always") location.assign(returnUrl);
      return result;
    },
    async retrievePaymentIntent(secret) {
      const intent = await call(key, "GET", intentOf(secret), { client_secret: secret });
      return intent.error ? { error: intent.error } : { paymentIntent: intent };
    },
  });
})();
