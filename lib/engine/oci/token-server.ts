import { z } from "zod";
import type { Transport } from "../network/transport.ts";
import { EngineError } from "./errors.ts";
import { describeRefusal } from "./refusal.ts";

/** Where a registry sends its clients for tokens. */
export interface TokenServer {
  readonly realm: URL;
  readonly service: string | undefined;
}

export interface Token {
  readonly header: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

// https://distribution.github.io/distribution/spec/auth/token/
const tokenSchema = z.object({
  token: z.string().min(1).optional(),
  access_token: z.string().min(1).optional(),
  expires_in: z.number().positive().optional(),
});
const defaultTokenLifeSeconds = 60;
/** A token is not used in its last part: a request under way would outlive it. */
const usedPartOfLife = 0.8;
const maxTokenBytes = 1024 * 1024;

/**
 * Asks for a token, anonymously or with basic credentials.
 *
 * @param basic the `Authorization` header that carries the credentials
 * @throws EngineError with operation `get-token`; NetworkError
 */
export async function fetchToken(
  transport: Transport,
  server: TokenServer,
  scopes: readonly string[],
  basic: string | null,
): Promise<Token> {
  const url = new URL(server.realm);
  if (server.service !== undefined) url.searchParams.set("service", server.service);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  const headers = basic === null ? {} : { authorization: basic };
  const askedAt = Date.now();
  const response = await transport.request({ method: "GET", url, headers, followRedirects: true });
  const facts = { operation: "get-token", origin: url.origin, credentialsSent: basic !== null } as const;
  if (response.status !== 200) throw await describeRefusal(response, facts);
  const { bytes } = await response.read(maxTokenBytes);
  const answer = parseTokenAnswer(bytes);
  const token = answer?.token ?? answer?.access_token;
  if (token === undefined) {
    throw new EngineError("registry-refused", { ...facts, status: response.status, retryable: false });
  }
  const lifeSeconds = answer?.expires_in ?? defaultTokenLifeSeconds;
  return { header: `Bearer ${token}`, expiresAt: askedAt + lifeSeconds * usedPartOfLife * 1000 };
}

function parseTokenAnswer(bytes: Uint8Array): z.infer<typeof tokenSchema> | null {
  try {
    return tokenSchema.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch {
    return null;
  }
}
