import type { MirrorEvent } from "../engine/mirror/index.ts";
import { formatBytes } from "./format-bytes.ts";
import { TerminalLine } from "./terminal-line.ts";

const barWidth = 24;

/** How far a copy is, on a terminal. */
export class ProgressBar {
  readonly #line: TerminalLine;
  readonly #total: number;
  readonly #startedAt = performance.now();
  #finished = 0;
  #doneBytes = 0;
  /** Per blob in transfer, the most any attempt has reached: a retry does not set the bar back. */
  readonly #reached = new Map<string, number>();

  constructor(terminal: NodeJS.WriteStream, total: number) {
    this.#total = total;
    this.#line = new TerminalLine(terminal, () => this.#compose());
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
    this.#line.note(line);
  }

  stop(): void {
    this.#line.stop();
  }

  #compose(): string {
    const bytes = this.#doneBytes + [...this.#reached.values()].reduce((sum, each) => sum + each, 0);
    const seconds = Math.max(0.001, (performance.now() - this.#startedAt) / 1000);
    const filled = Math.round((this.#finished / this.#total) * barWidth);
    const bar = "#".repeat(filled) + "-".repeat(barWidth - filled);
    return `[${bar}] ${this.#finished}/${this.#total} images  ${formatBytes(bytes)}  ${formatBytes(bytes / seconds)}/s`;
  }
}
