import { createHash } from "node:crypto";
import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** The SHA-256 of files that are read chunk by chunk. */
export interface FileHash {
  /** A place for chunks. */
  allocate(sizeBytes: number): Buffer;
  /** Resolves once the chunk, which lies in such a place, may be overwritten. */
  update(chunk: Uint8Array): Promise<void>;
  /** Hexadecimal; what comes after it is of another file. */
  digest(): Promise<string>;
  close(): Promise<void>;
}

/** With less to hash, a thread takes more time than it saves. */
const worthwhileBytes = 64 * 1024 * 1024;

/** @param totalBytes of all files together */
export function createFileHash(totalBytes: number): FileHash {
  return totalBytes < worthwhileBytes ? createPlainHash() : createThreadedHash();
}

function createPlainHash(): FileHash {
  let hash = createHash("sha256");
  return {
    allocate: (sizeBytes) => Buffer.allocUnsafe(sizeBytes),
    update(chunk) {
      hash.update(chunk);
      return Promise.resolve();
    },
    digest() {
      const digest = hash.digest("hex");
      hash = createHash("sha256");
      return Promise.resolve(digest);
    },
    close: () => Promise.resolve(),
  };
}

/** Hashes in a thread of its own, beside what is done with a chunk meanwhile. */
function createThreadedHash(): FileHash {
  const thread = new Worker(`(${hashOnOrder.toString()})()`, { eval: true, execArgv: [] });
  const ask = async (order: Order): Promise<string> => {
    thread.postMessage(order);
    const [answer] = (await once(thread, "message")) as [string];
    return answer;
  };
  return {
    // Shared, so that the thread sees the chunks where they are.
    allocate: (sizeBytes) => Buffer.from(new SharedArrayBuffer(sizeBytes)),
    async update(chunk) {
      await ask({ chunk });
    },
    digest: () => ask({}),
    async close() {
      await thread.terminate();
    },
  };
}

/** A chunk, or without one the wish for the digest. */
interface Order {
  readonly chunk?: Uint8Array;
}

/**
 * What the thread does: it answers each order. It is handed over as text, since bundlers lose a file that only a thread
 * loads; so it names nothing outside of itself.
 */
function hashOnOrder(): void {
  const { createHash } = process.getBuiltinModule("node:crypto");
  const { parentPort } = process.getBuiltinModule("node:worker_threads");
  let hash = createHash("sha256");
  parentPort?.on("message", ({ chunk }: Order) => {
    if (chunk) {
      hash.update(chunk);
      parentPort.postMessage("");
    } else {
      parentPort.postMessage(hash.digest("hex"));
      hash = createHash("sha256");
    }
  });
}
