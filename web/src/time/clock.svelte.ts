/** Now, once a second for the whole page, and whether absolute times are shown in UTC or in this machine's zone. */
const KEY = "chargehand.zone";

export type Zone = "utc" | "local";

class Clock {
  /** ms since 1970, refreshed every second. */
  now = $state(Date.now());
  zone = $state<Zone>(localStorage.getItem(KEY) === "utc" ? "utc" : "local");

  /** Begin to tick; returns how to stop. */
  start(): () => void {
    const ticking = setInterval(() => (this.now = Date.now()), 1_000);
    return () => clearInterval(ticking);
  }

  use(zone: Zone): void {
    this.zone = zone;
    localStorage.setItem(KEY, zone);
  }
}

export const clock = new Clock();
