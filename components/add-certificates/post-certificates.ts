import { postBytes, postJson, RequestError } from "#components/query/get-json.ts";
import type { ErrorView } from "#lib/errors.ts";
import { certificateLimits, type CertificatePreview, type ServerChain } from "#lib/schemas/certificates.ts";
import type { Reading } from "./certificate-choices.ts";

type Outcome = { reading: Reading; error: null } | { reading: null; error: ErrorView };

/** Has a text or file read by the panel. @throws an AbortError when the signal fired */
export async function readGiven(source: string, content: Blob, signal: AbortSignal): Promise<Outcome> {
  if (content.size > certificateLimits.sizeBytes) {
    const facts = { limitBytes: certificateLimits.sizeBytes };
    return { reading: null, error: { code: "body-too-large", facts } };
  }
  return tell(async () => {
    const preview = await postBytes<CertificatePreview>("/api/certificates/preview", content, signal);
    return { source, ...preview, chain: null };
  });
}

/** Has the panel ask a server for its chain. @throws as `readGiven` */
export async function readServer(address: string, signal: AbortSignal): Promise<Outcome> {
  return tell(async () => {
    const chain = await postJson<ServerChain>("/api/certificates/chain", { address }, signal);
    const source = `${chain.host}:${chain.port}`;
    return { source, certificates: chain.certificates, problems: [], chain };
  });
}

async function tell(read: () => Promise<Reading>): Promise<Outcome> {
  try {
    return { reading: await read(), error: null };
  } catch (error) {
    if (error instanceof RequestError) return { reading: null, error: error.error };
    throw error;
  }
}
