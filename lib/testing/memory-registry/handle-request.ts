import type { IncomingMessage, ServerResponse } from "node:http";
import type { Grant } from "./access-control.ts";
import { answerError, ConnectionCut, Refusal, type Answer } from "./answer.ts";
import { dispatch } from "./dispatch.ts";
import type { Exchange } from "./exchange.ts";
import { createHooks, type FaultHooks } from "./fault-hooks.ts";
import type { Listener } from "./listener.ts";
import type { RegistryParts } from "./registry-parts.ts";
import type { RequestRecord } from "./request-log.ts";
import type { Route } from "./route.ts";
import { sendAnswer } from "./send-answer.ts";

/** Answers one request, through the faults that befall it. Never rejects. */
export async function handleRequest(
  parts: RegistryParts,
  listener: Listener,
  request: IncomingMessage,
  response: ServerResponse,
  route: Route,
): Promise<void> {
  const { method = "GET", url = "/", headers } = request;
  const record = parts.log.begin(method, url, route, headers);
  const gone = new AbortController();
  for (const event of ["close", "error"]) {
    response.once(event, () => {
      gone.abort();
    });
  }
  const signal = AbortSignal.any([gone.signal, parts.stopping]);
  const reset = () => {
    listener.reset(request);
  };
  const protocol = listener.origin.slice(0, listener.origin.indexOf(":"));
  const origin = `${protocol}://${headers.host ?? listener.host}`;
  const body = countBytes(request, record);
  try {
    const answer = await answerThroughFaults(parts, { method, route, headers, origin, body, record, signal });
    await sendAnswer(response, answer, { method, record, signal, reset });
  } catch (error) {
    if (error instanceof ConnectionCut) reset();
    else response.destroy();
  } finally {
    // What was not read must not block the requests that follow on the connection.
    request.resume();
    parts.log.end(record);
  }
}

/** @throws ConnectionCut; AbortError */
async function answerThroughFaults(
  parts: RegistryParts,
  request: Omit<Exchange, "mayPull">,
): Promise<Answer> {
  const { method, route, headers, origin, record } = request;
  const actions = parts.faults.take(method, record.path, route, headers);
  record.faults = actions.map(({ kind }) => kind);
  const hooks = actions.map((action) => createHooks(action, parts));
  let body = request.body;
  for (const hook of hooks) body = hook.body?.(body, request.signal) ?? body;
  let grant: Grant | null = null;
  const exchange = { ...request, body, mayPull: (repository: string) => grant?.mayPull(repository) ?? false };
  let answer = await answerOrRefuse(request.signal, () => {
    const early = findEarlyAnswer(hooks, exchange);
    if (early !== undefined) return early;
    if (route.kind !== "redirected-blob") {
      grant = parts.access.check(route, headers, origin);
      record.scopes = grant.scopes;
    }
    return dispatch(parts, exchange);
  });
  for (const hook of hooks) answer = (await hook.after?.(answer, exchange)) ?? answer;
  return answer;
}

function findEarlyAnswer(hooks: readonly FaultHooks[], exchange: Exchange): Answer | undefined {
  for (const { before } of hooks) {
    const answer = before?.(exchange);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

async function answerOrRefuse(signal: AbortSignal, answer: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    if (error instanceof ConnectionCut || signal.aborted) throw error;
    return answerError(500, "UNKNOWN", String(error));
  }
}

async function* countBytes(request: IncomingMessage, record: RequestRecord): AsyncGenerator<Uint8Array> {
  // Leaving the loop early must leave the connection, which is to carry the answer.
  const chunks: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
  try {
    for await (const chunk of chunks) {
      record.bytesIn += chunk.byteLength;
      yield chunk;
    }
  } catch (cause) {
    // A client that went away in the middle of its body is no failure of ours.
    throw new ConnectionCut("the client is gone", { cause });
  }
}
