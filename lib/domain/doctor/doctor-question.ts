import type { Certificate } from "../certificates/certificate.ts";
import type { AddressPolicyMode } from "#lib/engine/network/address-policy.ts";
import type { ProxyOptions } from "#lib/engine/network/proxy-route.ts";
import type { Credentials } from "#lib/engine/oci/auth.ts";
import type { RegistryBase } from "#lib/engine/oci/reference.ts";
import type { DoctorStep, TrustList } from "./doctor-step.ts";

/** A certificate under the name that its owner gave it. */
export interface NamedCertificate {
  readonly name: string;
  readonly certificate: Certificate;
}

/** An image that is known to have been placed. */
export interface ExpectedImage {
  /** Whole, the base included. */
  readonly repository: string;
  readonly tag: string;
  /** What was placed there. */
  readonly digest?: string;
}

/** A folder for bundles, as its owner has measured it. */
export interface DiskSpace {
  readonly folder: string;
  /** Null when it cannot be told. */
  readonly freeBytes: number | null;
  /** How much should be free; 50 GB unless given. */
  readonly wantedBytes?: number;
}

/** What the doctor is to look at. */
export interface DoctorQuestion {
  /** The registry and the base under which the three folders of clusters stand. */
  readonly registry: RegistryBase;
  /** Whether plain HTTP is meant to be spoken. */
  readonly plainHttp?: boolean;
  /** What is stored in each list, in its order. A list that is left out is not judged. */
  readonly trust: Readonly<Partial<Record<TrustList, readonly NamedCertificate[]>>>;
  /** All certificates that are stored, in whatever list or in none. */
  readonly stored?: readonly NamedCertificate[];
  readonly proxy?: ProxyOptions;
  /** For the permission to push only: all else is asked as clusters ask, who sign in nowhere. */
  readonly credentials?: Credentials;
  readonly expected?: readonly ExpectedImage[];
  readonly disks?: readonly DiskSpace[];
  /** `host[:port]` of Cloud Director's public endpoint. */
  readonly cloudDirector?: string;
}

export interface DoctorOptions {
  /** Ends the walk, which then throws an Error named `AbortError`. */
  readonly signal?: AbortSignal;
  /** `guarded` unless given. */
  readonly addressPolicy?: AddressPolicyMode;
  /** For a connection: 10 s unless given. */
  readonly connectTimeoutMs?: number;
  /** For an answer: 20 s unless given. */
  readonly answerTimeoutMs?: number;
  /** For the whole walk, after which steps are skipped: 120 s unless given. */
  readonly totalTimeoutMs?: number;
  /** From when on a handshake or an answer is called slow: 3 s unless given. */
  readonly slowAfterMs?: number;
  /** The time of this machine, in milliseconds since 1970; the system's clock unless given. */
  readonly now?: () => number;
  /** Called as each step begins. */
  readonly onStep?: (step: DoctorStep) => void;
}
