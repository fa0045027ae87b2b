import { z } from "zod";
import type { ApiVersion } from "./api-versions.ts";
import { ConfigDocumentError } from "./config-document.ts";
import { type ConfigEntity, configEntityName, parseConfigEntity, parseConfigList } from "./defined-entity.ts";
import { findApiVersion } from "./find-api-version.ts";
import { VcdApi, type VcdConnection } from "./vcd-api.ts";

export interface VcdAccount {
  /** Of a provider's user; whoever has it is that user until it is revoked. */
  readonly apiToken: string;
  /** Name of a tenant's organization; null for the provider's own, System. */
  readonly organization: string | null;
}

/** One Cloud Director, signed in to. It is read, and never changed. All failures are `EngineError`s. */
export interface CloudDirector {
  /** Of the API, as it is spoken here. */
  readonly version: ApiVersion;
  /** `10.5`; null for one that is newer than this program. */
  readonly release: string | null;
  /**
   * Reads the configuration of Container Service Extension.
   *
   * @throws EngineError `vcd-config-missing`, also where the account may not see it; `vcd-config-several`;
   * `vcd-forbidden`, `vcd-unauthorized`, `vcd-failed`, `vcd-answer-invalid`, `rate-limited`, a code of the network
   */
  readConfig(signal?: AbortSignal): Promise<ConfigEntity>;
  /** Ends all connections. */
  close(): Promise<void>;
}

const token = z.object({ access_token: z.string().regex(/^[\x21-\x7e]{1,16384}$/) });
/** By RFC 6749 section 5.2 an invalid grant is a 400; an organization that is not there has no such path. */
const signInCodes = { 400: "vcd-unauthorized", 403: "vcd-unauthorized", 404: "vcd-unauthorized" } as const;
/**
 * Finds out what version of the API a Cloud Director speaks, and signs in by an API token. The caller closes what is
 * returned.
 *
 * https://developer.broadcom.com/xapis/vmware-cloud-director-openapi/latest/ ; the requests are those of
 * `govcd/api_token.go` and `govcd/defined_entity.go` in https://github.com/vmware/go-vcloud-director
 *
 * @throws EngineError `vcd-version-unsupported`, `vcd-unauthorized` for a token that is not taken, `vcd-failed`,
 * `vcd-answer-invalid`, `rate-limited`, a code of the network
 */
export async function openCloudDirector(
  connection: VcdConnection,
  account: VcdAccount,
  signal?: AbortSignal,
): Promise<CloudDirector> {
  const api = new VcdApi(connection);
  try {
    const { version, release } = await findApiVersion(api, signal);
    const accessToken = await signIn(api, account, signal);
    const headers = {
      accept: `application/json;version=${version.version}`,
      authorization: `Bearer ${accessToken}`,
    };
    return {
      version,
      release,
      readConfig: async (each) => readConfig(api, headers, await findConfig(api, headers, each), each),
      close: () => api.close(),
    };
  } catch (error) {
    await api.close();
    throw error;
  }
}

type Headers = Readonly<Record<string, string>>;

async function signIn(
  api: VcdApi,
  { apiToken, organization }: VcdAccount,
  signal: AbortSignal | undefined,
): Promise<string> {
  const operation = "sign-in";
  const who = organization === null ? "provider" : `tenant/${encodeURIComponent(organization)}`;
  const form = new URLSearchParams({ grant_type: "refresh_token", refresh_token: apiToken });
  // Tokens are not of any version of the API.
  const headers = { accept: "application/json" };
  const request = { operation, method: "POST", path: `/oauth/${who}/token`, headers, form, signal } as const;
  const { text } = await api.send({ ...request, codes: signInCodes });
  const { data } = token.safeParse(parseJson(text));
  if (!data) throw api.error("vcd-answer-invalid", operation, { status: 200 });
  return data.access_token;
}

async function findConfig(api: VcdApi, headers: Headers, signal: AbortSignal | undefined): Promise<string> {
  const operation = "find-config";
  const query = new URLSearchParams({ filter: `name==${configEntityName}`, page: "1", pageSize: "25" });
  // Without a version: 4.0 has another than later ones, and what is there shall be found.
  const path = `/cloudapi/1.0.0/entities/types/vmware/VCDKEConfig?${query.toString()}`;
  const codes = { 404: "vcd-config-missing" } as const;
  const { text } = await api.send({ operation, method: "GET", path, headers, codes, signal });
  const found = parseConfigList(text);
  if (found === null) throw api.error("vcd-answer-invalid", operation, { status: 200 });
  if ("id" in found) return found.id;
  const code = found.count === 0 ? "vcd-config-missing" : "vcd-config-several";
  throw api.error(code, operation, { value: String(found.count) });
}

async function readConfig(
  api: VcdApi,
  headers: Headers,
  id: string,
  signal: AbortSignal | undefined,
): Promise<ConfigEntity> {
  const operation = "read-config";
  const path = `/cloudapi/1.0.0/entities/${id}`;
  const codes = { 404: "vcd-config-missing" } as const;
  const { text, etag } = await api.send({ operation, method: "GET", path, headers, codes, signal });
  try {
    const entity = parseConfigEntity(text, etag);
    if (entity?.id === id) return entity;
  } catch (error) {
    if (!(error instanceof ConfigDocumentError)) throw error;
    throw api.error("vcd-answer-invalid", operation, { status: 200, field: error.facts.path ?? "" }, error);
  }
  throw api.error("vcd-answer-invalid", operation, { status: 200 });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
