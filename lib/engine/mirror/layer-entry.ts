import { posix } from "node:path";

/** What one layer says of a path of the image. */
export type LayerFinding =
  | { readonly kind: "file"; readonly content: Uint8Array }
  /** At `at`, the path or a folder of it, is a link: to be read is `path`. */
  | { readonly kind: "hard-link" | "symbolic-link"; readonly at: string; readonly path: string }
  /** There is no such file, whatever layers below hold. */
  | { readonly kind: "hidden" }
  /** Layers below tell. `folder` is the innermost folder of the path that this one lists as such, or "". */
  | { readonly kind: "unsaid"; readonly folder: string };

interface LayerEntry {
  /** As `locateEntry` writes it. */
  readonly at: string;
  /** As tar-stream names it. */
  readonly type: string | null | undefined;
  /** Of a link. */
  readonly linkTarget: string;
}

const whiteoutPrefix = ".wh.";
const opaqueWhiteout = ".wh..wh..opq";
/** Of what AUFS kept for itself, in layers of that time. */
const metadataPrefix = ".wh..wh.";

/** A name in a layer as a path from the image's root: `./a`, `/a` and `a/` are `a`; nothing climbs out of the root. */
export function locateEntry(name: string): string {
  return posix.join("/", name, ".").slice(1);
}

/**
 * What an entry that is not the file itself says of a path; null when that is nothing.
 *
 * https://github.com/opencontainers/image-spec/blob/main/layer.md "Changeset over existing files": whatever is no folder
 * over a folder takes the place of all that was in it.
 */
export function explainEntry({ at, type, linkTarget }: LayerEntry, path: string): LayerFinding | null {
  // Something is in it: it is a folder.
  if (isInside(at, path)) return { kind: "hidden" };
  if (at !== path && (type === "directory" || !isInside(path, at))) return null;
  const rest = path.slice(at.length);
  if (type === "link") return { kind: "hard-link", at, path: locateEntry(`${linkTarget}${rest}`) };
  if (type === "symlink") {
    const target = posix.isAbsolute(linkTarget) ? linkTarget : posix.join("/", at, "..", linkTarget);
    return { kind: "symbolic-link", at, path: locateEntry(`${target}${rest}`) };
  }
  return { kind: "hidden" };
}

/**
 * Whether an entry is a whiteout that hides what layers below hold of a path.
 *
 * https://github.com/opencontainers/image-spec/blob/main/layer.md "Whiteouts"
 */
export function isHiddenBelow(at: string, path: string): boolean {
  const name = posix.basename(at);
  const folder = locateEntry(posix.dirname(at));
  if (name === opaqueWhiteout) return isInside(path, folder);
  if (!name.startsWith(whiteoutPrefix) || name.startsWith(metadataPrefix)) return false;
  const hiddenName = name.slice(whiteoutPrefix.length);
  if (hiddenName === "") return false;
  const hidden = locateEntry(posix.join(folder, hiddenName));
  return path === hidden || isInside(path, hidden);
}

/** Whether a path stands somewhere in a folder. */
export function isInside(path: string, folder: string): boolean {
  return folder === "" ? path !== "" : path.startsWith(`${folder}/`);
}
