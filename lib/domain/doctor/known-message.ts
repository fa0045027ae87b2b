import type { DoctorStep } from "./doctor-step.ts";

/** What a message of a node or a tool comes from, and the step of the doctor that proves it; null: only a node can tell. */
export const messageChecks = {
  "unknown-authority": "trust",
  "authority-key-differs": "trust",
  "name-mismatch": "trust",
  "common-name": "trust",
  "no-ip-names": "trust",
  expired: "trust",
  "not-yet-valid": "clock",
  "not-an-authority": "trust",
  "weak-signature": "trust",
  "plain-http": "protocol",
  "tls-expected": "protocol",
  "client-certificate-wanted": "tls",
  "tls-refused": "tls",
  "tls-too-old": "tls",
  "no-credentials": "authentication",
  unauthorized: "authentication",
  denied: "images",
  "rate-limited": "api",
  "manifest-unknown": "images",
  "repository-unknown": "images",
  "project-missing": "harbor",
  "name-not-found": "dns",
  "name-server-failed": "dns",
  timeout: "reach",
  refused: "reach",
  "no-route": "reach",
  "connection-broken": "protocol",
  "server-failed": "api",
  "proxy-failed": "proxy",
  "proxy-unauthorized": "proxy",
  "disk-full": null,
  "platform-missing": "images",
  "wrong-architecture": null,
  "digest-differs": "images",
  "body-too-large": "push",
  "quota-exceeded": "push",
  "tag-immutable": "push",
  "old-manifest": "images",
  "reference-malformed": null,
  "bundle-flag": null,
  "image-flag": null,
  "plugin-inventory": "plugin-inventory",
  "inventory-signature": "plugin-inventory",
  "retired-registry": "images",
  "pull-failed": null,
} as const satisfies Record<string, DoctorStep | null>;

export type MessageCause = keyof typeof messageChecks;

export const messageCauses = Object.keys(messageChecks) as readonly MessageCause[];

/** What a message names; what it does not is left out. */
export interface MessageFacts {
  /** `host[:port]` of the registry, or of whatever server was asked. */
  readonly host?: string;
  /** Whole, without the host. */
  readonly repository?: string;
  /** A tag or a digest. */
  readonly reference?: string;
  /** The path under which the folders of clusters stand, where the repository tells. */
  readonly base?: string;
  /** `address:port` that was dialled. */
  readonly address?: string;
  /** Of name servers. */
  readonly server?: string;
  /** Names that a certificate is for. */
  readonly names?: readonly string[];
  /** The subject of a certificate. */
  readonly subject?: string;
  /** The clock of whoever wrote the message, and the end or beginning of the certificate's time, as they stand there. */
  readonly now?: string;
  readonly limit?: string;
  readonly architecture?: string;
}

/** A message that is known, with what it names. */
export interface KnownMessage {
  readonly cause: MessageCause;
  readonly facts: MessageFacts;
  /** Of the first of its kind, from 1. */
  readonly line: number;
  /** How many lines say so. */
  readonly count: number;
  /** The first of them, cut where it is long. */
  readonly excerpt: string;
}
