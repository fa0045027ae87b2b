import "server-only";
import { db } from "#lib/db/client.ts";
import { readField } from "#lib/domain/vcd/config-document.ts";
import { checkContainerRegistryUrl } from "#lib/domain/vcd/container-registry-url.ts";
import { readCurrentConfig } from "../server-config/index.ts";

/** The registry that clusters pull from, `host[:port]`; null where none is set, or one that answers no more. */
export async function findPullRegistry(): Promise<{ host: string } | null> {
  const current = await readCurrentConfig(db);
  const text = current && readField(current.document, "containerRegistryUrl");
  if (!text) return null;
  const { url, problems } = checkContainerRegistryUrl(text);
  return url && problems.length === 0 ? { host: url.host } : null;
}
