// Answers that come from before our pages and the API (limits, overload, a firewall), or from their failure.

// Whether the same request may well succeed later.
export function isBusy(answer) {
  return answer.status === 429 || answer.status >= 500;
}

// The seconds after which the answer allows another try; 0 if it does not say.
export function retryAfter(answer) {
  return Number(answer.headers.get("Retry-After")) || 0;
}

// What to tell whoever waits for it.
export function advice(answer) {
  const wait = `Wait ${duration(retryAfter(answer))} and try again.`;
  if (answer.status === 429) return `Too many requests at once. ${wait}`;
  if (answer.status === 503) return `We are very busy or briefly unavailable. ${wait}`;
  if (answer.status === 403) return "Our firewall blocked this request. Try again, or use another network.";
  return `Something went wrong on our side. ${wait}`;
}

function duration(seconds) {
  if (!seconds) return "a moment";
  if (seconds === 1) return "1 second";
  return seconds <= 60 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
