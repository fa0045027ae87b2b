import type { HttpResponse } from "../network/http-message.ts";
import type { Transport } from "../network/transport.ts";
import { orAbort } from "./abort.ts";
import { parseChallenges } from "./challenge.ts";
import { EngineError } from "./errors.ts";
import type { Token, TokenServer } from "./token-server.ts";

/** A password; or an identity token, which token servers give to who signs in once. */
export type Credentials =
  { readonly username: string; readonly password: string } | { readonly identityToken: string };

/** Scopes of enough requests that a registry with many repositories does not fill the memory with tokens. */
const maxTokens = 2_000;

/**
 * Decides what a request to a registry carries in its `Authorization` header: nothing, basic credentials, or a bearer
 * token of the scopes it needs, as the registry asks for it. Nothing is sent unasked; what was asked for once is sent
 * at once from then on.
 */
export class Authenticator {
  readonly #transport: Transport;
  readonly #basic: string | null;
  readonly #identityToken: string | null;
  #scheme: "unknown" | "basic" | TokenServer = "unknown";
  readonly #tokens = new Map<string, Token>();
  /** Token requests under way, so that parallel requests of one scope share one. */
  readonly #pending = new Map<string, Promise<Token>>();

  constructor(transport: Transport, credentials: Credentials | undefined) {
    this.#transport = transport;
    this.#basic =
      credentials && "password" in credentials
        ? `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`
        : null;
    this.#identityToken = credentials && "identityToken" in credentials ? credentials.identityToken : null;
  }

  get hasCredentials(): boolean {
    return this.#basic !== null || this.#identityToken !== null;
  }

  /** The header to send for these scopes, or null when none is known to be wanted. @throws as `fetchToken` */
  async authorize(scopes: readonly string[], signal: AbortSignal | undefined): Promise<string | null> {
    if (this.#scheme === "unknown") return null;
    if (this.#scheme === "basic") return this.#basic;
    return this.#getToken(this.#scheme, scopes, scopes, signal);
  }

  /**
   * What to try after a 401, or null when nothing further can be tried.
   *
   * @param sent what the refused request carried
   * @throws as `fetchToken`; EngineError `redirect-refused` for a token server that would get the credentials in clear
   */
  async answer(
    response: HttpResponse,
    scopes: readonly string[],
    sent: string | null,
    signal: AbortSignal | undefined,
  ): Promise<string | null> {
    const challenges = parseChallenges(response.headers["www-authenticate"] ?? "");
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    const realm = URL.parse(bearer?.parameters.realm ?? "");
    if (bearer && realm) {
      this.#refuseDowngrade(realm);
      this.#scheme = { realm, service: bearer.parameters.service };
      const key = tokenKey(scopes);
      // Refused, so it expired or was revoked; another request may have fetched a new one meanwhile.
      if (this.#tokens.get(key)?.header === sent) this.#tokens.delete(key);
      const asked = bearer.parameters.scope?.split(" ").filter((scope) => scope !== "") ?? [];
      return this.#getToken(this.#scheme, scopes, [...new Set([...scopes, ...asked])], signal);
    }
    const basicAsked = challenges.some(({ scheme }) => scheme === "basic");
    if (!basicAsked || this.#basic === null || sent === this.#basic) return null;
    this.#scheme = "basic";
    return this.#basic;
  }

  #refuseDowngrade(realm: URL): void {
    const clear = realm.protocol !== "https:" && this.#transport.origin.startsWith("https:");
    if (!clear && /^https?:$/.test(realm.protocol)) return;
    throw new EngineError("redirect-refused", {
      operation: "get-token",
      origin: realm.origin,
      retryable: false,
    });
  }

  async #fetchToken(server: TokenServer, scopes: readonly string[]): Promise<Token> {
    // Loaded when used: most registries want no token.
    const { fetchToken } = await import("./token-server.ts");
    const signIn = { basic: this.#basic, identityToken: this.#identityToken };
    return fetchToken(this.#transport, server, scopes, signIn);
  }

  async #getToken(
    server: TokenServer,
    scopes: readonly string[],
    asked: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const key = tokenKey(scopes);
    const cached = this.#tokens.get(key);
    if (cached && cached.expiresAt > Date.now()) return cached.header;
    let pending = this.#pending.get(key);
    if (!pending) {
      // Shared with others, so no single caller's signal may end it.
      pending = this.#fetchToken(server, asked)
        .then((token) => {
          if (this.#tokens.size >= maxTokens) this.#tokens.clear();
          this.#tokens.set(key, token);
          return token;
        })
        .finally(() => this.#pending.delete(key));
      this.#pending.set(key, pending);
    }
    return (await orAbort(pending, signal)).header;
  }
}

function tokenKey(scopes: readonly string[]): string {
  return [...scopes].sort().join(" ");
}
