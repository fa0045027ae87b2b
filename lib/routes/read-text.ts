import { AppError, type AppErrorFacts } from "#lib/errors.ts";

/** How much more of a body that is too large is taken, so that its sender hears why before the connection ends. */
const maxDiscardedBytes = 64 * 1024 * 1024;

/**
 * The body of a request as text, never holding more of it than is allowed.
 *
 * @throws AppError `list-too-large`, `invalid-input` when it is not UTF-8
 */
export async function readText(request: Request, limits: AppErrorFacts["list-too-large"]): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let sizeBytes = 0;
  let text = "";
  const reader = request.body?.getReader();
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    sizeBytes += part.value.byteLength;
    if (sizeBytes > limits.limitBytes + maxDiscardedBytes) {
      await reader?.cancel();
      break;
    }
    if (sizeBytes <= limits.limitBytes) text += decode(decoder, part.value, true);
  }
  if (sizeBytes > limits.limitBytes) throw new AppError("list-too-large", limits);
  return text + decode(decoder, undefined, false);
}

function decode(decoder: TextDecoder, bytes: Uint8Array | undefined, stream: boolean): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch (cause) {
    throw new AppError("invalid-input", { fields: { list: { code: "not-text", facts: {} } } }, { cause });
  }
}
