import type { Digest } from "#lib/engine/oci/digest.ts";
import type { OciErrorCode } from "./answer.ts";
import type { LocationForm } from "./uploads.ts";

/** How a body that is cut short is announced and ended. */
export type Framing =
  /** `Content-Length` of the whole, then the connection is closed. */
  | "length-of-whole"
  /** `Content-Length` of what is sent: a sound message with too little in it. */
  | "length-of-part"
  /** Chunked, closed without the last chunk. */
  | "chunked-open"
  /** Chunked, properly ended: a sound message with too little in it. */
  | "chunked-ended";

/** What goes wrong. Where nothing is said of the request's effect, it is as if nothing had gone wrong. */
export type FaultAction =
  /** The connection is reset before anything is done. */
  | { readonly kind: "reset" }
  /** The request has its effect; then the connection is reset instead of an answer. */
  | { readonly kind: "cut-answer" }
  /** Reset after so many bytes of the answer's body. */
  | { readonly kind: "reset-download"; readonly afterBytes: number }
  /** Reset after so many bytes of the request's body, which an upload keeps. */
  | { readonly kind: "reset-upload"; readonly afterBytes: number }
  /** 429, with `Retry-After` (seconds or an HTTP date) if given; no effect. */
  | { readonly kind: "rate-limit"; readonly retryAfter?: number | string }
  /** Any status, with an error body of the specification, or without a code the HTML page of a proxy; no effect. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly code?: OciErrorCode;
      readonly detail?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** All tokens handed out so far are bad from now on, beginning with this request. */
  | { readonly kind: "expire-tokens" }
  /** The upload that the request is for is forgotten first. */
  | { readonly kind: "lose-upload" }
  /** Other bytes, as many as there should be. */
  | { readonly kind: "wrong-bytes" }
  /** The body ends after so many bytes, the status being as it should. */
  | { readonly kind: "truncate"; readonly afterBytes: number; readonly framing: Framing }
  /** To a request with `Range`: 200 and the whole, 206 and one byte further on, or 416. */
  | { readonly kind: "wrong-range"; readonly answer: "whole" | "shifted" | "unsatisfiable" }
  /** 307 to another origin, which has the blob; `downgrade` leaves TLS. */
  | { readonly kind: "redirect"; readonly downgrade?: boolean }
  /** The bodies of request and answer pass at this rate. */
  | { readonly kind: "drip"; readonly bytesPerSecond: number }
  /** Nothing comes for so long after the head and `afterBytes` (0) of the answer's body; Infinity for ever. */
  | { readonly kind: "silence"; readonly ms: number; readonly afterBytes?: number }
  /** The answer, head and all, comes so much later. */
  | { readonly kind: "delay"; readonly ms: number }
  /** No `Content-Length`: chunked, or none at all in an answer to HEAD. */
  | { readonly kind: "without-length" }
  /** No `Docker-Content-Digest`. */
  | { readonly kind: "without-digest" }
  /** This `Docker-Content-Digest`. */
  | { readonly kind: "wrong-digest"; readonly digest: Digest }
  /** Once the answer is made, the tag of the request's repository stands at another manifest. */
  | { readonly kind: "move-tag"; readonly tag: string; readonly to: Digest }
  /** How the upload that begins names where it goes on, until its end. */
  | { readonly kind: "location"; readonly form: LocationForm }
  /** 413 as of a proxy, to a body of more bytes; no effect. Usually with `times: Infinity`. */
  | { readonly kind: "body-limit"; readonly maxBytes: number };
