import { createReadStream } from "node:fs";
import { UsageError } from "./usage-error.ts";

const standardInput = "-";
/** A thousand certificates take half of it. */
const maxBytes = 4 * 1024 * 1024;

/**
 * The text of a file, or of standard input for "-" or none, without a byte order mark.
 *
 * @throws UsageError for what cannot be read, is too large, or no text
 */
export async function readInput(path: string | null): Promise<string> {
  const isPiped = path === null || path === standardInput;
  const name = isPiped ? "standard input" : path;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    const stream: AsyncIterable<Buffer> = isPiped ? process.stdin : createReadStream(path);
    for await (const chunk of stream) {
      chunks.push(chunk);
      length += chunk.byteLength;
      if (length > maxBytes) throw new UsageError(`${name} is larger than 4 MiB`);
    }
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
    if (!text.includes("\u0000")) return text;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (!(error instanceof TypeError)) {
      throw new UsageError(error instanceof Error ? error.message : name, { cause: error });
    }
  }
  throw new UsageError(`${name} is not plain text in UTF-8, as which it has to be saved`);
}
