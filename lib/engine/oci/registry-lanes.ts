import { createLimiter, type Limiter } from "./limiter.ts";
import { Pace, type PaceLimits } from "./pace.ts";

/** Small requests to one registry; layers are not counted. */
const requestsAtOnce = 16;

/** What one registry is asked to bear, by all clients of the lane. */
interface RegistryLane {
  readonly pace: Pace;
  /** For small requests. */
  readonly requests: Limiter;
}

/**
 * The lanes to registries, one for each origin: clients that are opened with the same lanes keep to a registry's limits
 * together, and when it demands a rest of one, all rest.
 */
export class RegistryLanes {
  readonly #lanes = new Map<string, RegistryLane>();
  readonly #onRest: () => void;
  #share = 1;

  /** @param onRest called once for each rest that a registry demands; `restsUntil` says of which */
  constructor(onRest: () => void = () => undefined) {
    this.#onRest = onRest;
  }

  /** Of how many processes that keep to the same limits this is one. */
  set share(parts: number) {
    this.#share = parts;
    for (const { pace } of this.#lanes.values()) pace.share = parts;
  }

  /** When requests to an origin go on that rest now, in milliseconds since 1970; null when none does. */
  restsUntil(origin: string): number | null {
    return this.#lanes.get(origin)?.pace.restsUntil ?? null;
  }

  /** The lane to an origin, for one client more; its limits hold from now on for those that were there before, too. */
  open(origin: string, limits: PaceLimits): RegistryLane {
    const lane = this.#lanes.get(origin) ?? {
      pace: new Pace({}, this.#onRest),
      requests: createLimiter(requestsAtOnce),
    };
    this.#lanes.set(origin, lane);
    lane.pace.limits = limits;
    lane.pace.share = this.#share;
    return lane;
  }
}
