import { parse as parseYaml, stringify as stringifyYaml } from "yaml";
import { z } from "zod";
import type { EngineError } from "../../oci/errors.ts";
import { bundleError } from "../bundle-error.ts";

/** The file in which `tanzu isolated-cluster download-bundle` says which tar belongs where. */
export const mapFileName = "publish-images-fromtar.yaml";
export const maxMapFileBytes = 4 * 1024 * 1024;

const maxTars = 10_000;
/** A name in the bundle's folder: nothing that could lead out of it. */
const fileName = z.string().regex(/^(?!\.)[^/\\\0]{1,255}$/);
const mapSchema = z
  .map(fileName, z.string().min(1).max(512))
  .refine(({ size }) => size <= maxTars)
  .nullable();

/**
 * Paths by the names of tars, as they are written: relative, or with the host and project where they were read.
 *
 * @throws EngineError `bundle-document-invalid`
 */
export function parseMapFile(content: Uint8Array): Map<string, string> {
  let document: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(content);
    // Aliases are of no use in such a file, and a few of them can stand for gigabytes.
    document = parseYaml(text, { mapAsMap: true, maxAliasCount: 0, logLevel: "error" });
  } catch (error) {
    throw refuse("", error);
  }
  const result = mapSchema.safeParse(document);
  if (result.success) return result.data ?? new Map<string, string>();
  throw refuse(result.error.issues[0]?.path.join(".") ?? "", result.error);
}

/** Flat and sorted by the names of the tars. @param paths relative, by tar */
export function formatMapFile(paths: ReadonlyMap<string, string>): string {
  const sorted = [...paths].sort(([a], [b]) => (a < b ? -1 : 1));
  return stringifyYaml(new Map(sorted), { lineWidth: 0 });
}

function refuse(field: string, cause: unknown): EngineError {
  const facts = { operation: "read-file", file: mapFileName, field } as const;
  return bundleError("bundle-document-invalid", facts, cause);
}
