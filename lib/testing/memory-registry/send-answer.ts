import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./answer.ts";
import type { RequestRecord } from "./request-log.ts";

/** A reset overtakes what the client's system has received and the client has not read yet. */
const settleMs = 25;

/**
 * Writes an answer as it is, right or wrong.
 *
 * @param reset cuts the connection
 * @throws AbortError when `signal` fires, since the client is gone
 */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  { method, record, signal, reset }: SendOptions,
): Promise<void> {
  const { status, headers, body, ending = "proper" } = answer;
  record.status = status;
  response.writeHead(status, headers);
  if (method === "HEAD" || status === 204 || status === 304) {
    response.end();
  } else {
    // What comes slowly, or never, comes after the head.
    if (comesSlowly(body)) response.flushHeaders();
    for await (const chunk of body) {
      signal.throwIfAborted();
      record.bytesOut += chunk.byteLength;
      if (!response.write(chunk)) await once(response, "drain", { signal });
    }
    if (ending === "proper") response.end();
  }
  if (ending !== "proper") {
    await sleep(settleMs);
    if (ending === "reset") reset();
    else response.socket?.destroySoon();
  } else if (!response.writableFinished) {
    await once(response, "finish", { signal });
  }
}

function comesSlowly(body: Answer["body"]): boolean {
  return !Array.isArray(body);
}

interface SendOptions {
  readonly method: string;
  readonly record: RequestRecord;
  readonly signal: AbortSignal;
  readonly reset: () => void;
}
