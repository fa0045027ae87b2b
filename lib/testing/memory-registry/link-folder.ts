import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

/** What a repository holds, by the folder that it is kept in; no component of a repository's name begins like these. */
const linkFolders = { blob: "_blobs", manifest: "_manifests", tag: "_tags" } as const;

export type LinkKind = keyof typeof linkFolders;

interface Link {
  readonly repository: string;
  readonly kind: LinkKind;
  /** A digest or a tag. */
  readonly name: string;
}

/** Where what repositories hold is written down, one small file for each blob, manifest and tag. */
export interface LinkFolder {
  read(): AsyncIterable<Link & { readonly text: string }>;
  write(link: Link, text: string): Promise<void>;
  remove(link: Link): Promise<void>;
}

/** Nothing is kept. */
export const noLinkFolder: LinkFolder = {
  async *read() {
    // Nothing was kept.
  },
  write: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};

/** Files `repositories/NAME/_tags/TAG` and so on, renamed into their place; `incoming/` must be there. */
export function createLinkFolder(folder: string): LinkFolder {
  const root = join(folder, "repositories");
  const pathOf = ({ repository, kind, name }: Link) =>
    join(root, repository, linkFolders[kind], name.replace(":", "-"));
  // One after the other, so that the last of two changes is also the last on disk.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (change: () => Promise<void>): Promise<void> => {
    const turn = last.then(change);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    read: () => readLinks(root),
    write: (link, text) =>
      inTurn(async () => {
        await mkdir(dirname(pathOf(link)), { recursive: true });
        // Without a text it is never there by half.
        if (text === "") return writeFile(pathOf(link), text);
        const incoming = join(folder, "incoming", randomUUID());
        await writeFile(incoming, text, { flush: true });
        await rename(incoming, pathOf(link));
      }),
    remove: (link) => inTurn(() => rm(pathOf(link), { force: true })),
  };
}

async function* readLinks(root: string): AsyncGenerator<Link & { readonly text: string }> {
  await mkdir(root, { recursive: true });
  const kinds = new Map<string, LinkKind>(
    Object.entries(linkFolders).map(([kind, dir]) => [dir, kind as LinkKind]),
  );
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const dirs = relative(root, entry.parentPath).split(sep);
    const kind = kinds.get(dirs.pop() ?? "");
    if (kind === undefined) continue;
    const name = kind === "tag" ? entry.name : entry.name.replace("-", ":");
    // That a blob is there is all there is to know of it.
    const text = kind === "blob" ? "" : await readFile(join(entry.parentPath, entry.name), "utf8");
    yield { repository: dirs.join("/"), kind, name, text };
  }
}
