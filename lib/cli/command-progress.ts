import type { MirrorEvent } from "../engine/mirror/index.ts";
import { formatBytes } from "./format-bytes.ts";
import { ProgressBar } from "./progress-bar.ts";
import { TerminalLine } from "./terminal-line.ts";

type CountedStep = "resolving" | "checking" | "proving";

const words: Readonly<Record<CountedStep, (done: number, total: number) => string>> = {
  resolving: (done, total) => `resolving images  ${done}/${total}`,
  checking: (done, total) => `checking the bundle  ${formatBytes(done)} of ${formatBytes(total)}`,
  proving: (done, total) => `proving what was written  ${formatBytes(done)} of ${formatBytes(total)}`,
};

/** How far a command with several steps is. On a terminal it is a line that is drawn over; elsewhere only notes are written. */
export class CommandProgress {
  readonly #terminal: NodeJS.WriteStream;
  #line: TerminalLine | ProgressBar | null = null;
  #done = 0;

  constructor(terminal: NodeJS.WriteStream) {
    this.#terminal = terminal;
  }

  /** Begins a step that is counted. @param total images, or bytes */
  show(step: CountedStep, total: number): void {
    this.stop();
    this.#done = 0;
    if (this.#terminal.isTTY) {
      this.#line = new TerminalLine(this.#terminal, () => words[step](this.#done, total));
    }
  }

  /** Goes on in that step. */
  add(count: number): void {
    this.#done += count;
  }

  /** Begins the copying of so many images. */
  showCopy(images: number): void {
    this.stop();
    if (this.#terminal.isTTY) this.#line = new ProgressBar(this.#terminal, images);
  }

  onEvent(event: MirrorEvent): void {
    if (this.#line instanceof ProgressBar) this.#line.onEvent(event);
  }

  /** Writes a line that stays. */
  note(line: string): void {
    if (this.#line) this.#line.note(line);
    else this.#terminal.write(`${line}\n`);
  }

  stop(): void {
    this.#line?.stop();
    this.#line = null;
  }
}
