import type { IncomingHttpHeaders } from "node:http";
import { isTransfer, type RequestKind, type Route } from "./route.ts";

/** One request as it came and went. */
export interface RequestRecord {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly kind: RequestKind;
  readonly repository: string;
  /** Where the request names one. */
  readonly digest: string | null;
  /** `Range` of a download or `Content-Range` of an upload. */
  readonly range: string | null;
  /** Lower case; null without an `Authorization` header. */
  readonly authorizationScheme: string | null;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Null while it lasts. */
  endedAt: number | null;
  /** Null when no answer was begun. */
  status: number | null;
  /** What the request needed, `repository:a/b:pull,push`; for a token, what was granted. */
  scopes: readonly string[];
  /** Bytes of bodies. */
  bytesIn: number;
  bytesOut: number;
  /** Kinds of the faults that befell it. */
  faults: readonly string[];
}

/** The most requests there were at one moment. */
export interface Peaks {
  readonly transfers: number;
  readonly small: number;
}

export interface RequestFilter {
  readonly kind?: RequestKind;
  readonly repository?: string;
  readonly digest?: string;
}

export class RequestLog {
  readonly #records: RequestRecord[] = [];
  readonly #limit: number;
  readonly #now = { transfers: 0, small: 0 };
  readonly #peaks = { transfers: 0, small: 0 };

  constructor(limit: number) {
    this.#limit = limit;
  }

  begin(method: string, path: string, route: Route, headers: IncomingHttpHeaders): RequestRecord {
    const record: RequestRecord = {
      method,
      path,
      kind: route.kind,
      repository: route.repository,
      digest: route.digest ?? null,
      range: headers.range ?? headers["content-range"] ?? null,
      authorizationScheme: headers.authorization?.split(" ", 1)[0]?.toLowerCase() ?? null,
      startedAt: Date.now(),
      endedAt: null,
      status: null,
      scopes: [],
      bytesIn: 0,
      bytesOut: 0,
      faults: [],
    };
    this.#records.push(record);
    if (this.#records.length > this.#limit) this.#records.shift();
    const kind = isTransfer(route.kind) ? "transfers" : "small";
    this.#peaks[kind] = Math.max(this.#peaks[kind], ++this.#now[kind]);
    return record;
  }

  end(record: RequestRecord): void {
    record.endedAt = Date.now();
    this.#now[isTransfer(record.kind) ? "transfers" : "small"]--;
  }

  /** Oldest first. */
  list(filter: RequestFilter = {}): RequestRecord[] {
    const wanted = Object.entries(filter);
    return this.#records.filter((record) =>
      wanted.every(([name, value]) => record[name as keyof RequestFilter] === value),
    );
  }

  peaks(): Peaks {
    return { ...this.#peaks };
  }

  /** Starts the log and the peaks anew. */
  clear(): void {
    this.#records.length = 0;
    Object.assign(this.#peaks, this.#now);
  }
}
