import type { MirrorEvent } from "../engine/mirror/index.ts";
import { formatBytes } from "./format-bytes.ts";

const barWidth = 24;
const intervalMs = 200;
/** Terminals behind a pipe of their own do not tell their width. */
const defaultColumns = 80;

/** A line on a terminal that is drawn over and over while images are copied. */
export class ProgressBar {
  readonly #terminal: NodeJS.WriteStream;
  readonly #total: number;
  readonly #startedAt = performance.now();
  #finished = 0;
  #doneBytes = 0;
  /** Per blob in transfer, the most any attempt has reached: a retry does not set the bar back. */
  readonly #reached = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(terminal: NodeJS.WriteStream, total: number) {
    this.#terminal = terminal;
    this.#total = total;
    this.#timer = setInterval(() => this.#draw(), intervalMs);
    this.#draw();
  }

  onEvent(event: MirrorEvent): void {
    if (event.type === "blob-progress") {
      this.#reached.set(event.digest, Math.max(event.bytes, this.#reached.get(event.digest) ?? 0));
    } else if (event.type === "blob-transferred") {
      this.#reached.delete(event.digest);
      this.#doneBytes += event.sizeBytes;
    } else if (event.type === "image-finished" || event.type === "image-failed") {
      this.#finished++;
    }
  }

  /** Writes a line that stays, above the bar. */
  note(line: string): void {
    this.#terminal.write(`\r\x1b[K${line}\n`);
    this.#draw();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#terminal.write("\r\x1b[K");
  }

  #draw(): void {
    const bytes = this.#doneBytes + [...this.#reached.values()].reduce((sum, each) => sum + each, 0);
    const seconds = Math.max(0.001, (performance.now() - this.#startedAt) / 1000);
    const filled = Math.round((this.#finished / this.#total) * barWidth);
    const bar = "#".repeat(filled) + "-".repeat(barWidth - filled);
    const line = `[${bar}] ${this.#finished}/${this.#total} images  ${formatBytes(bytes)}  ${formatBytes(bytes / seconds)}/s`;
    this.#terminal.write(`\r\x1b[K${line.slice(0, (this.#terminal.columns || defaultColumns) - 1)}`);
  }
}
