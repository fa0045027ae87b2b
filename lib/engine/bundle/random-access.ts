import { open, stat, type FileHandle } from "node:fs/promises";
import { throwIfAborted } from "../oci/abort.ts";
import { bundleError, diskError } from "./bundle-error.ts";

/** Bytes that can be read from any place: a file, or a part of one. */
export interface RandomAccess {
  /** What a person calls it. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Where its first byte stands in the file called `name`. */
  readonly start: number;
  /** Fills `into` from `offset` on. @throws EngineError `bundle-file-truncated`, `disk-failed` */
  read(into: Uint8Array, offset: number): Promise<void>;
}

export interface OpenFile extends RandomAccess {
  close(): Promise<void>;
}

/** @throws EngineError `bundle-file-missing`, `disk-failed` */
export async function openFile(path: string, name: string): Promise<OpenFile> {
  try {
    // Opening a pipe would wait for whoever writes to it.
    if (!(await stat(path)).isFile()) {
      throw bundleError("disk-failed", { operation: "read-file", file: name, platformCode: "EISDIR" });
    }
    return await readHandle(await open(path, "r"), name);
  } catch (error) {
    throw diskError(error, "read-file", name);
  }
}

/** A file that is open already; closing this closes it. */
export async function readHandle(handle: FileHandle, name: string): Promise<OpenFile> {
  const { size } = await handle.stat();
  return {
    name,
    sizeBytes: size,
    start: 0,
    async read(into, offset) {
      for (let done = 0; done < into.byteLength;) {
        const { bytesRead } = await handle
          .read(into, done, into.byteLength - done, offset + done)
          .catch((error: unknown) => {
            throw diskError(error, "read-file", name);
          });
        if (bytesRead === 0) {
          const facts = { expectedBytes: offset + into.byteLength, actualBytes: offset + done };
          throw bundleError("bundle-file-truncated", { operation: "read-file", file: name, ...facts });
        }
        done += bytesRead;
      }
    },
    close: () => handle.close(),
  };
}

/** A part of a file, as bytes of its own. */
export function slice(whole: RandomAccess, offset: number, sizeBytes: number): RandomAccess {
  return {
    name: whole.name,
    sizeBytes,
    start: whole.start + offset,
    read: (into, at) => whole.read(into, offset + at),
  };
}

/** Bytes held in memory. @param place where they were found, for errors */
export function fromBytes(
  bytes: Uint8Array,
  { name, start }: Pick<RandomAccess, "name" | "start">,
): RandomAccess {
  return {
    name,
    start,
    sizeBytes: bytes.byteLength,
    read(into, offset) {
      into.set(bytes.subarray(offset, offset + into.byteLength));
      return Promise.resolve();
    },
  };
}

/** All of something small. */
export async function readWhole(file: RandomAccess): Promise<Uint8Array> {
  const content = Buffer.allocUnsafe(file.sizeBytes);
  await file.read(content, 0);
  return content;
}

/** Larger ones are read no faster, and the processor's cache holds fewer of them. */
const chunkBytes = 256 * 1024;
/** For as many streams as run side by side. */
const maxSpareChunks = 32;
/** Chunks that streams have done with: making them anew for each blob costs more than reading into them. */
const spareChunks: Buffer[] = [];

/** Bytes in order, each chunk valid until the next one is asked for; the next is read meanwhile. */
export async function* stream(
  file: RandomAccess,
  {
    offset = 0,
    end = file.sizeBytes,
    signal,
  }: { offset?: number; end?: number; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const buffers = [0, 1].map(() => spareChunks.pop() ?? Buffer.allocUnsafeSlow(chunkBytes));
  const begin = (at: number, turn: number): Promise<Uint8Array> | null => {
    const length = Math.min(chunkBytes, end - at);
    const into = buffers[turn % 2]?.subarray(0, length);
    if (length <= 0 || into === undefined) return null;
    const reading = file.read(into, at).then(() => into);
    // Whoever leaves early hears nothing of it.
    reading.catch(() => undefined);
    return reading;
  };
  let position = offset;
  let reading = begin(position, 0);
  for (let turn = 1; reading !== null; turn++) {
    throwIfAborted(signal);
    const chunk = await reading;
    position += chunk.byteLength;
    reading = begin(position, turn);
    yield chunk;
  }
  // Only here it is certain that nobody reads into them or holds them any more.
  spareChunks.push(...buffers.slice(0, maxSpareChunks - spareChunks.length));
}

/** As `stream`, for those who keep what they are given for a while, as Node's streams do. */
export async function* streamCopies(
  file: RandomAccess,
  {
    onBytes,
    signal,
  }: { onBytes?: ((count: number) => void) | undefined; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of stream(file, { signal })) {
    yield Buffer.from(chunk);
    onBytes?.(chunk.byteLength);
  }
}
