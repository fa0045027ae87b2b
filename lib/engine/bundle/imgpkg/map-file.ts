import { isMap, parseDocument, stringify as stringifyYaml } from "yaml";
import { z } from "zod";
import { EngineError, type EngineFacts } from "../../oci/errors.ts";
import { bundleError } from "../bundle-error.ts";

/** The file in which `tanzu isolated-cluster download-bundle` says which tar belongs where. */
export const mapFileName = "publish-images-fromtar.yaml";
export const maxMapFileBytes = 2 * 1024 * 1024;

const maxTars = 10_000;
/** Besides the tars a comment now and then. */
const maxLines = 2 * maxTars;
const keyText = String.raw`["']?\w[\w.+@/\\-]*["']?`;
const pathText = String.raw`["']?[\w/.][\w.+:@/-]*["']?`;
/**
 * A line of a flat map, as that tool writes it: what has a name of more than 128 characters in two lines, as `? name` and
 * `: path`. Flow collections, nested maps, anchors and blocks have no place in it, and a megabyte of them takes the
 * library minutes and gigabytes.
 */
const flatLine = new RegExp(
  String.raw`^(?:---|\{\}|${keyText}:\s+${pathText}|\?\s+${keyText}|:\s+${pathText})?\s*(?:#.*)?$`,
);
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
    assertFlat(text);
    document = readYaml(text);
  } catch (error) {
    throw error instanceof EngineError ? error : refuse({}, error);
  }
  const result = mapSchema.safeParse(document);
  if (result.success) return result.data ?? new Map<string, string>();
  throw refuse({ field: result.error.issues[0]?.path.join(".") ?? "" }, result.error);
}

function assertFlat(text: string): void {
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (at >= maxLines || !flatLine.test(line)) throw refuse({ line: at + 1 });
  }
}

/** @throws Error when it is no YAML, or says something twice */
function readYaml(text: string): unknown {
  // The library compares each key with all others; that takes minutes for as many as fit into such a file.
  const document = parseDocument(text, { uniqueKeys: false, logLevel: "error" });
  const [error] = document.errors;
  if (error) throw error;
  const value: unknown = document.toJS({ mapAsMap: true });
  const isTwice =
    value instanceof Map && isMap(document.contents) && value.size !== document.contents.items.length;
  if (isTwice) throw new Error("a tar is named twice");
  return value;
}

/** Flat and sorted by the names of the tars. @param paths relative, by tar */
export function formatMapFile(paths: ReadonlyMap<string, string>): string {
  const sorted = [...paths].sort(([a], [b]) => (a < b ? -1 : 1));
  return stringifyYaml(new Map(sorted), { lineWidth: 0 });
}

function refuse(where: Pick<EngineFacts, "field" | "line">, cause?: unknown): EngineError {
  const facts = { operation: "read-file", file: mapFileName, ...where } as const;
  return bundleError("bundle-document-invalid", facts, cause);
}
