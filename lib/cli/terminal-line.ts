const intervalMs = 200;
/** Terminals behind a pipe of their own do not tell their width. */
const defaultColumns = 80;

/** A line on a terminal that is drawn over and over while something is under way. */
export class TerminalLine {
  readonly #terminal: NodeJS.WriteStream;
  readonly #compose: () => string;
  readonly #timer: NodeJS.Timeout;

  constructor(terminal: NodeJS.WriteStream, compose: () => string) {
    this.#terminal = terminal;
    this.#compose = compose;
    this.#timer = setInterval(() => this.#draw(), intervalMs);
    this.#draw();
  }

  /** Writes a line that stays, above the one that is drawn. */
  note(line: string): void {
    this.#terminal.write(`\r\x1b[K${line}\n`);
    this.#draw();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#terminal.write("\r\x1b[K");
  }

  #draw(): void {
    const columns = (this.#terminal.columns || defaultColumns) - 1;
    this.#terminal.write(`\r\x1b[K${this.#compose().slice(0, columns)}`);
  }
}
