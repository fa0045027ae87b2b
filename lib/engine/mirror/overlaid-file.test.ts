import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import { pack, type Header } from "tar-stream";
import { describe, expect, test } from "vitest";
import { digestBytes } from "../oci/digest.ts";
import { EngineError } from "../oci/errors.ts";
import { findLayerFile } from "./layer-file.ts";
import { readOverlaidFile } from "./overlaid-file.ts";

type Entry = Partial<Header> & { readonly name: string; readonly content?: string };

const limits = { maxFileBytes: 1_000, maxLayerBytes: 100_000 };
const file = (name: string, content: string): Entry => ({ name, content });
const folder = (name: string): Entry => ({ name, type: "directory" });
const link = (name: string, linkname: string): Entry => ({ name, type: "symlink", linkname });
const hardLink = (name: string, linkname: string): Entry => ({ name, type: "link", linkname });

async function packLayer(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const { content, ...header } of entries) archive.entry(header, content ?? "");
  archive.finalize();
  return buffer(archive);
}

/** Reads a file of layers, the first one lowest. @returns its content, null when there is none, and what was read */
async function read(path: string, ...layers: readonly (readonly Entry[])[]) {
  const packed = await Promise.all(layers.map(packLayer));
  const descriptors = packed.map((content, index) => ({
    mediaType: "application/vnd.oci.image.layer.v1.tar",
    digest: digestBytes(`${index}`),
    sizeBytes: content.byteLength,
  }));
  const layersRead: number[] = [];
  const content = await readOverlaidFile(descriptors, path, (descriptor, at) => {
    const index = descriptors.indexOf(descriptor);
    layersRead.push(index);
    return findLayerFile(Readable.from([packed[index]]), at, limits);
  });
  return { content: content === null ? null : Buffer.from(content).toString(), layersRead };
}

const contentOf = async (path: string, ...layers: readonly (readonly Entry[])[]) =>
  (await read(path, ...layers)).content;

describe("a file of several layers", () => {
  test("is the last layer's that has it, and no layer below is read", async () => {
    const layers = [[file("a/b", "old")], [file("./a/b", "new")], [file("c", "else")]];
    for (const path of ["a/b", "/a/b", "./a/b"]) {
      expect(await read(path, ...layers)).toEqual({ content: "new", layersRead: [2, 1] });
    }
  });

  test.each([
    ["a whiteout of it", [file("a/b/.wh.c", "")]],
    ["a whiteout of a folder above", [file(".wh.a", "")]],
    ["an opaque folder", [folder("a/b/"), file("a/b/.wh..wh..opq", "")]],
    ["an opaque folder above", [folder("a/"), file("/a/.wh..wh..opq", "")]],
    ["a file in place of a folder", [file("a", "")]],
    ["a folder in its place", [folder("a/b/c/")]],
  ])("is gone behind %s, and no layer below is read", async (_what, above) => {
    expect(await read("a/b/c", [file("a/b/c", "old")], above)).toEqual({ content: null, layersRead: [1] });
  });

  test.each([
    ["before", (whiteout: Entry) => [whiteout, file("a/b", "new")]],
    ["behind", (whiteout: Entry) => [file("a/b", "new"), whiteout]],
  ])("stands beside a whiteout of its own layer %s it", async (_where, layer) => {
    for (const whiteout of ["a/.wh.b", "a/.wh..wh..opq", ".wh.a"]) {
      expect(await contentOf("a/b", [file("a/b", "old")], layer(file(whiteout, "")))).toBe("new");
    }
  });

  test("comes back after a whiteout", async () => {
    expect(await contentOf("a", [file("a", "1")], [file(".wh.a", "")], [file("a", "3")], [])).toBe("3");
  });

  test("is untouched by a whiteout of a like name, and by a folder listed anew", async () => {
    const layers = [[file("a/b", "kept")], [file("a/.wh.bb", ""), file("b/.wh.a", ""), folder("a/")]];
    expect(await contentOf("a/b", ...layers)).toBe("kept");
  });

  test("is found by a hard link, as the file was then", async () => {
    const layers = [[file("./a", "linked"), hardLink("./b/c", "a")], [file("a", "changed")]];
    expect(await contentOf("b/c", ...layers)).toBe("linked");
    expect(await contentOf("b/c", [file("a", "below")], [hardLink("b/c", "./a")], [file(".wh.a", "")])).toBe(
      "below",
    );
  });

  test("is found by symbolic links, as it is in the end", async () => {
    const layers = [
      [file("usr/share/list", "old"), link("src", "/usr/local/src"), folder("usr/local/src/")],
      [link("usr/local/src/list", "../../share/list")],
      [file("usr/share/list", "new")],
    ];
    expect(await contentOf("src/list", ...layers)).toBe("new");
    expect(await contentOf("a", [link("a", "gone")])).toBeNull();
  });

  test("is not behind a link that a folder has taken the place of", async () => {
    const layers = [[file("b/c", "old"), link("a", "b")], [folder("a/")], [file("d", "")]];
    expect(await contentOf("a/c", ...layers)).toBeNull();
    expect(await contentOf("a/c", ...layers, [link("a", "b")])).toBe("old");
  });

  test("is refused where links go on without end", async () => {
    const loop = [link("a", "b"), link("b", "a"), hardLink("c", "c")];
    for (const path of ["a", "b/x", "c"]) {
      await expect(read(path, loop)).rejects.toMatchObject({
        code: "bundle-invalid",
        facts: { value: path },
      });
    }
  });
});

/** What stands at a path once layers are extracted one over the other. `links` counts hard links behind a file. */
type Node = { readonly content: string; readonly links: number } | { readonly link: string } | "folder";

const paths = ["a", "b", "a/a", "a/b", "b/a", "b/b", "a/a/a", "a/a/b", "b/a/a"];
const parentsOf = (path: string) =>
  [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index)).concat(path === "" ? [] : [""]);

type Change =
  | { readonly kind: "file" | "folder" | "whiteout" | "opaque"; readonly path: string }
  | { readonly kind: "link" | "hard-link"; readonly path: string; readonly to: string };

const changes: fc.Arbitrary<readonly Change[]> = fc.uniqueArray(
  fc.record({
    kind: fc.constantFrom("file", "file", "folder", "whiteout", "opaque", "link", "hard-link"),
    path: fc.constantFrom(...paths),
    to: fc.constantFrom(...paths),
  }) as fc.Arbitrary<Change>,
  { maxLength: 6, selector: ({ path }) => path },
);

/** Leaves out what no layer can hold: something below what is no folder, a hard link to what is no file. */
function makeSound(layer: readonly Change[]): readonly Change[] {
  const kindAt = new Map(layer.map((change) => [change.path, change.kind]));
  const isFolder = (path: string) => ["folder", "opaque", "whiteout", undefined].includes(kindAt.get(path));
  const sound = layer.filter(({ path }) => parentsOf(path).every(isFolder));
  const files = new Set(sound.filter(({ kind }) => kind === "file").map(({ path }) => path));
  return sound.filter((change) => change.kind !== "hard-link" || files.has(change.to));
}

function toEntries(layer: readonly Change[], number: number): Entry[] {
  return layer.flatMap((change) => {
    const { kind, path } = change;
    const name = path.split("/").at(-1) ?? "";
    if (kind === "folder") return folder(`${path}/`);
    if (kind === "opaque") return [folder(`${path}/`), file(`${path}/.wh..wh..opq`, "")];
    if (kind === "whiteout") return file(`${path.slice(0, -name.length)}.wh.${name}`, "");
    if (kind === "link") return link(path, `/${change.to}`);
    if (kind === "hard-link") return hardLink(path, change.to);
    return file(path, `${path} ${number}`);
  });
}

/** Applies a layer as image-spec layer.md has it: whiteouts to what is there, then the rest over it. */
function apply(tree: Map<string, Node>, layer: readonly Change[], number: number): void {
  const remove = (path: string, alsoItself: boolean) => {
    for (const each of [...tree.keys()]) {
      if (each.startsWith(`${path}/`) || (alsoItself && each === path)) tree.delete(each);
    }
  };
  const put = (path: string, node: Node) => {
    for (const parent of parentsOf(path).filter((each) => each !== "")) {
      if (tree.get(parent) !== "folder") put(parent, "folder");
    }
    if (node !== "folder" || tree.get(path) !== "folder") remove(path, true);
    tree.set(path, node);
  };
  for (const { kind, path } of layer) {
    if (kind === "whiteout") remove(path, true);
    if (kind === "opaque") remove(path, false);
  }
  for (const change of layer) {
    const { kind, path } = change;
    if (kind === "file") put(path, { content: `${path} ${number}`, links: 0 });
    if (kind === "folder" || kind === "opaque") put(path, "folder");
    if (kind === "link") put(path, { link: change.to });
    if (kind === "hard-link") put(path, { content: `${change.to} ${number}`, links: 1 });
  }
}

function lookUp(tree: ReadonlyMap<string, Node>, path: string, links = 0): string | null {
  if (links > 8) return "endless";
  for (const at of [
    ...parentsOf(path)
      .filter((each) => each !== "")
      .sort(),
    path,
  ]) {
    const node = tree.get(at);
    if (node === undefined) return null;
    if (node === "folder") continue;
    if ("link" in node) return lookUp(tree, `${node.link}${path.slice(at.length)}`, links + 1);
    if (at !== path) return null;
    return links + node.links > 8 ? "endless" : node.content;
  }
  return null;
}

test("any file of any layers is what it is once they are extracted", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(changes, { maxLength: 5 }), fc.constantFrom(...paths), async (made, path) => {
      // Whatever a layer has in it, it lists the folders above, as all tools write layers.
      const layers = made.map(makeSound).map((layer) => {
        const named = new Set(layer.filter(({ kind }) => kind !== "whiteout").map((change) => change.path));
        const above = layer.flatMap((change) => parentsOf(change.path)).filter((each) => each !== "");
        const missing = [...new Set(above)].filter((each) => !named.has(each)).sort();
        return [...missing.map((each): Change => ({ kind: "folder", path: each })), ...layer];
      });
      const tree = new Map<string, Node>();
      for (const [index, layer] of layers.entries()) apply(tree, layer, index);
      const found = await contentOf(path, ...layers.map(toEntries)).catch((error: unknown) => {
        if (error instanceof EngineError && error.code === "bundle-invalid") return "endless";
        throw error;
      });
      expect(found).toBe(lookUp(tree, path));
    }),
    { numRuns: 300 },
  );
});
