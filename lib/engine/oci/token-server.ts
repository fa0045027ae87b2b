import { z } from "zod";
import type { HttpRequest } from "../network/http-message.ts";
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

/** Who asks for a token: nobody when both are null. */
interface SignIn {
  /** The `Authorization` header that carries user name and password. */
  readonly basic: string | null;
  readonly identityToken: string | null;
}

/** What a header can carry: a token with a line end would begin a header of its own. */
const headerToken = z.string().regex(/^[\x21-\x7e]+$/);
// https://distribution.github.io/distribution/spec/auth/token/
const tokenSchema = z.object({
  token: headerToken.optional(),
  access_token: headerToken.optional(),
  expires_in: z.number().positive().optional(),
});
const defaultTokenLifeSeconds = 60;
/** A token is not used in its last part: a request under way would outlive it. */
const usedPartOfLife = 0.8;
const maxTokenBytes = 1024 * 1024;

/**
 * Asks for a token: anonymously, with basic credentials, or with an identity token.
 *
 * @throws EngineError with operation `get-token`; NetworkError
 */
export async function fetchToken(
  transport: Transport,
  server: TokenServer,
  scopes: readonly string[],
  signIn: SignIn,
): Promise<Token> {
  const askedAt = Date.now();
  const request =
    signIn.identityToken === null
      ? buildGet(server, scopes, signIn.basic)
      : buildPost(server, scopes, signIn.identityToken);
  const response = await transport.request(request);
  const facts = {
    operation: "get-token",
    origin: response.url.origin,
    credentialsSent: signIn.basic !== null || signIn.identityToken !== null,
  } as const;
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

function buildGet(
  { realm, service }: TokenServer,
  scopes: readonly string[],
  basic: string | null,
): HttpRequest {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set("service", service);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  return {
    method: "GET",
    url,
    headers: basic === null ? {} : { authorization: basic },
    followRedirects: true,
  };
}

/**
 * Redirects are not followed: what carries the secret is the body.
 * https://distribution.github.io/distribution/spec/auth/oauth/
 */
function buildPost(
  { realm, service }: TokenServer,
  scopes: readonly string[],
  identityToken: string,
): HttpRequest {
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    refresh_token: identityToken,
    client_id: "drayage",
    ...(service === undefined ? {} : { service }),
    ...(scopes.length === 0 ? {} : { scope: scopes.join(" ") }),
  });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return { method: "POST", url: realm, headers, body: form.toString() };
}

function parseTokenAnswer(bytes: Uint8Array): z.infer<typeof tokenSchema> | null {
  try {
    return tokenSchema.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch {
    return null;
  }
}
