// The API for whoever is signed in: an access token lasts minutes, so a call may have to refresh it.

const SIGNED_OUT = 401;

let refreshing = null;

// As `fetch`, once more after a refresh if the session allows it. If it does not go on, the answer is what the
// refresh was told; and if it is over, the server says so in the place of this page.
export async function call(path, options) {
  const answer = await fetch(path, options);
  if (answer.status !== SIGNED_OUT) return answer;
  const refreshed = await refresh();
  if (refreshed.ok) return fetch(path, options);
  if (refreshed.status === SIGNED_OUT) location.reload();
  return refreshed;
}

// Goes on with the session; calls that fail at once share one refresh.
function refresh() {
  refreshing ??= fetch("/api/users/refresh", { method: "POST" }).finally(() => {
    refreshing = null;
  });
  return refreshing;
}
