// A ticket's page follows the ticket: reserved, free again, sold, edited.

import { fetchJson, watch } from "./live.js";
import { refresh } from "./main.js";

const FINAL = ["sold", "withdrawn"];

const live = watch(follow, { first: 4000, most: 60000 });

async function follow() {
  const shown = document.querySelector("[data-ticket]");
  if (!shown || FINAL.includes(shown.dataset.status)) {
    live.stop();
    return false;
  }
  const found = await fetchJson(`/api/tickets/${shown.dataset.ticket}`);
  if (!found) return false;
  const { status, version } = found.body;
  if (status === shown.dataset.status && String(version) === shown.dataset.version) return false;
  if (document.querySelector("form[aria-busy=true]")) return true;
  const main = await refresh(`?version=${version}`);
  if (!main) return false;
  const state = main.querySelector(".tag")?.textContent ?? "";
  document.querySelector("[data-live]").textContent = `This ticket changed: ${state}.`;
  return true;
}
