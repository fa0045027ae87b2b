import "server-only";
import { constants, type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Access } from "#lib/auth/access.ts";
import { diskError } from "#lib/engine/bundle/bundle-error.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { AppError } from "#lib/errors.ts";
import { logger } from "#lib/logger.ts";
import { findUpload } from "./begin-upload.ts";
import { findUploadFolder } from "./remove-files.ts";
import { measureFile, reachStore } from "./upload-files.ts";

interface Place {
  bundle: string;
  file: string;
  /** Where in the file the first byte belongs. */
  offset: number;
}

interface Turn {
  ending: AbortController;
  ended: Promise<void>;
}

// Next loads this module once per bundle: two requests must still not write to one file at a time.
const holder = globalThis as { drayageUploads?: Map<string, Turn> };
const turns = (holder.drayageUploads ??= new Map<string, Turn>());

/**
 * Writes bytes of a file as they come. What has arrived stays when the line is cut, or the power, and the next request goes
 * on from there; one that comes while an earlier one still seems to be at work takes its place.
 *
 * @throws AppError `not-found`, `bundle-not-ready`, `store-unreachable`, `store-full`; `upload-offset` when the bytes do
 * not follow those that are there, `body-too-large` when there are more than were announced; EngineError `disk-failed`
 */
export async function receiveUpload(
  access: Access<"bundle.write">,
  { bundle, file, offset }: Place,
  body: ReadableStream<Uint8Array> | null,
): Promise<{ receivedBytes: number }> {
  const upload = await findUpload(access, bundle);
  const row = upload.files.find(({ name }) => name === file);
  if (!row) throw new AppError("not-found", { what: "bundle-file" });
  const store = await reachStore(upload.storeId);
  const path = join(findUploadFolder(store.path, bundle), file);
  return inTurn(path, async (ending) => {
    try {
      await mkdir(dirname(path), { recursive: true });
      const arrived = await measureFile(path);
      if (arrived !== offset) throw new AppError("upload-offset", { file, offset: arrived });
      const handle = await open(path, constants.O_WRONLY | constants.O_CREAT);
      try {
        const receivedBytes = await write(handle, body, {
          offset,
          limitBytes: Number(row.sizeBytes),
          ending,
        });
        // Bit by bit, or the end of a large upload would wait for the disk for minutes.
        await handle.datasync();
        return { receivedBytes };
      } finally {
        await handle.close();
      }
    } catch (thrown) {
      if (thrown instanceof AppError) throw thrown;
      const error = diskError(thrown, "write-file", file);
      if (!(error instanceof EngineError) || error.code !== "disk-full") throw error;
      const requiredBytes = Number(row.sizeBytes) - (await measureFile(path));
      throw new AppError(
        "store-full",
        { name: store.name, requiredBytes, availableBytes: 0 },
        { cause: error },
      );
    }
  });
}

/** One request at a time writes to a file; the newest is the one that its sender still waits for. */
async function inTurn<T>(path: string, work: (ending: AbortSignal) => Promise<T>): Promise<T> {
  for (let before = turns.get(path); before !== undefined; before = turns.get(path)) {
    before.ending.abort();
    await before.ended;
  }
  const ending = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  const turn = { ending, ended: promise };
  turns.set(path, turn);
  try {
    return await work(ending.signal);
  } finally {
    turns.delete(path);
    resolve();
  }
}

/** @returns how much of the file is there now */
async function write(
  handle: FileHandle,
  body: ReadableStream<Uint8Array> | null,
  { offset, limitBytes, ending }: { offset: number; limitBytes: number; ending: AbortSignal },
): Promise<number> {
  const reader = body?.getReader();
  let position = offset;
  // Waiting for bytes that never come ends, too, when another request takes the place.
  ending.addEventListener("abort", () => void reader?.cancel().catch(() => undefined), { once: true });
  for (;;) {
    const chunk = await readChunk(reader);
    if (chunk === null || ending.aborted) return position;
    if (position + chunk.byteLength > limitBytes) {
      await reader?.cancel();
      throw new AppError("body-too-large", { limitBytes: limitBytes - offset });
    }
    for (let done = 0; done < chunk.byteLength;) {
      done += (await handle.write(chunk, done, chunk.byteLength - done, position + done)).bytesWritten;
    }
    position += chunk.byteLength;
  }
}

/** Null at the end, and where the line is cut: what came until then counts. */
async function readChunk(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
): Promise<Uint8Array | null> {
  try {
    const part = await reader?.read();
    return part?.value ?? null;
  } catch (error) {
    logger.debug({ err: error }, "an upload was cut");
    return null;
  }
}
