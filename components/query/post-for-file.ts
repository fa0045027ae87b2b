import { type ErrorView, unreachable } from "#lib/errors.ts";
import { RequestError } from "./get-json.ts";

/** Asks for a file by a question that is too long, or too secret, for an address. @throws RequestError */
export async function postForFile(url: string, body: unknown): Promise<{ name: string; content: Blob }> {
  let response: Response;
  try {
    const headers = { "content-type": "application/json" };
    response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1];
    if (response.ok && name !== undefined) return { name, content: await response.blob() };
  } catch (cause) {
    throw new RequestError(unreachable, 0, { cause });
  }
  const { error = unreachable } = (await response.json().catch(() => ({}))) as { error?: ErrorView };
  throw new RequestError(error, response.status);
}
