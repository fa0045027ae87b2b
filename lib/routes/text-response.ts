import "server-only";
import { formatDisposition } from "./file-response.ts";

/** A small text to be saved as a file, to the byte: a byte order mark and ends of lines are part of it. */
export function textResponse({ name, text }: { name: string; text: string }): Response {
  const body = new TextEncoder().encode(text);
  return new Response(body, {
    headers: {
      "Cache-Control": "private, no-cache",
      "Content-Disposition": formatDisposition(name),
      "Content-Type": "text/plain; charset=utf-8",
      "X-Content-Type-Options": "nosniff",
    },
  });
}
