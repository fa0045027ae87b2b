import { parseRegistryHost } from "#lib/engine/oci/reference.ts";
import { createRegistryClient, type RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { createCertificateAuthority } from "../certificate-authority.ts";
import { ask, type Heard, type Question } from "../memory-registry/ask.ts";
import { startMemoryRegistry, type MemoryRegistryOptions } from "../memory-registry/memory-registry.ts";
import type { RegistryBehaviour } from "../registry-config.ts";
import { startRegistry } from "../registry-server.ts";
import { startTokenServer } from "../token-server.ts";

/** A registry that the contract is asked of, and ways to it. */
export interface ContractRegistry {
  readonly host: string;
  /** Shows what the registry wants to see. */
  readonly client: RegistryClient;
  /** One more client, with other credentials or none. */
  connect(credentials?: { readonly username: string; readonly password: string }): RegistryClient;
  /** A bare request; `scopes` are what a token is fetched for, where tokens are wanted. */
  ask(path: string, question?: Question, scopes?: readonly string[]): Promise<Heard>;
  stop(): Promise<void>;
}

interface ContractOptions {
  /** Of tokens: what is granted. All unless given. */
  readonly permits?: (repository: string, action: string) => boolean;
  /** How long tokens are accepted, although clients are told five minutes. */
  readonly tokenLifeSeconds?: number;
  /** Whether anything may be deleted; true unless given. */
  readonly deletion?: boolean;
}

type Access = "plain" | "TLS" | "mTLS" | "basic" | "bearer";

export interface ContractCandidate {
  /** Whose program it is. */
  readonly program: "distribution 2.8" | "in-process" | "in-process, like distribution 2.8";
  readonly access: Access;
  readonly start: (options?: ContractOptions) => Promise<ContractRegistry>;
}

export const account = { username: "robot$ci", password: "pass:wörd" };

/** What `distribution` 2.8 does not know or take, as far as it can be told to the in-process registry. */
const likeDistribution = {
  singlePost: false,
  referrersApi: false,
  sparseIndexes: false,
  foreignLayers: false,
  deletion: "by-digest",
} as const satisfies MemoryRegistryOptions;

const accesses: readonly Access[] = ["plain", "TLS", "mTLS", "basic", "bearer"];

export const candidates: readonly ContractCandidate[] = [
  ...accesses.map((access): ContractCandidate => ({
    program: "distribution 2.8",
    access,
    start: (options = {}) => startDistribution(access, options),
  })),
  ...accesses.map((access): ContractCandidate => ({
    program: "in-process",
    access,
    start: (options = {}) => startInProcess(access, options, {}),
  })),
  {
    program: "in-process, like distribution 2.8",
    access: "plain",
    start: (options = {}) => startInProcess("plain", options, likeDistribution),
  },
];

type Pki = Awaited<ReturnType<typeof makePki>>;
let pki: Promise<Pki> | undefined;

/** One for all: keys take their time. */
async function makePki() {
  const authority = await createCertificateAuthority("Contract CA");
  const [server, client] = await Promise.all([
    authority.issueServer(["127.0.0.1"]),
    authority.issueClient("robot"),
  ]);
  return { ca: authority.cert, server, client };
}

const isTls = (access: Access) => access === "TLS" || access === "mTLS";

async function startDistribution(access: Access, options: ContractOptions): Promise<ContractRegistry> {
  const tls = isTls(access) ? await (pki ??= makePki()) : null;
  const { permits = () => true, tokenLifeSeconds, deletion = true } = options;
  const tokens =
    access === "bearer"
      ? await startTokenServer({
          account,
          // A minute longer is what distribution adds.
          ...(tokenLifeSeconds !== undefined && { signedLifeSeconds: tokenLifeSeconds - 60 }),
          grant: ({ name, actions }) => actions.filter((action) => permits(name, action)),
        })
      : null;
  const behaviour: RegistryBehaviour = {
    deleteEnabled: deletion,
    ...(access === "basic" && { htpasswd: account }),
    ...(tokens && { tokens }),
    ...(tls && { tls: { ...tls.server, ...(access === "mTLS" && { clientCa: tls.ca }) } }),
  };
  const registry = await startRegistry(behaviour);
  return open(registry, access, tls, tokens && `${tokens.realm}?service=${tokens.service}`, async () => {
    await registry.stop();
    await tokens?.stop();
  });
}

async function startInProcess(
  access: Access,
  { permits, tokenLifeSeconds, deletion = true }: ContractOptions,
  rules: MemoryRegistryOptions,
): Promise<ContractRegistry> {
  const tls = isTls(access) ? await (pki ??= makePki()) : null;
  const registry = await startMemoryRegistry({
    ...rules,
    ...(!deletion && { deletion: "none" }),
    ...(access === "basic" && { auth: { scheme: "basic", ...account } }),
    ...(access === "bearer" && {
      auth: {
        scheme: "bearer",
        ...account,
        ...(permits && { permits }),
        ...(tokenLifeSeconds !== undefined && { lifetimeMs: tokenLifeSeconds * 1000, statedSeconds: 300 }),
      },
    }),
    ...(tls && { tls: { ...tls.server, ...(access === "mTLS" && { clientCa: tls.ca }) } }),
  });
  const realm = access === "bearer" ? `${registry.url}/token?service=memory-registry` : null;
  return open(registry, access, tls, realm, () => registry.stop());
}

function open(
  { host, url }: { host: string; url: string },
  access: Access,
  tls: Pki | null,
  realm: string | null,
  stop: () => Promise<unknown>,
): ContractRegistry {
  const clients: RegistryClient[] = [];
  const connect: ContractRegistry["connect"] = (credentials) => {
    const client = createRegistryClient({
      registry: parseRegistryHost(host),
      plainHttp: tls === null,
      access: "pull,push",
      ...(credentials && { credentials }),
      ...(tls && { caCertificates: [tls.ca] }),
      ...(tls && access === "mTLS" && { clientCertificate: tls.client }),
    });
    clients.push(client);
    return client;
  };
  const basic = `Basic ${Buffer.from(`${account.username}:${account.password}`).toString("base64")}`;
  const authorize = async (scopes: readonly string[]): Promise<Record<string, string>> => {
    if (access === "basic") return { authorization: basic };
    if (realm === null) return {};
    const query = scopes.map((scope) => `&scope=${encodeURIComponent(scope)}`).join("");
    const { body } = await ask(`${realm}${query}`, { headers: { authorization: basic } });
    const { token } = JSON.parse(body.toString("utf8")) as { token: string };
    return { authorization: `Bearer ${token}` };
  };
  return {
    host,
    client: connect(access === "basic" || access === "bearer" ? account : undefined),
    connect,
    ask: async (path, question = {}, scopes = []) =>
      ask(new URL(path, url).href, {
        ...question,
        headers: { ...(await authorize(scopes)), ...question.headers },
        ...(tls && { tls: { ca: tls.ca, ...(access === "mTLS" && tls.client) } }),
      }),
    async stop() {
      await Promise.all(clients.map((client) => client.close()));
      await stop();
    },
  };
}
