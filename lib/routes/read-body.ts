import type { z } from "zod";
import { AppError } from "#lib/errors.ts";
import { maxJsonBytes } from "#lib/schemas/json-body.ts";

/** How much more of a body that is too large is taken, so that its sender hears why before the connection ends. */
const maxDiscardedBytes = 64 * 1024 * 1024;

/**
 * The body of a request as text, never holding more of it than is allowed.
 *
 * @param tooLarge what to throw beyond the limit
 * @throws AppError `invalid-input` when it is not UTF-8 text
 */
export async function readText(
  request: Request,
  limitBytes: number,
  tooLarge: () => AppError,
): Promise<string> {
  // A byte order mark is part of the file, which is given back as it was.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  await readParts(request, limitBytes, tooLarge, (part) => (text += decode(decoder, part, true)));
  return text + decode(decoder, undefined, false);
}

/** The body of a request as it is, never holding more of it than is allowed. @param tooLarge as of `readText` */
export async function readBytes(
  request: Request,
  limitBytes: number,
  tooLarge: () => AppError,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  await readParts(request, limitBytes, tooLarge, (part) => parts.push(part));
  return Buffer.concat(parts);
}

async function readParts(
  request: Request,
  limitBytes: number,
  tooLarge: () => AppError,
  take: (part: Uint8Array) => void,
): Promise<void> {
  let sizeBytes = 0;
  const reader = request.body?.getReader();
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    sizeBytes += part.value.byteLength;
    if (sizeBytes > limitBytes + maxDiscardedBytes) {
      await reader?.cancel();
      break;
    }
    if (sizeBytes <= limitBytes) take(part.value);
  }
  if (sizeBytes > limitBytes) throw tooLarge();
}

/** A small body of JSON, parsed. @throws AppError `body-too-large`, `invalid-input`; a ZodError */
export async function readJson<S extends z.ZodType>(request: Request, schema: S): Promise<z.output<S>> {
  const limitBytes = maxJsonBytes;
  const text = await readText(request, limitBytes, () => new AppError("body-too-large", { limitBytes }));
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new AppError("invalid-input", { fields: {} }, { cause });
  }
  return schema.parse(body);
}

function decode(decoder: TextDecoder, bytes: Uint8Array | undefined, stream: boolean): string {
  let text: string;
  try {
    text = decoder.decode(bytes, { stream });
  } catch (cause) {
    throw notText(cause);
  }
  // UTF-8 by the letter, but no text that anybody wrote, and PostgreSQL takes none.
  if (text.includes("\u0000")) throw notText();
  return text;
}

function notText(cause?: unknown): AppError {
  return new AppError("invalid-input", { fields: { list: { code: "not-text", facts: {} } } }, { cause });
}
