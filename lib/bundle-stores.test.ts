import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { z } from "zod";

const paths = vi.hoisted(() => {
  const root = `${process.env.TMPDIR ?? "/tmp"}/drayage-stores-${process.pid}`;
  const found = {
    root,
    usb: `${root}/usb`,
    twin: `${root}/../drayage-stores-${process.pid}/usb`,
    gone: `${root}/gone`,
  };
  process.env.DATA_DIR = `${root}/data`;
  process.env.BUNDLE_DIRS = `stick=${found.usb}:again=${found.twin}:${found.gone}`;
  return found;
});
const { findHeldStore, listHeldStores } = await import("./bundle-stores.ts");

afterAll(() => rm(paths.root, { recursive: true, force: true }));

test("folders that are there are stores, each once, with an id that stays", async () => {
  await mkdir(paths.usb, { recursive: true });
  const [first, second] = await Promise.all([listHeldStores(), listHeldStores()]);
  expect(first).toEqual(second);
  expect(first.map(({ name }) => name)).toEqual(["data", "again"]);
  expect(first[0]?.path).toBe(join(paths.root, "data", "bundles"));
  const id = (await readFile(join(paths.usb, ".drayage-store"), "utf8")).trim();
  expect(z.uuid().safeParse(id).success).toBe(true);
  expect(first[1]?.id).toBe(id);
  // A disk that is plugged in later, with the id that it got elsewhere.
  await mkdir(paths.gone);
  await writeFile(join(paths.gone, ".drayage-store"), "019aaaaa-0000-7000-8000-00000000abcd\n");
  expect(await findHeldStore("019aaaaa-0000-7000-8000-00000000abcd")).toMatchObject({
    name: "gone",
    path: paths.gone,
  });
});

test("a folder whose id cannot be read is none, and the others stay", async () => {
  await writeFile(join(paths.gone, ".drayage-store"), "nonsense");
  expect((await listHeldStores()).map(({ name }) => name)).toEqual(["data", "again"]);
});
