import type { ContentSource } from "#lib/engine/mirror/content.ts";
import { readImageFile } from "#lib/engine/mirror/image-file.ts";
import { defaultMirrorLimits } from "#lib/engine/mirror/mirror-session.ts";
import { createRegistrySource } from "#lib/engine/mirror/registry-content.ts";
import { Retrier } from "#lib/engine/mirror/retry.ts";
import { EngineError, toEngineError } from "#lib/engine/oci/errors.ts";
import { joinRepository, type Repository, type Tag } from "#lib/engine/oci/reference.ts";
import type { RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { maxYamlBytes, readYaml, type YamlValue } from "./read-yaml.ts";
import { tkgError } from "./tkg-error.ts";

/** A registry to look through: a `ContentSource`, and `listTags` of its `RegistryClient`. */
export interface TkgSource extends Pick<ContentSource, "name" | "fetchManifest" | "openBlob"> {
  listTags(repository: Repository, signal?: AbortSignal): Promise<readonly string[]>;
}

/** The registry of a client as one to look through. */
export function createTkgSource(client: RegistryClient): TkgSource {
  const source = createRegistrySource(client);
  return {
    name: source.name,
    fetchManifest: (...asked) => source.fetchManifest(...asked),
    openBlob: (...asked) => source.openBlob(...asked),
    listTags: (...asked) => client.listTags(...asked),
  };
}

type DocumentKind = "tkg-compatibility" | "tkg-bom" | "tkr-compatibility" | "tkr-bom";

/** An image of one YAML file. */
export interface DocumentImage {
  readonly kind: DocumentKind;
  /** Below the base. */
  readonly path: Repository;
  readonly tag: Tag;
  /** Names that the file may have, the usual one first. */
  readonly files: readonly [string, ...string[]];
}

/** Where a document is, for errors. */
export interface DocumentOrigin {
  readonly registry: string;
  readonly repository: string;
  readonly reference: string;
  readonly file: string;
}

/** Codes by which a registry says that it has no such image. */
const absent: ReadonlySet<string> = new Set(["manifest-not-found", "repository-not-found"]);
/** Codes of an image that is there, and holds something else. */
const unfit: ReadonlySet<string> = new Set(["image-file-missing", "image-file-invalid"]);
/** Of an image that holds a document and nothing else. */
const limits = { maxFileBytes: maxYamlBytes, maxLayerBytes: 16 * 1024 * 1024 };

export function isAbsent(error: unknown): error is EngineError {
  return error instanceof EngineError && absent.has(error.code);
}

/** Reads what stands under one base of a source, and tries again what fails for a passing reason. */
export class TkgReader {
  readonly #source: TkgSource;
  readonly #base: Repository | "";
  readonly #signal: AbortSignal;
  readonly #retrier = new Retrier(defaultMirrorLimits);

  constructor(source: TkgSource, base: Repository | "", signal: AbortSignal = new AbortController().signal) {
    this.#source = source;
    this.#base = base;
    this.#signal = signal;
  }

  /** @throws EngineError `reference-invalid` when the whole is too long */
  at(path: Repository): { readonly registry: string; readonly repository: Repository } {
    return { registry: this.#source.name, repository: joinRepository(this.#base, path) };
  }

  /** All tags; none where the registry knows no such repository. */
  async listTags(path: Repository): Promise<readonly string[]> {
    const where = this.at(path);
    try {
      return await this.#try(() => this.#source.listTags(where.repository, this.#signal));
    } catch (error) {
      if (isAbsent(error)) return [];
      throw toEngineError(error, { operation: "list-tags", side: "source", ...where });
    }
  }

  locate({ path, tag, files: [file] }: DocumentImage): DocumentOrigin {
    return { ...this.at(path), reference: tag, file };
  }

  /** @throws EngineError as the source does; `release-document-invalid` when it holds no such file, or no YAML */
  async readDocument(image: DocumentImage): Promise<YamlValue> {
    try {
      return readYaml(await this.#try(() => this.#readFile(image)));
    } catch (error) {
      const isKnown = error instanceof EngineError || (error instanceof Error && error.name === "AbortError");
      throw isKnown ? error : tkgError("release-document-invalid", this.locate(image), error);
    }
  }

  async #readFile(image: DocumentImage): Promise<Uint8Array> {
    const { repository } = this.at(image.path);
    const stored = { repository, reference: image.tag };
    let failure: unknown;
    for (const file of image.files) {
      try {
        return (await readImageFile(this.#source, stored, file, { limits, signal: this.#signal })).content;
      } catch (error) {
        if (!(error instanceof EngineError) || !unfit.has(error.code)) throw error;
        failure ??= error;
      }
    }
    throw tkgError("release-document-invalid", this.locate(image), failure);
  }

  #try<Result>(task: () => Promise<Result>): Promise<Result> {
    return this.#retrier.run(task, { signal: this.#signal, onFailedAttempt: () => undefined });
  }
}
