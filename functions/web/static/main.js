// Puts what the server says about a page in the place of what is shown, without a reload.

// Shows the main part of the HTML; focus goes to its error summary or its heading.
export function show(html, url) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.querySelector("main");
  if (!fresh) {
    location.assign(url);
    return null;
  }
  const main = document.querySelector("main");
  main.className = fresh.className;
  main.replaceChildren(...fresh.childNodes);
  document.title = page.title;
  const target = main.querySelector("[data-summary]") ?? main.querySelector("h1");
  target.tabIndex = -1;
  target.focus();
  return main;
}

// Asks the server for this page again.
export async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (answer.redirected) {
    location.assign(answer.url);
    return null;
  }
  return show(await answer.text(), location.href);
}
