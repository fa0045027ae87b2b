import type { Certificate } from "../certificates/certificate.ts";
import type { ChainDiagnosis } from "../certificates/diagnose-chain.ts";
import type { Endpoint } from "#lib/engine/network/transport.ts";
import { registryOrigin } from "#lib/engine/oci/registry-origin.ts";
import type { DoctorOptions, DoctorQuestion } from "./doctor-question.ts";
import type { TrustList } from "./doctor-step.ts";
import type { Finding } from "./finding.ts";
import type { FoundAddress } from "./finding-facts.ts";
import type { ApiAnswer } from "./ask-api.ts";
import type { Handshake } from "./shake-hands.ts";
import type { ClusterFolder } from "./known-images.ts";
import { describePlace, type ServerPlace } from "./server-place.ts";

export interface WalkLimits {
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly slowAfterMs: number;
}

const defaultLimits: WalkLimits = {
  connectTimeoutMs: 10_000,
  answerTimeoutMs: 20_000,
  totalTimeoutMs: 120_000,
  slowAfterMs: 3_000,
};

/** A step on its way: what it sees, and at its end whether later steps can build on it. */
export type StepRun = AsyncGenerator<Finding, boolean, undefined>;

/** A step that only thinks. */
export type Judgement = Generator<Finding, boolean, undefined>;

/** What is asked, within which bounds, and what has been seen so far that later steps build on. */
export class Walk {
  readonly question: DoctorQuestion;
  readonly limits: WalkLimits;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly place: ServerPlace;
  readonly #options: DoctorOptions;
  /** Whether plain HTTP is what is spoken there. */
  plainHttp: boolean;
  addresses: readonly FoundAddress[] = [];
  handshake: Handshake | null = null;
  /** Whether TLS can be agreed upon, apart from trust; true of plain HTTP. */
  agrees = true;
  diagnoses: ReadonlyMap<TrustList, ChainDiagnosis> = new Map();
  /** Whether this panel knows with whom it speaks, so that it may sign in. */
  verified = false;
  answer: ApiAnswer | null = null;
  /** Whether the registry wants tokens of a server: then that judges passwords, and the registry rights. */
  wantsTokens = false;

  constructor(question: DoctorQuestion, options: DoctorOptions, signal: AbortSignal) {
    this.question = question;
    this.#options = options;
    this.limits = pickLimits(options);
    this.signal = signal;
    this.now = options.now ?? Date.now;
    this.plainHttp = question.plainHttp ?? false;
    this.place = this.placeOf(this.origin);
  }

  /** Of the registry, as it was found to be spoken to. */
  get origin(): string {
    return registryOrigin(this.question.registry.registry, { plainHttp: this.plainHttp });
  }

  placeOf(origin: string): ServerPlace {
    return describePlace(origin, this.question.proxy);
  }

  /** How this panel reaches a server: its own list is trusted, and nobody signs in. */
  get connection(): Omit<Endpoint, "origin"> {
    const { connectTimeoutMs, answerTimeoutMs } = this.limits;
    return {
      ...this.reach,
      timeouts: {
        connectTimeoutMs,
        headersTimeoutMs: answerTimeoutMs,
        bodyIdleTimeoutMs: answerTimeoutMs,
        readTimeoutMs: answerTimeoutMs,
      },
    };
  }

  /** The registry, which is asked unverified where it is not trusted: then nothing is shown to it. */
  get registryConnection(): Omit<Endpoint, "origin"> {
    return { ...this.connection, skipVerify: !this.verified };
  }

  /** Whether credentials may be shown: to a server that is trusted, or where plain HTTP was meant. */
  get maySignIn(): boolean {
    return this.plainHttp ? this.question.plainHttp === true : this.verified;
  }

  get reach(): Pick<Endpoint, "caCertificates" | "proxy" | "addressPolicy"> {
    const { addressPolicy } = this.#options;
    const { proxy } = this.question;
    return {
      caCertificates: this.certificatesOf("panel").map(({ pem }) => pem),
      ...(addressPolicy !== undefined && { addressPolicy }),
      ...(proxy !== undefined && { proxy }),
    };
  }

  /** A repository below the base. */
  below(path: string): string {
    const { base } = this.question.registry;
    return base === "" ? path : `${base}/${path}`;
  }

  /** `host[:port]/base/folder`, one of the three paths of clusters. */
  pathOf(folder: ClusterFolder): string {
    return `${this.question.registry.registry}/${this.below(folder)}`;
  }

  certificatesOf(list: TrustList): readonly Certificate[] {
    return (this.question.trust[list] ?? []).map(({ certificate }) => certificate);
  }
}

function pickLimits(options: DoctorOptions): WalkLimits {
  return {
    connectTimeoutMs: options.connectTimeoutMs ?? defaultLimits.connectTimeoutMs,
    answerTimeoutMs: options.answerTimeoutMs ?? defaultLimits.answerTimeoutMs,
    totalTimeoutMs: options.totalTimeoutMs ?? defaultLimits.totalTimeoutMs,
    slowAfterMs: options.slowAfterMs ?? defaultLimits.slowAfterMs,
  };
}
