import { z } from "zod";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { parseRepository, parseTag, type Repository, type Tag } from "#lib/engine/oci/reference.ts";
import type { YamlValue } from "./read-yaml.ts";
import { tkgError } from "./tkg-error.ts";
import type { DocumentImage, DocumentOrigin, TkgReader } from "./tkg-source.ts";

/** An image that a bill of materials lists. */
interface BomImage {
  readonly path: Repository;
  readonly tag: Tag;
  /** The key of the component that it belongs to, `harbor` say. */
  readonly component: string;
}

/** A bill of materials: of a TKG version (`tkg-bom`) or of a Kubernetes release (`tkr-bom`). */
export interface Bom {
  /** In the order of the document. */
  readonly images: readonly BomImage[];
  /** Entries that name no usable image. */
  readonly problems: readonly EngineError[];
  /** The Kubernetes release of management clusters. */
  readonly defaultKubernetesRelease: string | null;
  readonly tkrBomPath: Repository;
  readonly tkrCompatibilityPath: Repository;
  /** Repositories of the packages of Kubernetes releases, by the section that names them and infrastructure. */
  readonly packages: Readonly<Record<PackageSection, ReadonlyMap<string, YamlValue>>>;
}

export const packageSections = ["tkr-package-repo", "tkr-package"] as const;
type PackageSection = (typeof packageSections)[number];

/** A document with more of them is something else than a bill of materials. */
const maxProblems = 100;

const text = z.string().max(256);
const anything = z.custom<YamlValue>(() => true);
const imagePath = z.object({ imagePath: text.nullish() }).nullish();
const sections = z.record(z.string(), anything).nullish();
const bomSchema = z.object({
  default: z.object({ k8sVersion: text.nullish() }).nullish(),
  components: z.record(z.string(), anything).refine((components) => Object.keys(components).length > 0),
  "tkr-bom": imagePath,
  "tkr-compatibility": imagePath,
  "tkr-package-repo": sections,
  "tkr-package": sections,
});
const versionsSchema = z
  .array(z.object({ images: z.record(z.string(), anything).nullish() }).nullable())
  .nullable();
const imageSchema = z.object({ imagePath: z.string(), tag: z.string() });

/**
 * Reads a bill of materials. What is not about images is passed over, and so are components without any.
 *
 * https://github.com/vmware-tanzu/tanzu-framework/blob/release-0.29/tkg/tkgconfigbom/bom_types.go
 *
 * @throws EngineError `release-document-invalid` when it is none; as the source does
 */
export async function readBom(reader: TkgReader, image: DocumentImage): Promise<Bom> {
  return parseBom(await reader.readDocument(image), reader.locate(image), (path) => reader.at(path));
}

/**
 * @param origin named in errors and problems
 * @param locate throws EngineError for a path that nothing can stand at below the base
 */
export function parseBom(
  document: YamlValue,
  origin: DocumentOrigin,
  locate: (path: Repository) => unknown,
): Bom {
  const result = bomSchema.safeParse(document);
  if (!result.success) {
    const field = result.error.issues[0]?.path.join(".") ?? "";
    throw tkgError("release-document-invalid", { ...origin, field }, result.error);
  }
  const bom = result.data;
  const images: BomImage[] = [];
  const problems: EngineError[] = [];
  for (const { field, component, value } of listEntries(bom.components)) {
    try {
      const image = parseEntry(value);
      locate(image.path);
      images.push({ component, ...image });
    } catch (cause) {
      const reason = cause instanceof EngineError ? cause.facts.problem : undefined;
      const facts = {
        ...origin,
        field,
        value: formatEntry(value),
        ...(reason !== undefined && { problem: reason }),
      };
      problems.push(tkgError("release-entry-invalid", facts, cause));
    }
    if (problems.length > maxProblems) {
      throw tkgError("release-document-invalid", { ...origin, field });
    }
  }
  return {
    images,
    problems,
    defaultKubernetesRelease: bom.default?.k8sVersion ?? null,
    tkrBomPath: readPath(bom, "tkr-bom", origin),
    tkrCompatibilityPath: readPath(bom, "tkr-compatibility", origin),
    packages: {
      "tkr-package-repo": new Map(Object.entries(bom["tkr-package-repo"] ?? {})),
      "tkr-package": new Map(Object.entries(bom["tkr-package"] ?? {})),
    },
  };
}

/** Where another kind of document stands: under its own name unless the bill of materials says otherwise. */
function readPath(
  bom: z.output<typeof bomSchema>,
  kind: "tkr-bom" | "tkr-compatibility",
  origin: DocumentOrigin,
): Repository {
  const path = bom[kind]?.imagePath ?? kind;
  try {
    return parseRepository(path);
  } catch (cause) {
    throw tkgError("release-document-invalid", { ...origin, field: `${kind}.imagePath`, value: path }, cause);
  }
}

interface Entry {
  /** Where it stands in the document. */
  readonly field: string;
  readonly component: string;
  readonly value: YamlValue;
}

/** What stands where images do, and what stands in the way of finding them. */
function* listEntries(components: Readonly<Record<string, YamlValue>>): Generator<Entry> {
  for (const [component, value] of Object.entries(components)) {
    const field = `components.${component}`;
    const versions = versionsSchema.safeParse(value);
    if (!versions.success) yield { field, component, value };
    for (const [at, version] of versions.data?.entries() ?? []) {
      for (const [name, image] of Object.entries(version?.images ?? {})) {
        yield { field: `${field}[${at}].images.${name}`, component, value: image };
      }
    }
  }
}

function parseEntry(value: YamlValue): { readonly path: Repository; readonly tag: Tag } {
  const image = imageSchema.parse(value);
  return { path: parseRepository(image.imagePath), tag: parseTag(image.tag) };
}

/** As a person would look for it. */
function formatEntry(value: YamlValue): string {
  const image = imageSchema.safeParse(value);
  return image.success ? `${image.data.imagePath}:${image.data.tag}` : JSON.stringify(value);
}
