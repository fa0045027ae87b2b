import "server-only";
import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import { formatDisposition } from "./file-response.ts";

interface ArchivedFile {
  readonly path: string;
  readonly content: string;
  readonly isSecret: boolean;
}

/** A few small files as one to be saved: those with secrets are unpacked for their owner's eyes only. */
export async function archiveResponse(name: string, files: readonly ArchivedFile[]): Promise<Response> {
  const archive = pack();
  for (const { path, content, isSecret } of files) {
    archive.entry({ name: `${name}/${path}`, mode: isSecret ? 0o600 : 0o644 }, content);
  }
  archive.finalize();
  const body = new Uint8Array(await buffer(archive.pipe(createGzip())));
  return new Response(body, {
    headers: {
      "Cache-Control": "no-store",
      "Content-Disposition": formatDisposition(`${name}.tar.gz`),
      "Content-Type": "application/gzip",
      "X-Content-Type-Options": "nosniff",
    },
  });
}
