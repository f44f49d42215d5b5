// The time left, by the server's clock: the browser's own may be wrong, or set during the wait.

const SPOKEN = [300, 120, 30];
const LATE = 60;

// Counts down in `element` from `total` seconds at most. `onTick(seconds)` hears of every second, `onZero()` of the end.
export function countdown(element, { expiresAt, total, now, onTick, onZero }) {
  const digits = element.querySelector("[data-digits]");
  const bar = element.querySelector("[data-bar]");
  const announce = element.querySelector("[data-announce]");
  let serverNow = now;
  let since = performance.now();
  let before = Infinity;

  function seconds() {
    const left = (expiresAt - serverNow - (performance.now() - since)) / 1000;
    return Math.min(total, Math.max(0, Math.ceil(left)));
  }

  function tick() {
    const left = seconds();
    if (left === before) return;
    digits.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    bar.style.transform = `scaleX(${left / total})`;
    element.classList.toggle("late", left <= LATE);
    const passed = SPOKEN.find((mark) => left <= mark && before > mark);
    if (passed && Number.isFinite(before)) announce.textContent = spoken(left);
    before = left;
    onTick(left);
    if (left === 0) onZero();
  }

  const timer = setInterval(tick, 250);
  tick();
  return {
    // What the server just said the time is, in ms since 1970: in whole seconds, so it may be behind what is known.
    set(time) {
      if (time <= serverNow + performance.now() - since) return;
      serverNow = time;
      since = performance.now();
    },
    stop() {
      clearInterval(timer);
    },
  };
}

function spoken(left) {
  const minutes = Math.floor(left / 60);
  const rest = left % 60;
  const parts = [];
  if (minutes) parts.push(`${minutes} ${minutes === 1 ? "minute" : "minutes"}`);
  if (rest) parts.push(`${rest} ${rest === 1 ? "second" : "seconds"}`);
  return `${parts.join(" ")} left to pay.`;
}
