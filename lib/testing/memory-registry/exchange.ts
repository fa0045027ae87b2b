import type { IncomingHttpHeaders } from "node:http";
import type { RequestRecord } from "./request-log.ts";
import type { Route } from "./route.ts";

/** A request while it is answered. */
export interface Exchange {
  readonly method: string;
  readonly route: Route;
  readonly headers: IncomingHttpHeaders;
  /** `http(s)://host:port` as the client addressed it. */
  readonly origin: string;
  readonly body: AsyncIterable<Uint8Array>;
  readonly record: RequestRecord;
  /** Fires when the client is gone or the registry stops. */
  readonly signal: AbortSignal;
  /** Whether what the client showed lets it read another repository, too. */
  mayPull(repository: string): boolean;
}
