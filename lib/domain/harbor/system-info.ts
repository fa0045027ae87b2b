import { z } from "zod";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { readJson, type HarborApi } from "./harbor-api.ts";

/** What a Harbor says of itself. */
interface SystemInfo {
  /** Whether it takes whoever asks for one who is signed in: since 2.2 it tells them more than others. */
  readonly signedIn: boolean;
}

// `GeneralInfo` in api/v2.0/swagger.yaml. Harbor always tells the mode of sign-in; no other server of a registry does.
const generalInfo = z.object({
  auth_mode: z.string(),
  read_only: z.boolean().nullish(),
});

/** Answers that settle nothing: the same request may get another one later. */
const unsettled: ReadonlySet<number> = new Set([408, 425, 429]);
const notImplemented = 501;

/**
 * `GET /api/v2.0/systeminfo`.
 *
 * @param signed whether to sign in; never before the server is known to be a Harbor
 * @returns null when what answers there is no Harbor
 * @throws EngineError a code of the network, `rate-limited`, `registry-failed`: what is there cannot be told
 */
export async function findSystemInfo(
  api: HarborApi,
  { signed, signal }: { readonly signed: boolean; readonly signal: AbortSignal | undefined },
): Promise<SystemInfo | null> {
  const request = { operation: "find-harbor", method: "GET", path: "/systeminfo", accept: [200] } as const;
  try {
    return await api.send({ ...request, signed, signal }, async (response) => {
      const { data } = generalInfo.safeParse(await readJson(response));
      return data ? { signedIn: typeof data.read_only === "boolean" } : null;
    });
  } catch (error) {
    if (error instanceof EngineError && isAnswerOfAnother(error)) return null;
    throw error;
  }
}

/** Whatever else stands there: a registry that knows no such path, or a sign-in page in front of all of it. */
function isAnswerOfAnother({ code, facts: { status } }: EngineError): boolean {
  if (code === "harbor-answer-invalid") return true;
  if (status === undefined || code === "protocol-mismatch" || code.startsWith("proxy-")) return false;
  return status === notImplemented || (status >= 400 && status < 500 && !unsettled.has(status));
}
