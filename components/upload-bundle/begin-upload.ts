import { checkFields } from "#components/forms/check-fields.ts";
import { postJson, RequestError } from "#components/query/get-json.ts";
import type { ActionResult } from "#lib/schemas/action-result.ts";
import { beginUploadInput } from "#lib/schemas/bundles.ts";
import type { UploadView } from "#lib/services/bundles/bundle-views.ts";

const timeoutMs = 60_000;

interface UploadFields {
  storeId: string;
  name: string;
  /** They are no bundle, but are to travel along with exports. */
  loose: boolean;
  files: readonly File[];
}

/** Tells the panel which files are going to arrive; what is not complete is not sent at all. */
export async function beginUpload({ files, ...rest }: UploadFields): Promise<ActionResult<UploadView>> {
  const input = { ...rest, files: files.map((file) => ({ name: file.name, sizeBytes: file.size })) };
  const wrong = checkFields(beginUploadInput, input);
  if (wrong) return { ok: false, error: wrong };
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    return { ok: true, value: await postJson<UploadView>("/api/bundles/uploads", input, signal) };
  } catch (error) {
    if (error instanceof RequestError) return { ok: false, error: error.error };
    throw error;
  }
}
