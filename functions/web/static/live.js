// Asks the server again and again, slower when nothing happens, and not at all in a hidden tab.

import { call } from "./api.js";

// Calls `ask` after `first` ms, then less and less often up to every `most` ms, until `stop()`.
// `ask` returns true if something is about to happen: then the pace is the first one again.
export function watch(ask, { first, most }) {
  let pause = first;
  let timer = 0;
  let stopped = false;

  async function turn() {
    clearTimeout(timer);
    let lively = false;
    try {
      lively = await ask();
    } catch {
      // Offline, or the server is busy: the next turn asks again.
    }
    pause = lively ? first : Math.min(pause * 1.5, most);
    plan();
  }

  function plan() {
    clearTimeout(timer);
    if (!stopped && !document.hidden) timer = setTimeout(turn, pause);
  }

  function onVisibility() {
    if (document.hidden) clearTimeout(timer);
    else now();
  }

  async function now() {
    pause = first;
    if (!stopped) await turn();
  }

  document.addEventListener("visibilitychange", onVisibility);
  plan();
  return {
    now,
    stop() {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisibility);
    },
  };
}

// The JSON at a path of the API and when the server said it; null for an answer that is no success.
export async function fetchJson(path) {
  const answer = await call(path, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!answer.ok) return null;
  const date = Date.parse(answer.headers.get("Date") ?? "");
  return { body: await answer.json(), now: Number.isNaN(date) ? null : date };
}
