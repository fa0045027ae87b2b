import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { listen, type Listener, type ListenerTls } from "./listener.ts";
import type { Route } from "./route.ts";

/** A request that came to the other origin. */
export interface BlobHostRequest {
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  /** All that were received. */
  readonly headers: IncomingHttpHeaders;
}

type Answerer = (
  listener: Listener,
  request: IncomingMessage,
  response: ServerResponse,
  route: Route,
) => void;

/**
 * Where redirects lead: an origin of its own, as a cloud's blob store is, which knows nothing but signed links. It listens
 * once the first link is made.
 */
export class BlobHost {
  readonly requests: BlobHostRequest[] = [];
  readonly #tls: ListenerTls | undefined;
  readonly #answer: Answerer;
  readonly #links = new Map<string, Route>();
  readonly #listeners = new Map<"tls" | "plain", Promise<Listener>>();

  constructor(tls: ListenerTls | undefined, answer: Answerer) {
    this.#tls = tls;
    this.#answer = answer;
  }

  /** A link to the blob of `route`, which may be used more than once. */
  async link(route: Route, downgrade: boolean): Promise<string> {
    const listener = await this.#listen(this.#tls === undefined || downgrade ? "plain" : "tls");
    const signature = randomBytes(12).toString("base64");
    this.#links.set(signature, route);
    const query = new URLSearchParams({ "X-Signature": signature, "X-Expires": "300" });
    return `${listener.origin}/store/${route.digest ?? ""}?${query.toString()}`;
  }

  async close(): Promise<void> {
    for (const listener of this.#listeners.values()) await (await listener).close();
  }

  #listen(kind: "tls" | "plain"): Promise<Listener> {
    const known = this.#listeners.get(kind);
    if (known) return known;
    const listener: Promise<Listener> = listen(
      (request, response) =>
        void listener.then((each) => {
          this.#receive(each, request, response);
        }),
      kind === "tls" ? { tls: this.#tls } : {},
    );
    this.#listeners.set(kind, listener);
    return listener;
  }

  #receive(listener: Listener, request: IncomingMessage, response: ServerResponse): void {
    const { method = "GET", url = "/", headers } = request;
    this.requests.push({ origin: listener.origin, method, path: url, headers: { ...headers } });
    const query = URL.parse(url, listener.origin)?.searchParams ?? new URLSearchParams();
    const linked = this.#links.get(query.get("X-Signature") ?? "");
    this.#answer(listener, request, response, {
      kind: "redirected-blob",
      repository: linked?.repository ?? "",
      ...(linked?.digest ? { digest: linked.digest } : {}),
      query,
    });
  }
}
