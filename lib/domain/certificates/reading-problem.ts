import type { OtherKind, PrivateKeyForm } from "./recognize-der.ts";

/**
 * What is wrong, or worth saying, with a text or file that certificates were read from. Lines count from 1; null in a
 * binary file. Nothing of the text itself is in it, since that may be a piece of a private key.
 */
export type ReadingProblem =
  /** With a private key in it, nothing of the input is taken. */
  | { readonly code: "private-key"; readonly form: PrivateKeyForm; readonly line: number | null }
  | { readonly code: "input-empty" }
  | { readonly code: "input-too-large"; readonly sizeBytes: number; readonly limitBytes: number }
  | { readonly code: "too-many-certificates"; readonly limit: number }
  /** More problems were found than are told. */
  | { readonly code: "too-many-problems"; readonly limit: number }
  | { readonly code: "no-certificate-found" }
  | { readonly code: "base64-damaged"; readonly line: number; readonly blockLine: number }
  /** Complete, by its label or shape a certificate, but not one that can be read. */
  | { readonly code: "certificate-damaged"; readonly line: number | null }
  | { readonly code: "block-unfinished"; readonly line: number }
  | { readonly code: "block-without-begin"; readonly line: number }
  /** A `BEGIN` or `END` without its five hyphens on both sides: word processors make dashes of them. */
  | { readonly code: "marker-damaged"; readonly line: number }
  /** BEGIN and END name different things. */
  | { readonly code: "labels-differ"; readonly line: number; readonly endLine: number }
  | { readonly code: "not-a-certificate"; readonly line: number | null; readonly kind: OtherKind }
  | {
      readonly code: "duplicate";
      readonly line: number | null;
      readonly firstLine: number | null;
      readonly fingerprint: string;
    }
  | { readonly code: "stray-text"; readonly line: number; readonly lastLine: number }
  /** Line ends of Windows, from that line on, which some programs on nodes stumble over: what is kept has none. */
  | { readonly code: "carriage-returns"; readonly line: number }
  /** What `BEGIN TRUSTED CERTIFICATE` holds besides the certificate: OpenSSL's own trust settings. */
  | { readonly code: "trust-settings-dropped"; readonly line: number }
  /**
   * What was read was base64 of a text or file, once or twice: in this line, as in Kubernetes' objects; or, where that is
   * null, all of the input, and then the lines of all else are those of what is inside.
   */
  | { readonly code: "base64-wrapped"; readonly times: number; readonly line: number | null };

export type ReadingProblemCode = ReadingProblem["code"];

/** `error`: something that was meant to be read was not. `notice`: all was read, and this was seen. */
export const readingProblemSeverities: Readonly<Record<ReadingProblemCode, "error" | "notice">> = {
  "private-key": "error",
  "input-empty": "error",
  "input-too-large": "error",
  "too-many-certificates": "error",
  "too-many-problems": "error",
  "no-certificate-found": "error",
  "base64-damaged": "error",
  "certificate-damaged": "error",
  "block-unfinished": "error",
  "block-without-begin": "error",
  "marker-damaged": "error",
  "labels-differ": "error",
  "not-a-certificate": "error",
  duplicate: "notice",
  "stray-text": "notice",
  "carriage-returns": "notice",
  "trust-settings-dropped": "notice",
  "base64-wrapped": "notice",
};
