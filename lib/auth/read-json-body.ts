import { z } from "zod";
import { AppError } from "#lib/errors.ts";

/**
 * A small JSON object from a request, never more than `limitBytes` in memory.
 * @throws AppError body-too-large, invalid-input
 */
export async function readJsonBody(request: Request, limitBytes: number): Promise<Record<string, unknown>> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.body ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > limitBytes) throw new AppError("body-too-large", { limitBytes });
    chunks.push(chunk);
  }
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.concat(chunks).toString("utf8")));
  } catch (cause) {
    throw new AppError("invalid-input", { fields: {} }, { cause });
  }
}
