import { z } from "zod";
import type { HealthState, TlsMode } from "#lib/db/generated/enums.ts";
import { findEndingFolder } from "#lib/domain/vcd/resolved-paths.ts";
import { hostPattern, isPort, maxNameLength } from "#lib/engine/oci/reference-grammar.ts";
import type { ErrorView, InputErrorCode } from "#lib/errors.ts";
import { checkedBy, textLine } from "./checked-text.ts";
import { listQuery } from "./list-query.ts";
import { connectionExtras, extrasProblems, registryLimits } from "./registry-extras.ts";
import { repositoryPath } from "./repository-path.ts";

export { resolvedPaths } from "#lib/domain/vcd/resolved-paths.ts";

const maxPemLength = 65_536;

export function hostProblem(host: string): InputErrorCode | null {
  if (host === "") return "required";
  if (host.length > maxNameLength) return "too-long";
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(host)) return "host-has-scheme";
  if (host.includes("/")) return "host-has-path";
  const match = hostPattern.exec(host.toLowerCase());
  return match && isPort(match.groups?.port) ? null : "host-format";
}

function pemProblem(pem: string): InputErrorCode | null {
  if (pem === "") return null;
  if (pem.includes("\u0000")) return "pem-format";
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) return "pem-private-key";
  // Text around the certificates is what openssl prints with them.
  const certificates =
    pem.match(/-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----/g) ?? [];
  const begun = pem.match(/-----BEGIN /g) ?? [];
  return certificates.length > 0 && certificates.length === begun.length ? null : "pem-format";
}

/** `host[:port]`, lower case: no scheme, no path, no trailing slash. */
const registryHost = z
  .string()
  .trim()
  .transform(checkedBy(hostProblem))
  .transform((host) => host.toLowerCase());

/** A path under which a registry's content stands; empty means its root. */
export const basePath = repositoryPath.refine(
  (path) => findEndingFolder(path) === null,
  "path-ends-in-folder" satisfies InputErrorCode,
);

const tlsMode = z.enum(["verify", "skip_verify", "plain_http"] satisfies TlsMode[]);

export const certificates = z.string().trim().max(maxPemLength).transform(checkedBy(pemProblem));

/** What is needed to reach a registry. An empty password means the stored one, where there is one. */
const connectionShape = {
  host: registryHost,
  tlsMode,
  caPem: certificates,
  /** Shown to a registry that wants one, with its intermediates. */
  clientCertPem: certificates.default(""),
  ...connectionExtras,
  username: textLine(255),
  password: z.string().max(8192),
};

type Together = Parameters<typeof extrasProblems>[0] & { username: string; password: string };

function checkTogether(
  input: Together,
  context: { addIssue: (issue: { code: "custom"; path: string[]; message: InputErrorCode }) => void },
): void {
  for (const [field, message] of extrasProblems(input)) {
    context.addIssue({ code: "custom", path: [field], message });
  }
  if (input.password !== "" && input.username === "") {
    context.addIssue({ code: "custom", path: ["username"], message: "password-without-username" });
  }
}

const registryShape = {
  ...connectionShape,
  ...registryLimits,
  name: textLine(80, "name-format").min(1),
  description: z
    .string()
    .trim()
    .max(500)
    .refine((text) => !text.includes("\u0000"), "not-text"),
  /** null: the provider's own. */
  organizationId: z.uuid().nullable(),
};

export const createRegistryInput = z.object(registryShape).superRefine(checkTogether);
export const updateRegistryInput = z.object({ ...registryShape, id: z.uuid() }).superRefine(checkTogether);
/** `id` names the registry whose stored password an empty one means. */
export const testConnectionInput = z
  .object({ ...connectionShape, id: z.uuid().nullable() })
  .superRefine(checkTogether);
export const registryId = z.object({ id: z.uuid() });
/** `/registries/[registry]` */
export const registryParams = z.object({ registry: z.uuid() });
export const createDestinationInput = z.object({ registryId: z.uuid(), basePath });
export const destinationId = z.object({ id: z.uuid() });

export type CreateRegistryInput = z.output<typeof createRegistryInput>;
export type UpdateRegistryInput = z.output<typeof updateRegistryInput>;
export type TestConnectionInput = z.output<typeof testConnectionInput>;
/** What the form holds: the text of every field. */
export type RegistryFields = Required<z.input<typeof createRegistryInput>>;

export const registryListQuery = listQuery(["name", "host", "health", "probedAt"]);
export type RegistryListQuery = z.output<typeof registryListQuery>;

export interface RegistryHealth {
  state: HealthState;
  probedAt: string | null;
  latencyMs: number | null;
  error: ErrorView | null;
}

export interface RegistryRow {
  id: string;
  name: string;
  host: string;
  tlsMode: TlsMode;
  organization: { id: string; displayName: string } | null;
  health: RegistryHealth;
  destinationCount: number;
  jobCount: number;
}

interface DestinationRow {
  id: string;
  basePath: string;
  jobCount: number;
  imageCount: number;
}

export interface RegistryDetail extends RegistryRow {
  caPem: string;
  username: string;
  clientCertPem: string;
  proxyUrl: string;
  proxyUsername: string;
  noProxy: string[];
  requestsPerSecond: number | null;
  bytesPerSecond: number | null;
  /** Whether they are stored; they never leave the server. */
  hasPassword: boolean;
  hasClientKey: boolean;
  hasProxyPassword: boolean;
  description: string;
  createdAt: string;
  destinations: DestinationRow[];
}

/** What a test of a connection found. */
export type ConnectionResult = { ok: true; latencyMs: number } | { ok: false; error: ErrorView };

/** A registry or destination to choose from, in a form. */
export interface RegistryChoice {
  id: string;
  name: string;
  host: string;
  organizationId: string | null;
  health: HealthState;
  destinations: { id: string; basePath: string }[];
}
