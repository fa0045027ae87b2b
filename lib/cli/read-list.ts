import { readFile, stat } from "node:fs/promises";
import { parseListItems, type ListedItem } from "../engine/mirror/index.ts";
import { EngineError } from "../engine/oci/errors.ts";
import { listTooLarge, maxListBytes } from "../engine/oci/image-list.ts";
import type { RegistryBase } from "../engine/oci/reference.ts";
import { UsageError } from "./usage-error.ts";

/**
 * The images of a list on disk, or on standard input for "-".
 *
 * @throws UsageError; EngineError as `parseListItems`
 */
export async function readItems(
  path: string,
  ends: { readonly from?: RegistryBase; readonly to: Pick<RegistryBase, "base"> },
): Promise<ListedItem[]> {
  return parseListItems(await readList(path), { file: path, ...ends });
}

/** The text of a list. @throws UsageError, EngineError `list-too-large` */
export async function readList(path: string): Promise<string> {
  try {
    if (path === "-") return await readStandardInput();
    if ((await stat(path)).size > maxListBytes) throw listTooLarge(path, maxListBytes);
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof EngineError || !(error instanceof Error)) throw error;
    throw new UsageError(`--list: ${error.message}`, { cause: error });
  }
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.byteLength;
    if (length > maxListBytes) throw listTooLarge("standard input", maxListBytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}
