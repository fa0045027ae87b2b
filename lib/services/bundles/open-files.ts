import "server-only";
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { BundleState } from "#lib/db/generated/enums.ts";
import { openDrayageBundle } from "#lib/engine/bundle/drayage/open-drayage-bundle.ts";
import { openFile as openOnDisk, stream } from "#lib/engine/bundle/random-access.ts";
import { AppError } from "#lib/errors.ts";
import { assertState, findBundle } from "./bundle-row.ts";
import type { BundleExtraFile } from "./bundle-views.ts";
import { reachStore } from "./upload-files.ts";

const whole = [BundleState.unchecked, BundleState.sound, BundleState.damaged];

/** A file that a person may fetch. */
export interface DownloadFile {
  name: string;
  sizeBytes: number;
  /** Another one when the content is another. */
  etag: string;
  /** The bytes from `start` to before `end`; each chunk is valid until the next is asked for. */
  read(start: number, end: number): AsyncGenerator<Uint8Array, void, undefined>;
}

interface FileName {
  bundle: string;
  file: string;
}

/**
 * A file of a bundle as it lies on the disk.
 *
 * @throws AppError `not-found`, `bundle-not-ready`, `store-unreachable`
 */
export async function openFile(
  access: Access<"bundle.read">,
  { bundle: id, file }: FileName,
): Promise<DownloadFile> {
  const place = await findPlace(access, id);
  const known = await db.bundleFile.count({ where: { bundleId: id, name: file } });
  if (known === 0) throw notThere();
  const found = await stat(place).catch(() => null);
  if (found === null) throw notThere();
  const path = found.isDirectory() ? join(place, file) : place;
  const { size, mtimeMs } = await stat(path).catch(() => Promise.reject(notThere()));
  return {
    name: basename(path),
    sizeBytes: size,
    etag: `"${size.toString(16)}-${Math.round(mtimeMs).toString(16)}"`,
    async *read(start, end) {
      const open = await openOnDisk(path, file);
      try {
        yield* stream(open, { offset: start, end });
      } finally {
        await open.close();
      }
    },
  };
}

/**
 * A file that travels along in a bundle, out of its volumes.
 *
 * @throws AppError `not-found`, `bundle-not-ready`, `store-unreachable`; EngineError as `openDrayageBundle`, also while
 * its bytes are read and turn out to be wrong
 */
export async function openExtra(
  access: Access<"bundle.read">,
  { bundle: id, file }: FileName,
): Promise<DownloadFile> {
  const place = await findPlace(access, id);
  const { extraFiles } = await findBundle(access, id);
  const extra = (extraFiles as unknown as BundleExtraFile[]).find(({ name }) => name === file);
  if (!extra) throw notThere();
  return {
    name: extra.name,
    sizeBytes: extra.sizeBytes,
    etag: `"${extra.sha256}"`,
    async *read(start, end) {
      const bundle = await openDrayageBundle(place);
      try {
        yield* between(bundle.openExtra(file), start, end);
      } finally {
        await bundle.close();
      }
    },
  };
}

/** What comes before is read, too: only a file as a whole can be proven. */
async function* between(
  content: AsyncIterable<Uint8Array>,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let position = 0;
  for await (const chunk of content) {
    const wanted = chunk.subarray(Math.max(0, start - position), Math.max(0, end - position));
    position += chunk.byteLength;
    if (wanted.byteLength > 0) yield wanted;
    // The last chunk is waited for to the end, which is where the whole is proven.
    if (position > end) break;
  }
}

async function findPlace(access: Access<"bundle.read">, id: string): Promise<string> {
  const row = await findBundle(access, id);
  assertState(row, whole);
  const store = await reachStore(row.storeId);
  return join(store.path, row.folder);
}

function notThere(): AppError {
  return new AppError("not-found", { what: "bundle-file" });
}
