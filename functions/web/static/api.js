// The API for whoever is signed in: an access token lasts minutes, so a call may have to refresh it.

let refreshing = null;

// As `fetch`, once more after a refresh if the session allows it.
export async function call(path, options) {
  const answer = await fetch(path, options);
  if (answer.status !== 401 || !(await refreshed())) return answer;
  return fetch(path, options);
}

// Whether the session goes on; calls that fail at once share one refresh.
function refreshed() {
  refreshing ??= fetch("/api/users/refresh", { method: "POST" })
    .then((answer) => answer.ok)
    .finally(() => {
      refreshing = null;
    });
  return refreshing;
}
