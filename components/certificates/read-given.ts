import { postBytes, RequestError } from "#components/query/get-json.ts";
import type { ErrorView } from "#lib/errors.ts";
import { certificateLimits, type CertificatePreview } from "#lib/schemas/certificates.ts";

const patienceMs = 30_000;

/** What was asked, or why it could not be. */
export type Answer<Value> = { value: Value; error: null } | { value: null; error: ErrorView };

/** Has a text or file read by the panel, which keeps nothing of it. @throws an AbortError when the signal fired */
export async function readGiven(content: Blob, signal: AbortSignal): Promise<Answer<CertificatePreview>> {
  const limitBytes = certificateLimits.sizeBytes;
  if (content.size > limitBytes) {
    return { value: null, error: { code: "body-too-large", facts: { limitBytes } } };
  }
  const untilThen = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  return answerOf(postBytes<CertificatePreview>("/api/certificates/preview", content, untilThen));
}

/** What a question that may be refused comes to. @throws whatever is no refusal */
export async function answerOf<Value>(asked: Promise<Value>): Promise<Answer<Value>> {
  try {
    return { value: await asked, error: null };
  } catch (error) {
    if (error instanceof RequestError) return { value: null, error: error.error };
    throw error;
  }
}
