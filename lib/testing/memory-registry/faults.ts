import type { IncomingHttpHeaders } from "node:http";
import { pseudoRandomFraction } from "#lib/demo/random.ts";
import type { FaultAction } from "./fault-actions.ts";
import type { RequestKind, Route } from "./route.ts";

/** Which requests a fault befalls: those that fit in all that is given. */
export interface FaultMatch {
  readonly method?: string;
  readonly kind?: RequestKind;
  /** Of path and query. */
  readonly path?: RegExp;
  readonly repository?: string;
  /** As the request names it: not a manifest by tag, nor a chunk on its way. */
  readonly digest?: string;
}

export interface Fault {
  readonly match?: FaultMatch;
  readonly action: FaultAction;
  /** How often; once unless given, without limit where a probability is given. */
  readonly times?: number;
  /** From 0 to 1, for each request that fits; the same seed picks the same requests, by their order. */
  readonly probability?: number;
  readonly seed?: string;
}

/** A fault that was added. */
export interface ActiveFault {
  /** How many requests it befell. */
  readonly hits: number;
  remove(): void;
}

/** The faults that are to come. A request gets all that fit, in the order in which they were added. */
export class Faults {
  readonly #scripts = new Set<FaultScript>();

  /** @throws RangeError for a probability that is none */
  add(fault: Fault): ActiveFault {
    const { probability = 1 } = fault;
    if (!(probability >= 0 && probability <= 1)) throw new RangeError(`no probability: ${probability}`);
    const script = new FaultScript(fault);
    this.#scripts.add(script);
    return {
      get hits() {
        return script.hits;
      },
      remove: () => void this.#scripts.delete(script),
    };
  }

  clear(): void {
    this.#scripts.clear();
  }

  /** What befalls this request. */
  take(method: string, path: string, route: Route, headers: IncomingHttpHeaders): FaultAction[] {
    return [...this.#scripts]
      .filter((script) => script.strike(method, path, route, headers))
      .map((script) => script.action);
  }
}

class FaultScript {
  hits = 0;
  readonly #fault: Fault;
  #seen = 0;

  constructor(fault: Fault) {
    this.#fault = fault;
  }

  get action(): FaultAction {
    return this.#fault.action;
  }

  strike(method: string, path: string, route: Route, headers: IncomingHttpHeaders): boolean {
    const { match = {}, action, probability, seed = "", times } = this.#fault;
    if (this.hits >= (times ?? (probability === undefined ? 1 : Infinity))) return false;
    const fits =
      (match.method === undefined || match.method === method) &&
      (match.kind === undefined || match.kind === route.kind) &&
      (match.repository === undefined || match.repository === route.repository) &&
      (match.digest === undefined || match.digest === route.digest) &&
      (match.path === undefined || path.search(match.path) !== -1) &&
      concerns(action, headers);
    if (!fits) return false;
    if (probability !== undefined && pseudoRandomFraction(`${seed}/${this.#seen++}`) >= probability)
      return false;
    this.hits++;
    return true;
  }
}

/** Whether a fault could be seen at all in the answer to such a request. */
function concerns(action: FaultAction, headers: IncomingHttpHeaders): boolean {
  if (action.kind === "wrong-range") return headers.range !== undefined;
  if (action.kind !== "body-limit") return true;
  const length = headers["content-length"];
  return length === undefined ? headers["transfer-encoding"] !== undefined : Number(length) > action.maxBytes;
}
