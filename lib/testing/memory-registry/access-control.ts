import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { refuse } from "./answer.ts";
import type { RequestKind, Route } from "./route.ts";

/** Who may do what; nobody is asked without it. */
export type RegistryAuth = BasicAuth | BearerAuth;

interface BasicAuth {
  readonly scheme: "basic";
  readonly username: string;
  readonly password: string;
}

/** Tokens of the registry's own server, at `/token`. */
interface BearerAuth {
  readonly scheme: "bearer";
  readonly username: string;
  readonly password: string;
  /** Who shows no credentials gets tokens to read; false unless told otherwise. */
  readonly anonymousPull?: boolean;
  /** How long a token is good for; five minutes unless told otherwise. */
  readonly lifetimeMs?: number;
  /** What `expires_in` claims, where that is not the truth; null leaves it out. */
  readonly statedSeconds?: number | null;
  /** What a user with the right password may do; all unless told otherwise. */
  readonly permits?: (repository: string, action: ScopeAction) => boolean;
}

type ScopeAction = "pull" | "push" | "delete";

interface Token {
  readonly expiresAt: number;
  /** `repository:NAME:ACTION`, one for each action. */
  readonly granted: ReadonlySet<string>;
}

export interface Grant {
  /** As `type:name:action,action`. */
  readonly scopes: readonly string[];
  mayPull(repository: string): boolean;
}

const defaultLifetimeMs = 300_000;
const pullKinds: ReadonlySet<RequestKind> = new Set([
  ...(["list-tags", "list-referrers", "head-manifest", "get-manifest", "head-blob", "get-blob"] as const),
]);
const deleteKinds: ReadonlySet<RequestKind> = new Set(["delete-manifest", "delete-blob"]);
const pushKinds: ReadonlySet<RequestKind> = new Set([
  ...(["put-manifest", "start-upload", "post-blob", "mount"] as const),
  ...(["patch-blob", "put-blob", "upload-status", "cancel-upload"] as const),
]);

/** Looks at credentials and tokens, and hands tokens out. */
export class AccessControl {
  readonly auth: RegistryAuth | undefined;
  readonly #tokens = new Map<string, Token>();

  constructor(auth: RegistryAuth | undefined) {
    this.auth = auth;
  }

  /** @throws Refusal 401 with the challenge that fits */
  check(route: Route, headers: IncomingHttpHeaders, origin: string): Grant {
    const { auth } = this;
    const scope = scopeOf(route);
    const scopes = scope === null ? [] : [scope];
    if (auth === undefined || route.kind === "token") return { scopes, mayPull: () => true };
    if (auth.scheme === "basic") {
      if (isBasic(headers.authorization, auth)) return { scopes, mayPull: () => true };
      throw refuse(401, "UNAUTHORIZED", null, { "www-authenticate": 'Basic realm="registry"' });
    }
    const token = this.#findToken(headers.authorization);
    const missing = splitScopes(scopes).filter((each) => !token?.granted.has(each));
    if (token !== null && missing.length === 0) {
      return { scopes, mayPull: (repository) => token.granted.has(`repository:${repository}:pull`) };
    }
    const reason = token ? "insufficient_scope" : headers.authorization ? "invalid_token" : null;
    const challenge = [
      `Bearer realm="${origin}/token",service="${tokenService}"`,
      ...(scope === null ? [] : [`scope="${scope}"`]),
      ...(reason === null ? [] : [`error="${reason}"`]),
    ].join(",");
    throw refuse(401, "UNAUTHORIZED", missing, { "www-authenticate": challenge });
  }

  /**
   * A new token for what of `asked` may be granted.
   *
   * @param isKnown whether the right credentials were shown
   */
  issue(auth: BearerAuth, asked: readonly string[], isKnown: boolean) {
    const lifetimeMs = auth.lifetimeMs ?? defaultLifetimeMs;
    const granted = splitScopes(asked).filter((scope) => {
      const [, name = "", action = ""] = /^(?:repository|registry):(.+):([^:]+)$/.exec(scope) ?? [];
      if (!isKnown) return action === "pull" && auth.anonymousPull === true;
      return auth.permits?.(name, action as ScopeAction) ?? true;
    });
    const token = randomBytes(24).toString("base64url");
    this.#dropExpired();
    this.#tokens.set(token, { expiresAt: Date.now() + lifetimeMs, granted: new Set(granted) });
    return { token, granted, lifetimeMs };
  }

  /** All tokens are bad from now on. */
  revokeTokens(): void {
    this.#tokens.clear();
  }

  #findToken(header: string | undefined): Token | null {
    const [, token = ""] = /^bearer (.+)$/i.exec(header ?? "") ?? [];
    const found = this.#tokens.get(token);
    return found && found.expiresAt > Date.now() ? found : null;
  }

  #dropExpired(): void {
    for (const [token, { expiresAt }] of this.#tokens) {
      if (expiresAt <= Date.now()) this.#tokens.delete(token);
    }
  }
}

const tokenService = "memory-registry";

function scopeOf({ kind, repository }: Route): string | null {
  if (kind === "list-repositories") return "registry:catalog:*";
  if (pullKinds.has(kind)) return `repository:${repository}:pull`;
  if (pushKinds.has(kind)) return `repository:${repository}:pull,push`;
  return deleteKinds.has(kind) ? `repository:${repository}:delete` : null;
}

/** `type:name:a,b` as `type:name:a` and `type:name:b`. */
function splitScopes(scopes: readonly string[]): string[] {
  return scopes.flatMap((scope) => {
    const colon = scope.lastIndexOf(":");
    const actions = scope.slice(colon + 1).split(",");
    return actions.map((action) => `${scope.slice(0, colon)}:${action}`);
  });
}

export function isBasic(
  header: string | undefined,
  { username, password }: { readonly username: string; readonly password: string },
): boolean {
  const [, encoded = ""] = /^basic (.+)$/i.exec(header ?? "") ?? [];
  return Buffer.from(encoded, "base64").toString("utf8") === `${username}:${password}`;
}
