import type { OnReadOpts, Socket } from "node:net";
import { abortError } from "./abort-error.ts";
import { platformError } from "./dial.ts";
import { HttpConnection, type ConnectionLimits } from "./http-connection.ts";
import { Inbox } from "./inbox.ts";
import { keepAnswers } from "./keep-answers.ts";
import type { ResponseHead } from "./response-head.ts";

const keepAliveMs = 30_000;
/** So much earlier than the server would do it, lest the two cross. */
const keepAliveMarginMs = 1_000;

/** Opens a connection that reads by `onread`, where it can. */
type Open = (onread: OnReadOpts) => Promise<Socket>;

/** Connections that are kept for the next request to the same place; the last one used is the first one taken. */
export class ConnectionPool {
  readonly #limits: ConnectionLimits;
  readonly #idle = new Map<string, HttpConnection[]>();
  readonly #keys = new Map<HttpConnection, string>();
  readonly #openings = new Set<(error: Error) => void>();
  #closed = false;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  /** A connection for one exchange. @throws whatever `open` throws, and as soon as the signal fires */
  async take(key: string, open: Open, signal: AbortSignal | undefined): Promise<HttpConnection> {
    if (this.#closed) throw closedError();
    signal?.throwIfAborted();
    const kept = this.#idle.get(key)?.pop();
    if (kept === undefined) return this.#open(key, open, signal);
    kept.wake();
    return kept;
  }

  /** Ends what lies idle there: what has taken one of them away has most likely taken the others, too. */
  endIdle(key: string): void {
    for (const connection of this.#idle.get(key) ?? []) connection.destroy();
  }

  /** Ends all connections, whatever they carry. */
  close(): void {
    this.#closed = true;
    const error = closedError();
    for (const cancel of [...this.#openings]) cancel(error);
    for (const connection of [...this.#keys.keys()]) connection.destroy(error);
  }

  /** Who asked may not wait for it to the end; then it is for the next one. */
  async #open(key: string, open: Open, signal: AbortSignal | undefined): Promise<HttpConnection> {
    return new Promise<HttpConnection>((resolve, reject) => {
      let wanted = true;
      const cancel = (error: Error) => {
        settle();
        reject(error);
      };
      const onAbort = () => cancel(platformError("ECONNABORTED"));
      const settle = () => {
        wanted = false;
        this.#openings.delete(cancel);
        signal?.removeEventListener("abort", onAbort);
      };
      this.#openings.add(cancel);
      signal?.addEventListener("abort", onAbort);
      const inbox = new Inbox();
      open(inbox.onread).then(
        (socket) => {
          const connection = new HttpConnection(keepAnswers(socket), inbox, this.#limits, this);
          this.#keys.set(connection, key);
          if (wanted) resolve(connection);
          else this.#keep(connection, keepAliveMs);
          settle();
        },
        (error: unknown) => {
          settle();
          reject(error instanceof Error ? error : new Error("no connection", { cause: error }));
        },
      );
    });
  }

  onFree(connection: HttpConnection, head: ResponseHead): void {
    this.#keep(connection, chooseIdleMs(head));
  }

  onGone(connection: HttpConnection): void {
    const key = this.#keys.get(connection) ?? "";
    this.#keys.delete(connection);
    const others = this.#idle.get(key)?.filter((each) => each !== connection) ?? [];
    if (others.length > 0) this.#idle.set(key, others);
    else this.#idle.delete(key);
  }

  #keep(connection: HttpConnection, idleMs: number): void {
    const key = this.#keys.get(connection);
    if (this.#closed || key === undefined || idleMs <= 0) return connection.destroy();
    this.#idle.set(key, [...(this.#idle.get(key) ?? []), connection]);
    connection.rest(idleMs);
  }
}

const closedError = () => abortError(new Error("the connections are closed"));

/** Many servers say how long they wait: `Keep-Alive: timeout=5`. */
function chooseIdleMs({ headers }: ResponseHead): number {
  const seconds = /(?:^|[\s,])timeout=(\d{1,6})(?:[\s,]|$)/i.exec(headers["keep-alive"] ?? "")?.[1];
  return seconds === undefined
    ? keepAliveMs
    : Math.min(keepAliveMs, Number(seconds) * 1_000 - keepAliveMarginMs);
}
