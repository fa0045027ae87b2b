import { createHash } from "node:crypto";
import { Certificate } from "./certificate.ts";
import { readDerElement, sliceDer } from "./der-element.ts";
import { listEmbeddedTexts } from "./embedded-base64.ts";
import { findKeyInBytes, findKeyInLabel, findKeyInText } from "./find-private-key.ts";
import { decodeBase64, listPemPieces, type PemBlock, type PemPiece, type StrayText } from "./pem-blocks.ts";
import type { ReadingProblem } from "./reading-problem.ts";
import { recognizeDer, type PrivateKeyForm } from "./recognize-der.ts";

/** What was found in a text or file, in its order. */
export interface CertificateReading {
  /** Each only once; empty when there is a private key in the input. */
  readonly found: readonly FoundCertificate[];
  readonly problems: readonly ReadingProblem[];
}

interface FoundCertificate {
  readonly certificate: Certificate;
  /** Of its `BEGIN`, counted from 1; null in a binary file. */
  readonly line: number | null;
}

export interface ReadingLimits {
  /** 1 MiB unless given. */
  readonly sizeBytes?: number;
  /** 200 unless given: a whole list of public authorities has about 150. */
  readonly certificates?: number;
}

const defaultLimits = { sizeBytes: 1_048_576, certificates: 200 };
const maxProblems = 100;
/** Kubernetes Secrets of a `trust` variable hold base64 of base64. */
const maxWraps = 2;

/** PEM labels of one certificate (RFC 7468 section 5.1, and OpenSSL's). */
const certificateLabels = new Set(["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"]);

/** Ends the reading: from here on nothing of the input is kept. */
class PrivateKeyFound extends Error {
  readonly form: PrivateKeyForm;
  readonly line: number | null;

  constructor(form: PrivateKeyForm, line: number | null) {
    super("a private key");
    this.form = form;
    this.line = line;
  }
}

/**
 * Reads certificates from what a person pastes or uploads: PEM (several in one, with text around), DER (one or several
 * behind each other), PKCS#7 in either, and base64 of any of these, once or twice. Never throws; what cannot be read is
 * told in `problems`, whose severities are in `readingProblemSeverities`.
 *
 * Private keys are refused: with one in it, in whatever form, nothing of the input is returned, and no problem has a
 * byte of it.
 */
export function readCertificates(
  input: string | Uint8Array,
  { sizeBytes = defaultLimits.sizeBytes, certificates = defaultLimits.certificates }: ReadingLimits = {},
): CertificateReading {
  const size = typeof input === "string" ? Buffer.byteLength(input) : input.byteLength;
  if (size > sizeBytes) {
    return {
      found: [],
      problems: [{ code: "input-too-large", sizeBytes: size, limitBytes: sizeBytes }],
    };
  }
  const reader = new Reader(certificates);
  try {
    reader.read(input, 0);
    return reader.finish();
  } catch (error) {
    if (!(error instanceof PrivateKeyFound)) throw error;
    return { found: [], problems: [{ code: "private-key", form: error.form, line: error.line }] };
  }
}

class Reader {
  readonly #found = new Map<string, FoundCertificate>();
  readonly #problems: ReadingProblem[] = [];
  readonly #limit: number;
  #blank = true;

  constructor(limit: number) {
    this.#limit = limit;
  }

  finish(): CertificateReading {
    const nothing: ReadingProblem = { code: this.#blank ? "input-empty" : "no-certificate-found" };
    if (this.#found.size === 0) this.#problems.push(nothing);
    return { found: [...this.#found.values()], problems: this.#problems };
  }

  /** @param wraps how many layers of base64 were taken off */
  read(input: string | Uint8Array, wraps: number): void {
    if (typeof input !== "string") {
      const form = findKeyInBytes(input);
      if (form !== null) throw new PrivateKeyFound(form, null);
      if (readDerElement(input) !== null && input[0] === 0x30) return this.#readBinary(input);
    }
    const text = typeof input === "string" ? input : decodeText(input);
    const inside = wraps < maxWraps ? unwrap(text) : null;
    if (inside !== null) {
      this.#blank = false;
      this.#note({ code: "base64-wrapped", times: wraps + 1, line: null });
      return this.read(inside, wraps + 1);
    }
    for (const piece of listPemPieces(text)) {
      this.#blank = false;
      this.#readPiece(piece);
    }
    const end = text.indexOf("\r");
    if (end === -1 || this.#found.size === 0) return;
    this.#note({ code: "carriage-returns", line: text.slice(0, end).split("\n").length });
  }

  #readBinary(bytes: Uint8Array): void {
    this.#blank = false;
    let rest = bytes;
    while (rest.byteLength > 0) {
      const element = readDerElement(rest);
      if (element === null) {
        // Editors add a line end to what they take for a text.
        if (!rest.every((octet) => octet === 0x0a || octet === 0x0d)) {
          this.#note({ code: "certificate-damaged", line: null });
        }
        return;
      }
      this.#readDer(sliceDer(rest, element), null);
      rest = rest.subarray(element.end);
    }
  }

  #readPiece(piece: PemPiece): void {
    const { line } = piece;
    switch (piece.kind) {
      case "block":
        return this.#readBlock(piece);
      case "stray":
        return this.#readStray(piece);
      case "unfinished":
        refuseLabel(piece.label, line);
        refuseKey(piece.text, line);
        return this.#note({ code: "block-unfinished", line });
      case "end-only":
        refuseLabel(piece.label, line);
        return this.#note({ code: "block-without-begin", line });
      case "labels-differ":
        for (const label of piece.labels) refuseLabel(label, line);
        refuseKey(piece.text, line);
        return this.#note({ code: "labels-differ", line, endLine: piece.endLine });
    }
  }

  #readStray({ text, line, lastLine }: StrayText): void {
    refuseKey(text, line);
    for (const lineOffset of listDamagedMarkers(text)) {
      this.#note({ code: "marker-damaged", line: line + lineOffset });
    }
    this.#note({ code: "stray-text", line, lastLine });
    for (const embedded of listEmbeddedTexts(text)) {
      const at = line + embedded.lineOffset;
      this.#note({ code: "base64-wrapped", times: embedded.times, line: at });
      // All that is in it stands in one line of the input.
      for (const piece of listPemPieces(embedded.text)) {
        if (piece.kind === "block" && piece.body.damagedLine === null) {
          this.#readBlock({ ...piece, line: at });
        }
      }
    }
  }

  #readBlock({ label, line, body }: PemBlock): void {
    refuseLabel(label, line);
    if (body.damagedLine !== null) {
      refuseKey(body.text, line);
      return this.#note({ code: "base64-damaged", line: body.damagedLine, blockLine: line });
    }
    const { bytes } = body;
    if (label !== "TRUSTED CERTIFICATE") return this.#readDer(bytes, line, certificateLabels.has(label));
    const element = readDerElement(bytes);
    if (element !== null && element.end < bytes.byteLength) {
      this.#note({ code: "trust-settings-dropped", line });
    }
    this.#readDer(element === null ? bytes : sliceDer(bytes, element), line, true);
  }

  /** @param announced whether it is said to be a certificate */
  #readDer(der: Uint8Array, line: number | null, announced = false): void {
    const form = findKeyInBytes(der);
    if (form !== null) throw new PrivateKeyFound(form, line);
    const recognized = recognizeDer(der);
    switch (recognized.kind) {
      case "pkcs7":
        for (const each of recognized.certificates) this.#take(each, line);
        return;
      case "maybe-certificate":
        return this.#take(der, line);
      case "certificate-request":
      case "revocation-list":
      case "public-key":
      case "parameters":
      case "unknown":
        if (announced) return this.#note({ code: "certificate-damaged", line });
        return this.#note({ code: "not-a-certificate", line, kind: recognized.kind });
      case "private-key":
        throw new PrivateKeyFound(recognized.form, line);
    }
  }

  #take(der: Uint8Array, line: number | null): void {
    const fingerprint = createHash("sha256").update(der).digest("hex");
    const earlier = this.#found.get(fingerprint);
    if (earlier !== undefined) {
      return this.#note({ code: "duplicate", line, firstLine: earlier.line, fingerprint });
    }
    // From here on it costs time to look at more, which nobody wants to know of.
    if (this.#problems.length > maxProblems) return;
    if (this.#found.size === this.#limit)
      return this.#noteOnce({ code: "too-many-certificates", limit: this.#limit });
    const certificate = Certificate.parse(der);
    if (certificate === null) return this.#note({ code: "certificate-damaged", line });
    this.#found.set(fingerprint, { certificate, line });
  }

  #noteOnce(problem: ReadingProblem): void {
    if (!this.#problems.some(({ code }) => code === problem.code)) this.#problems.push(problem);
  }

  #note(problem: ReadingProblem): void {
    if (this.#problems.length < maxProblems) this.#problems.push(problem);
    else if (this.#problems.length === maxProblems) {
      this.#problems.push({ code: "too-many-problems", limit: maxProblems });
    }
  }
}

function refuseLabel(label: string, line: number): void {
  const form = findKeyInLabel(label);
  if (form !== null) throw new PrivateKeyFound(form, line);
}

function refuseKey(text: string, line: number): void {
  const key = findKeyInText(text);
  if (key !== null) throw new PrivateKeyFound(key.form, line + key.lineOffset);
}

/** How many lines into the text each stands. */
function listDamagedMarkers(text: string): readonly number[] {
  return text
    .split(/\r\n|\n|\r/)
    .flatMap((line, offset) =>
      /^\W*(?:BEGIN|END)[A-Z0-9 ]{0,20}\bCERTIFICATE\b/.test(line) ? [offset] : [],
    );
}

/** What a text of nothing but base64 decodes to, if that is something to read, or null. Words are base64, too. */
function unwrap(text: string): Uint8Array | null {
  const bytes = text.includes("-----") ? null : decodeBase64(text);
  if (bytes === null) return null;
  if (bytes[0] === 0x30 && readDerElement(bytes) !== null) return bytes;
  const inside = Buffer.from(bytes).toString("latin1");
  // Base64 again: of "-----BEGIN", or of a SEQUENCE as long as a certificate.
  return inside.includes("-----BEGIN ") || /^\s*(?:LS0tLS1CRUdJTi|MI[A-Za-z])/.test(inside) ? bytes : null;
}

/** UTF-8, or UTF-16 as Windows writes it with a byte order mark. */
function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}
