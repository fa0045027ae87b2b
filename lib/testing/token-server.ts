import { randomUUID, sign, X509Certificate } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { createCertificateAuthority } from "./certificate-authority.ts";

/** What a registry must know of the server whose tokens it accepts. */
export interface TokenIssuer {
  /** The address that clients ask. */
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  /** PEM; the key of the tokens belongs to it. */
  readonly certificate: string;
}

/** `repository:a/b:pull,push`, taken apart. */
interface ScopeAccess {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

/** What was asked of the server, and what it answered. */
interface TokenRequest {
  readonly scopes: readonly string[];
  readonly service: string | null;
  /** The user that signed in; null without credentials. */
  readonly username: string | null;
  readonly status: 200 | 401;
  readonly granted: readonly ScopeAccess[];
}

export interface TokenServerOptions {
  /** Who may sign in; anybody may ask, also without signing in, unless given. */
  readonly account?: {
    readonly username: string;
    readonly password: string;
    /** Signs in, too, by POST; nothing is known there of POST unless given. */
    readonly identityToken?: string;
  };
  /** With an account: whether pulls need no sign-in. */
  readonly anonymousPull?: boolean;
  /** The life that clients are told; 300 unless given. */
  readonly lifeSeconds?: number;
  /**
   * The life that the token itself has, from now; `lifeSeconds` unless given. `distribution` accepts a token for 60 seconds
   * after its end, so -61 makes one that is refused although its client has every reason to use it.
   */
  readonly signedLifeSeconds?: number;
  /** Which of the actions asked for are granted; all unless given. */
  readonly grant?: (access: ScopeAccess, username: string | null) => readonly string[];
}

export interface TokenServer extends TokenIssuer {
  /** Every request so far. */
  readonly requests: readonly TokenRequest[];
  /** Change what it does from now on. */
  configure(options: Partial<TokenServerOptions>): void;
  stop(): Promise<void>;
}

const service = "registry.test";
const issuer = "tokens.test";

/**
 * Starts a token server on loopback whose tokens a `distribution` registry accepts
 * (https://distribution.github.io/distribution/spec/auth/token/ and .../jwt/).
 */
export async function startTokenServer(options: TokenServerOptions = {}): Promise<TokenServer> {
  let current = options;
  const signer = await (await createCertificateAuthority("Token CA")).issueServer([issuer]);
  const requests: TokenRequest[] = [];

  const issue = (username: string | null, access: readonly ScopeAccess[]) => {
    const { lifeSeconds = 300 } = current;
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      sub: username ?? "",
      aud: service,
      exp: now + (current.signedLifeSeconds ?? lifeSeconds),
      nbf: now - 3600,
      iat: now,
      jti: randomUUID(),
      access,
    };
    const token = signToken(claims, signer);
    return { token, access_token: token, expires_in: lifeSeconds, issued_at: new Date().toISOString() };
  };

  const answer = (response: ServerResponse, asked: URLSearchParams, visitor: Visitor | null) => {
    const scopes = asked.getAll("scope").flatMap((scope) => scope.split(" "));
    const { account, anonymousPull = false, grant = ({ actions }) => actions } = current;
    const isRefused = account !== undefined && !(visitor?.isKnown ?? anonymousPull);
    const username = visitor?.username ?? null;
    const granted = isRefused
      ? []
      : scopes.map((scope) => {
          const access = parseScope(scope);
          const limited = account !== undefined && username === null;
          const actions = grant(access, username).filter((action) => !limited || action === "pull");
          return { ...access, actions };
        });
    const status = isRefused ? 401 : 200;
    requests.push({ scopes, service: asked.get("service"), username, status, granted });
    response.writeHead(status, { "content-type": "application/json" });
    response.end(
      JSON.stringify(isRefused ? { errors: [{ code: "UNAUTHORIZED" }] } : issue(username, granted)),
    );
  };

  const answerForm = async (request: IncomingMessage, response: ServerResponse) => {
    const form = new URLSearchParams(await text(request));
    const { username = "", identityToken } = current.account ?? {};
    const isKnown = form.get("grant_type") === "refresh_token" && form.get("refresh_token") === identityToken;
    answer(response, form, { username, isKnown });
  };

  const server = createServer((request, response) => {
    if (request.method === "GET") {
      const { searchParams } = new URL(request.url ?? "/", "http://tokens");
      answer(response, searchParams, parseBasic(request.headers.authorization, current.account));
    } else if (current.account?.identityToken !== undefined) {
      void answerForm(request, response);
    } else {
      // Clients that would rather sign in by OAuth2 go back to GET then.
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(0, "127.0.0.1", listening);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the token server has no port");
  return {
    realm: `http://127.0.0.1:${address.port}/token`,
    service,
    issuer,
    certificate: signer.cert,
    requests,
    configure(changed) {
      current = { ...current, ...changed };
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** A JSON Web Token (RFC 7519) with its certificate in the header, by which distribution finds the key. */
function signToken(claims: object, { cert, key }: { readonly cert: string; readonly key: string }): string {
  const x5c = [new X509Certificate(cert).raw.toString("base64")];
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const content = `${encode({ typ: "JWT", alg: "ES256", x5c })}.${encode(claims)}`;
  const signature = sign("sha256", Buffer.from(content), { key, dsaEncoding: "ieee-p1363" });
  return `${content}.${signature.toString("base64url")}`;
}

function parseScope(scope: string): ScopeAccess {
  const [type = "", rest = ""] = scope.split(/:(.*)/s);
  const end = rest.lastIndexOf(":");
  return { type, name: rest.slice(0, end), actions: rest.slice(end + 1).split(",") };
}

/** Who claims to ask, and whether that is proven. */
interface Visitor {
  readonly username: string;
  readonly isKnown: boolean;
}

function parseBasic(header: string | undefined, account: TokenServerOptions["account"]): Visitor | null {
  const encoded = /^Basic (.+)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return null;
  const [username = "", password = ""] = Buffer.from(encoded, "base64").toString().split(/:(.*)/s);
  return { username, isKnown: username === account?.username && password === account.password };
}
