/** What the registry says to one request, before faults have had their way with it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** How the message ends: as it should, by an end of the connection in the middle, or by its reset. */
  readonly ending?: "proper" | "closed" | "reset";
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes, and those of `distribution`. */
export type OciErrorCode =
  | "BLOB_UNKNOWN"
  | "BLOB_UPLOAD_INVALID"
  | "BLOB_UPLOAD_UNKNOWN"
  | "DIGEST_INVALID"
  | "MANIFEST_BLOB_UNKNOWN"
  | "MANIFEST_INVALID"
  | "MANIFEST_UNKNOWN"
  | "NAME_INVALID"
  | "NAME_UNKNOWN"
  | "PAGINATION_NUMBER_INVALID"
  | "SIZE_INVALID"
  | "TAG_INVALID"
  | "UNAUTHORIZED"
  | "DENIED"
  | "UNSUPPORTED"
  | "TOOMANYREQUESTS"
  | "UNAVAILABLE"
  | "UNKNOWN";

export function answerEmpty(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  // RFC 9110 section 8.6: no Content-Length in a 204.
  return { status, headers: status === 204 ? headers : { ...headers, "content-length": "0" }, body: [] };
}

export function answerBytes(
  status: number,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
): Answer {
  return { status, headers: { ...headers, "content-length": String(bytes.byteLength) }, body: [bytes] };
}

export function answerJson(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return answerBytes(status, Buffer.from(JSON.stringify(value)), {
    "content-type": "application/json",
    ...headers,
  });
}

export function answerError(
  status: number,
  code: OciErrorCode,
  detail: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const message = code.toLowerCase().replaceAll("_", " ");
  return answerJson(status, { errors: [{ code, message, detail }] }, headers);
}

/** Thrown wherever a request turns out not to be granted; the answer is what the client gets. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`answered ${answer.status}`);
    this.answer = answer;
  }
}

export function refuse(
  status: number,
  code: OciErrorCode,
  detail: unknown = null,
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return new Refusal(answerError(status, code, detail, headers));
}

/** Thrown to cut the connection instead of answering. */
export class ConnectionCut extends Error {
  override readonly name = "ConnectionCut";
}
