import { z } from "zod";
import { type ConfigDocument, parseConfigDocument } from "./config-document.ts";

/** The one entity that Container Service Extension reads: `getVcdKeConfig` in govcd/cse_util.go, see below. */
export const configEntityName = "vcdKeConfig";

/** A configuration as it stands in Cloud Director. */
export interface ConfigEntity {
  /** `urn:vcloud:entity:vmware:VCDKEConfig:UUID` */
  readonly id: string;
  /** `RESOLVED` when it fits the schema of its type; `PRE_CREATED`, `RESOLUTION_ERROR`, `IN_DELETION`. */
  readonly state: string;
  /** To be sent as `If-Match` with a change, so that nobody's change is lost; empty when the server sent none. */
  readonly etag: string;
  /** The whole answer: what is sent back with a change is its text. */
  readonly document: ConfigDocument;
}

// `DefinedEntities` and `DefinedEntity` of the description; `resultTotal` counts all pages.
const listed = z.object({ id: z.string(), name: z.string() });
const page = z.object({ resultTotal: z.number().int().nonnegative(), values: z.array(listed) });
const entity = z.object({
  id: z.string(),
  name: z.literal(configEntityName),
  state: z.string().nullish(),
  entityState: z.string().nullish(),
});
const idPattern = /^urn:vcloud:entity:vmware:VCDKEConfig:[0-9A-Fa-f-]{1,64}$/;

/**
 * Reads the first page of a list of entities that were asked for by the name `vcdKeConfig`: the id of the one, or how many
 * there are instead. Clusters are made only where there is exactly one:
 * https://github.com/vmware/go-vcloud-director/blob/main/govcd/cse_util.go
 *
 * @returns null for what is no such list
 */
export function parseConfigList(text: string): { readonly id: string } | { readonly count: number } | null {
  const { data } = page.safeParse(parseJson(text));
  if (!data) return null;
  const named = data.values.filter(({ name }) => name === configEntityName);
  const [first] = named;
  if (named.length !== 1 || !first || data.resultTotal > data.values.length) {
    return { count: Math.max(named.length, named.length === data.values.length ? data.resultTotal : 0) };
  }
  return idPattern.test(first.id) ? { id: first.id } : null;
}

/**
 * Reads a defined entity, as `GET /cloudapi/1.0.0/entities/{id}` answers. It must have been asked for without
 * `entityVersion`: an answer that was converted to another version of the type has lost fields and gained defaults, and
 * would be saved so.
 *
 * https://developer.broadcom.com/xapis/vmware-cloud-director-api/v37.2/cloudapi/1.0.0/entities/id/get
 *
 * @returns null for what is no entity
 * @throws ConfigDocumentError when it is one and no configuration
 */
export function parseConfigEntity(text: string, etag: string): ConfigEntity | null {
  const { data } = entity.safeParse(parseJson(text));
  if (!data || !idPattern.test(data.id)) return null;
  return {
    id: data.id,
    state: data.state ?? data.entityState ?? "",
    etag,
    document: parseConfigDocument(text),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
