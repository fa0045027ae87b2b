import { refuse } from "./answer.ts";

/** A small body as a whole. @throws Refusal 413 */
export async function readBody(body: AsyncIterable<Uint8Array>, limitBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > limitBytes) throw refuse(413, "SIZE_INVALID", { limitBytes });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
