import { answerEmpty, answerError, ConnectionCut, Refusal, type Answer } from "./answer.ts";
import { dripBytes, limitBytes, pauseBytes, spoilBytes, takeBytes, wait } from "./body-faults.ts";
import type { Exchange } from "./exchange.ts";
import type { FaultAction, Framing } from "./fault-actions.ts";
import type { RegistryParts } from "./registry-parts.ts";

/** Where a fault lays hand on a request. */
export interface FaultHooks {
  /** Before the registry acts; an answer stands in for its own. */
  readonly before?: (exchange: Exchange) => Answer | undefined;
  readonly body?: (body: AsyncIterable<Uint8Array>, signal: AbortSignal) => AsyncIterable<Uint8Array>;
  readonly after?: (answer: Answer, exchange: Exchange) => Answer | Promise<Answer>;
}

export function createHooks(action: FaultAction, parts: RegistryParts): FaultHooks {
  switch (action.kind) {
    case "reset":
      return { before: cut };
    case "cut-answer":
      return { after: cut };
    case "reset-download":
      return {
        after: (answer) => ({ ...answer, body: takeBytes(answer.body, action.afterBytes), ending: "reset" }),
      };
    case "reset-upload":
      return { body: (body) => limitBytes(body, action.afterBytes, () => new ConnectionCut()) };
    case "rate-limit":
      return {
        before: () =>
          answerError(
            429,
            "TOOMANYREQUESTS",
            null,
            action.retryAfter === undefined ? {} : { "retry-after": String(action.retryAfter) },
          ),
      };
    case "status":
      return { before: () => answerStatus(action) };
    case "expire-tokens":
      return doFirst(() => {
        parts.access.revokeTokens();
      });
    case "lose-upload":
      return doFirst(({ route }) => {
        parts.uploads.discard(route.uploadId ?? "");
      });
    case "wrong-bytes":
      return { after: (answer) => ({ ...answer, body: spoilBytes(answer.body) }) };
    case "truncate":
      return { after: (answer) => truncate(answer, action.afterBytes, action.framing) };
    case "wrong-range":
      return { before: ({ headers }) => misreadRange(headers, action.answer) };
    case "redirect":
      return {
        after: async (answer, { route }) =>
          answer.status === 200 || answer.status === 206
            ? answerEmpty(307, { location: await parts.blobHost.link(route, action.downgrade ?? false) })
            : answer,
      };
    case "drip":
      return {
        body: (body, signal) => dripBytes(body, action.bytesPerSecond, signal),
        after: (answer, { signal }) => ({
          ...answer,
          body: dripBytes(answer.body, action.bytesPerSecond, signal),
        }),
      };
    case "silence":
      return {
        after: (answer, { signal }) => ({
          ...answer,
          body: pauseBytes(answer.body, action.afterBytes ?? 0, action.ms, signal),
        }),
      };
    case "delay":
      return {
        after: async (answer, { signal }) => {
          await wait(action.ms, signal);
          return answer;
        },
      };
    case "without-length":
      return { after: (answer) => withoutHeader(answer, "content-length") };
    case "without-digest":
      return { after: (answer) => withoutHeader(answer, "docker-content-digest") };
    case "wrong-digest":
      return { after: (answer) => withHeader(answer, "docker-content-digest", action.digest) };
    case "move-tag":
      return {
        after: async (answer, { route }) => {
          await parts.content.index.setTag(route.repository, action.tag, action.to);
          return answer;
        },
      };
    case "location":
      return {
        after(answer, { origin }) {
          const [id = ""] = /[^/?]+(?=\?|$)/.exec(answer.headers.location ?? "") ?? [];
          const upload = parts.uploads.find(id);
          if (upload === null) return answer;
          upload.locationForm = action.form;
          return withHeader(answer, "location", upload.formatLocation(origin));
        },
      };
    case "body-limit":
      return limitBody(action.maxBytes);
  }
}

function cut(): never {
  throw new ConnectionCut();
}

function doFirst(act: (exchange: Exchange) => void): FaultHooks {
  return {
    before(exchange) {
      act(exchange);
      return undefined;
    },
  };
}

function answerStatus({ status, code, detail, headers = {} }: FaultAction & { kind: "status" }): Answer {
  return code === undefined
    ? answerPage(status, headers)
    : answerError(status, code, detail ?? null, headers);
}

/** As a proxy answers that knows nothing of registries. */
function answerPage(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  const page = Buffer.from(`<html><head><title>${status}</title></head><body>${status}</body></html>\n`);
  return {
    status,
    headers: { "content-type": "text/html", "content-length": String(page.byteLength), ...headers },
    body: [page],
  };
}

function truncate(answer: Answer, afterBytes: number, framing: Framing): Answer {
  const body = takeBytes(answer.body, afterBytes);
  switch (framing) {
    case "length-of-whole":
      return { ...answer, body, ending: "closed" };
    case "length-of-part": {
      const sizeBytes = Math.min(afterBytes, Number(answer.headers["content-length"] ?? afterBytes));
      return { ...withHeader(answer, "content-length", String(sizeBytes)), body };
    }
    case "chunked-open":
      return { ...withoutHeader(answer, "content-length"), body, ending: "closed" };
    case "chunked-ended":
      return { ...withoutHeader(answer, "content-length"), body };
  }
}

/** Changes what the registry is about to read in the request. */
function misreadRange(headers: Exchange["headers"], how: "whole" | "shifted" | "unsatisfiable") {
  const { range = "" } = headers;
  if (how === "unsatisfiable")
    return answerError(416, "SIZE_INVALID", range, { "content-range": "bytes */0" });
  if (how === "whole") delete headers.range;
  else headers.range = range.replace(/^bytes=(\d+)/, (_all, first) => `bytes=${Number(first) + 1}`);
  return undefined;
}

function limitBody(maxBytes: number): FaultHooks {
  return {
    before: ({ headers }) =>
      Number(headers["content-length"] ?? 0) > maxBytes ? answerPage(413) : undefined,
    body: (body) => limitBytes(body, maxBytes, () => new Refusal(answerPage(413))),
  };
}

function withHeader(answer: Answer, name: string, value: string): Answer {
  return { ...answer, headers: { ...answer.headers, [name]: value } };
}

function withoutHeader(answer: Answer, name: string): Answer {
  return {
    ...answer,
    headers: Object.fromEntries(Object.entries(answer.headers).filter(([each]) => each !== name)),
  };
}
