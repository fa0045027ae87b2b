import "server-only";
import { writeDb } from "#lib/db/client.ts";
import { logger } from "#lib/logger.ts";
import { jobsChannel, notifyJob } from "#lib/queue/notifications.ts";

const intervalMs = 1_000;

/** Counts bytes that are read, and writes now and then how many. It is for show: a write that fails stops nothing. */
export class ByteMeter {
  readonly #write: (bytes: number) => Promise<unknown>;
  readonly #timer: NodeJS.Timeout;
  #bytes = 0;
  #written: number | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(write: (bytes: number) => Promise<unknown>) {
    this.#write = write;
    this.#timer = setInterval(() => this.#flush(), intervalMs);
    this.#timer.unref();
    this.#flush();
  }

  add(count: number): void {
    this.#bytes += count;
  }

  /** Writes for the last time. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#flush();
    await this.#writing;
  }

  #flush(): void {
    this.#writing = this.#writing.then(async () => {
      if (this.#written === this.#bytes) return;
      this.#written = this.#bytes;
      try {
        await this.#write(this.#bytes);
      } catch (error) {
        logger.warn({ err: error }, "how far a bundle is proven could not be written");
      }
    });
  }
}

/** Shows in a job how far its bundle is proven, from nothing on. @param totalBytes to read */
export function meterProof({ jobId, run }: { jobId: string; run: number }, totalBytes: number): ByteMeter {
  return new ByteMeter(async (bytes) => {
    const provenBytes = Math.min(bytes, totalBytes);
    await writeDb.mirrorJob.updateMany({
      where: { id: jobId, run },
      data: { provenBytes, proofBytes: totalBytes },
    });
    await notifyJob(writeDb, jobsChannel, jobId);
  });
}

/** Shows in a job how far a file has come that is part of its total as a blob is. */
export function meterFile(
  { jobId }: { jobId: string },
  blob: { digest: string; sizeBytes: number },
): ByteMeter {
  return new ByteMeter(async (bytes) => {
    const receivedBytes = Math.min(bytes, blob.sizeBytes);
    // One that is written once more shows from where it was on.
    await writeDb.jobBlob.updateMany({
      where: { jobId, digest: blob.digest, receivedBytes: { lt: receivedBytes } },
      data: { receivedBytes },
    });
    await notifyJob(writeDb, jobsChannel, jobId);
  });
}
