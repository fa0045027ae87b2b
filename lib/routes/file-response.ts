import "server-only";
import { fileLengthHeader } from "#lib/file-length.ts";
import { parseRange } from "./byte-range.ts";

interface SentFile {
  name: string;
  sizeBytes: number;
  etag: string;
  read(start: number, end: number): AsyncGenerator<Uint8Array, void, undefined>;
}

/**
 * A file to be saved, or the part of it that a download which was cut still lacks (RFC 9110, sections 13.1.5 and 14).
 * Nothing of it is held in memory.
 */
export function fileResponse(request: Request, file: SentFile): Response {
  const { sizeBytes, etag } = file;
  const headers = new Headers({
    "Accept-Ranges": "bytes",
    // Compressed on the way, ranges would be of something else.
    "Cache-Control": "private, no-cache, no-transform",
    "Content-Disposition": formatDisposition(file.name),
    "Content-Type": "application/octet-stream",
    ETag: etag,
    "X-Content-Type-Options": "nosniff",
  });
  if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers });
  const condition = request.headers.get("if-range");
  const isSame = condition === null || condition === etag;
  // Section 14.2: of any other method a range is ignored.
  const isRanged = isSame && request.method === "GET";
  const range = isRanged ? parseRange(request.headers.get("range"), sizeBytes) : null;
  if (range === "unsatisfiable") {
    headers.set("Content-Range", `bytes */${sizeBytes}`);
    return new Response(null, { status: 416, headers });
  }
  const { start, end } = range ?? { start: 0, end: sizeBytes };
  headers.set(fileLengthHeader, String(end - start));
  if (range) headers.set("Content-Range", `bytes ${start}-${end - 1}/${sizeBytes}`);
  const body = request.method === "HEAD" || end === start ? null : byteStream(file.read(start, end));
  return new Response(body, { status: range ? 206 : 200, headers });
}

function byteStream(chunks: AsyncGenerator<Uint8Array, void, undefined>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        // What is handed over is read later, when the chunk's own memory holds the next one.
        else controller.enqueue(new Uint8Array(value));
      },
      async cancel() {
        await chunks.return();
      },
    },
    { highWaterMark: 0 },
  );
}

/** RFC 6266: a name of plain characters for old readers, and the whole one, as RFC 8187 has it, for all others. */
export function formatDisposition(name: string): string {
  const plain = name.replaceAll(/[^\w.+@ -]/g, "_");
  // Left alone by encodeURIComponent, and no `attr-char`.
  const whole = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}
