import { z } from "zod";
import { findDigest, type Digest } from "../../oci/digest.ts";
import type { EngineError } from "../../oci/errors.ts";
import { bundleError } from "../bundle-error.ts";

/** The entry of a tar of imgpkg's that says what is in it. */
export const manifestDocumentName = "manifest.json";
/** Of a thousand images with their configurations. */
export const maxManifestDocumentBytes = 64 * 1024 * 1024;
/** The label of the bundle that a tar was made for, as opposed to those within it. */
export const rootBundleLabel = "dev.carvel.imgpkg.copy.root-bundle";

const maxRecords = 20_000;
const maxDepth = 8;
const maxTextLength = 4096;

// The names and their order are those of imgpkg's Go types:
// https://github.com/carvel-dev/imgpkg/blob/v0.42.3/pkg/imgpkg/imagedesc/types.go

export interface LayerRecord {
  readonly MediaType: string;
  readonly Digest: string;
  /** "" for what is no layer of a file system. */
  readonly DiffID: string;
  readonly Size: number;
}

export interface ImageRecord {
  readonly Refs: readonly string[];
  readonly Layers: readonly LayerRecord[] | null;
  readonly Config: { readonly Digest: string; readonly Raw: string };
  readonly Manifest: { readonly MediaType: string; readonly Digest: string; readonly Raw: string };
  readonly Tag: string;
  readonly OrigRef: string;
  readonly Labels: Readonly<Record<string, string>> | null;
}

export interface IndexRecord {
  readonly Refs: readonly string[];
  readonly Images: readonly ImageRecord[] | null;
  readonly Indexes: readonly IndexRecord[] | null;
  readonly MediaType: string;
  readonly Digest: string;
  readonly Raw: string;
  readonly Tag: string;
  readonly OrigRef: string;
  readonly Labels: Readonly<Record<string, string>> | null;
}

/** One of the two is null. */
export interface TarRecord {
  readonly ImageIndex: IndexRecord | null;
  readonly Image: ImageRecord | null;
}

/** As imgpkg writes it: sorted by digest, and as Go's `json.Marshal` escapes. */
export function formatManifestDocument(records: readonly TarRecord[]): string {
  const sorted = [...records].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  // Outside of strings JSON has none of these.
  return JSON.stringify(sorted).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function sortKey({ Image, ImageIndex }: TarRecord): string {
  return Image ? `${Image.Manifest.Digest}/${Image.Config.Digest}` : (ImageIndex?.Digest ?? "");
}

interface FoundManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  /** Unproven. */
  readonly raw: string;
  /** Where it was read, `host/repository@digest`. */
  readonly refs: readonly string[];
  readonly tag: string;
  /** Of what a bundle lists, as it is listed. */
  readonly origRef: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** An image as a tar describes it. */
export interface FoundImage extends FoundManifest {
  readonly kind: "image";
  /** Unproven. */
  readonly config: { readonly digest: Digest; readonly raw: string };
}

/** An index as a tar describes it, with all below it. */
export interface FoundIndex extends FoundManifest {
  readonly kind: "index";
  readonly children: readonly (FoundImage | FoundIndex)[];
}

const text = z.string().max(maxTextLength);
const digest = text.transform((value, context): Digest => {
  const found = findDigest(value);
  if (found?.startsWith("sha256:")) return found;
  context.addIssue({ code: "custom", message: "not a digest" });
  return z.NEVER;
});
// Go writes null for an empty list, and older versions leave fields out.
const named = {
  Refs: z.array(text).nullish(),
  Tag: text.nullish(),
  OrigRef: text.nullish(),
  Labels: z.record(text, text).nullish(),
};
const imageSchema = z.object({
  ...named,
  Config: z.object({ Digest: digest, Raw: z.string() }),
  Manifest: z.object({ MediaType: text, Digest: digest, Raw: z.string() }),
});
// What is nested is parsed level by level, so that its depth can be bounded.
const nested = z.array(z.unknown()).max(maxRecords).nullish();
const indexSchema = z.object({
  ...named,
  Images: nested,
  Indexes: nested,
  MediaType: text,
  Digest: digest,
  Raw: z.string(),
});
const documentSchema = z
  .array(z.object({ ImageIndex: z.unknown().optional(), Image: z.unknown().optional() }))
  .max(maxRecords);

/**
 * What a tar of imgpkg's says that it holds; nothing of it is proven.
 *
 * @param content at most `maxManifestDocumentBytes`
 * @param file named in errors
 * @throws EngineError `bundle-document-invalid` with the field that is wrong
 */
export function parseManifestDocument(
  content: Uint8Array,
  file: string,
): readonly (FoundImage | FoundIndex)[] {
  return new DocumentParser(file).parse(content);
}

class DocumentParser {
  readonly #file: string;
  #records = 0;

  constructor(file: string) {
    this.#file = file;
  }

  parse(content: Uint8Array): (FoundImage | FoundIndex)[] {
    let document: unknown;
    try {
      document = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
    } catch (error) {
      throw this.#refuse("", error);
    }
    return this.#read(documentSchema, document, "").map(({ Image, ImageIndex }, at) => {
      const isIndex = ImageIndex !== undefined && ImageIndex !== null;
      return isIndex
        ? this.#readIndex(ImageIndex, `.${at}.ImageIndex`, 1)
        : this.#readImage(Image, `.${at}.Image`);
    });
  }

  #readImage(value: unknown, path: string): FoundImage {
    this.#count(path);
    const { Config, Manifest, ...names } = this.#read(imageSchema, value, path);
    return {
      kind: "image",
      digest: Manifest.Digest,
      mediaType: Manifest.MediaType,
      raw: Manifest.Raw,
      config: { digest: Config.Digest, raw: Config.Raw },
      ...readNames(names),
    };
  }

  #readIndex(value: unknown, path: string, depth: number): FoundIndex {
    this.#count(path);
    if (depth > maxDepth) throw this.#refuse(path);
    const { Images, Indexes, MediaType, Digest, Raw, ...names } = this.#read(indexSchema, value, path);
    return {
      kind: "index",
      digest: Digest,
      mediaType: MediaType,
      raw: Raw,
      children: [
        ...(Images ?? []).map((image, at) => this.#readImage(image, `${path}.Images.${at}`)),
        ...(Indexes ?? []).map((index, at) => this.#readIndex(index, `${path}.Indexes.${at}`, depth + 1)),
      ],
      ...readNames(names),
    };
  }

  #count(path: string): void {
    if (++this.#records > maxRecords) throw this.#refuse(path);
  }

  #read<Schema extends z.ZodType>(schema: Schema, value: unknown, path: string): z.output<Schema> {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const field = (result.error.issues[0]?.path ?? []).map((part) => `.${String(part)}`).join("");
    throw this.#refuse(`${path}${field}`, result.error);
  }

  #refuse(path: string, cause?: unknown): EngineError {
    const facts = { operation: "read-file", file: this.#file } as const;
    return bundleError(
      "bundle-document-invalid",
      { ...facts, field: `${manifestDocumentName}${path}` },
      cause,
    );
  }
}

function readNames({ Refs, Tag, OrigRef, Labels }: z.output<z.ZodObject<typeof named>>) {
  return { refs: Refs ?? [], tag: Tag ?? "", origRef: OrigRef ?? "", labels: Labels ?? {} };
}
