import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { eventStream } from "./event-stream.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Opened {
  response: Response;
  send: (data: unknown) => void;
  stop: ReturnType<typeof vi.fn>;
  leave: () => void;
}

async function open(isWelcome = () => Promise.resolve(true)): Promise<Opened> {
  const reader = new AbortController();
  const stop = vi.fn();
  let send: Opened["send"] = () => undefined;
  const response = await eventStream({
    signal: reader.signal,
    isWelcome,
    start: (sendEvent) => {
      send = (data) => sendEvent("snapshot", data);
      return Promise.resolve(stop);
    },
  });
  return { response, send: (data) => send(data), stop, leave: () => reader.abort() };
}

async function readAll(response: Response): Promise<string> {
  return new TextDecoder().decode(await response.arrayBuffer());
}

test("sends events, and pings so that no proxy takes it for dead", async () => {
  const { response, send, leave, stop } = await open();
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  expect(response.headers.get("cache-control")).toContain("no-transform");
  send({ state: "running" });
  await vi.advanceTimersByTimeAsync(15_000);
  leave();
  expect(await readAll(response)).toBe(
    'retry: 2000\n\nevent: snapshot\ndata: {"state":"running"}\n\n: ping\n\n',
  );
  expect(stop).toHaveBeenCalledOnce();
});

test("ends when the session has ended", async () => {
  let welcome = true;
  const { response, stop } = await open(() => Promise.resolve(welcome));
  await vi.advanceTimersByTimeAsync(15_000);
  expect(stop).not.toHaveBeenCalled();
  welcome = false;
  await vi.advanceTimersByTimeAsync(15_000);
  expect(stop).toHaveBeenCalledOnce();
  await readAll(response);
});

test("gives a slow reader the newest event when it has caught up", async () => {
  const { response, send, leave } = await open();
  for (let number = 1; number <= 100; number++) send(number);
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("data: 100\n")) text += decoder.decode((await reader?.read())?.value);
  expect(text.match(/^data: /gm)?.length).toBeLessThan(30);
  leave();
});

test("throws on what start throws, and refuses more readers than it can serve", async () => {
  const failing = eventStream({
    signal: new AbortController().signal,
    isWelcome: () => Promise.resolve(true),
    start: () => Promise.reject(new Error("not there")),
  });
  await expect(failing).rejects.toThrow("not there");
  const streams = await Promise.all(Array.from({ length: 200 }, () => open()));
  expect((await open()).response.status).toBe(503);
  for (const { leave } of streams) leave();
  const { response, leave } = await open();
  expect(response.status).toBe(200);
  leave();
});
