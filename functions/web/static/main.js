// Puts what the server says about a page in the place of what is shown, without a reload.

import { isBusy } from "./refusals.js";

// Shows the main part of the HTML, and gives it; focus goes to its error summary or its heading. What is no page of ours
// is not shown: null.
export function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.querySelector("main");
  if (!fresh) return null;
  const main = document.querySelector("main");
  main.className = fresh.className;
  main.replaceChildren(...fresh.childNodes);
  document.title = page.title;
  const target = main.querySelector("[data-summary]") ?? main.querySelector("h1");
  target.tabIndex = -1;
  target.focus();
  return main;
}

// Asks the server for this page again; null while it cannot be had. A query gets it past a cache that is behind.
export async function refresh(query = "") {
  const answer = await fetch(location.pathname + query, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (answer.redirected) {
    location.assign(answer.url);
    return null;
  }
  return isBusy(answer) ? null : show(await answer.text());
}
