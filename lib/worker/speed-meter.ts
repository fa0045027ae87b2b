const windowMs = 3_000;
const slotMs = 100;

/** Bytes a second over the last few seconds. */
export class SpeedMeter {
  readonly #slots: { at: number; bytes: number }[] = [];
  #since: number | null = null;

  add(bytes: number, now: number): void {
    if (bytes === 0) return;
    this.#since ??= now;
    const last = this.#slots.at(-1);
    if (last && now - last.at < slotMs) last.bytes += bytes;
    else this.#slots.push({ at: now, bytes });
  }

  bytesPerSecond(now: number): number {
    while (this.#slots[0] && this.#slots[0].at <= now - windowMs) this.#slots.shift();
    if (this.#slots.length === 0 || this.#since === null) {
      this.#since = null;
      return 0;
    }
    const bytes = this.#slots.reduce((sum, slot) => sum + slot.bytes, 0);
    // At the start the window is not full yet; a shorter one than a second would jump.
    const spanMs = Math.min(windowMs, Math.max(1_000, now - this.#since));
    return (bytes * 1000) / spanMs;
  }
}
