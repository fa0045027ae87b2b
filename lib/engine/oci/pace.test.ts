import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { longestRestMs, Pace } from "./pace.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** How many of the requests got through, at which time. */
function enterAll(pace: Pace, count: number) {
  const times: number[] = [];
  const startedAt = performance.now();
  for (let each = 0; each < count; each++) {
    void pace.enter(undefined).then(() => times.push(Math.round(performance.now() - startedAt)));
  }
  return times;
}

describe("requests", () => {
  test("come as they like without a limit", async () => {
    const times = enterAll(new Pace({}), 50);
    await vi.advanceTimersByTimeAsync(0);
    expect(times).toHaveLength(50);
  });

  test("keep to so many a second, and to a part of them when others share", async () => {
    const pace = new Pace({ requestsPerSecond: 10 });
    const times = enterAll(pace, 30);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(times.length).toBeGreaterThanOrEqual(10);
    expect(times.length).toBeLessThanOrEqual(13);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(times).toHaveLength(30);
    pace.share = 2;
    const shared = enterAll(pace, 30);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(shared.length).toBeGreaterThanOrEqual(10);
    expect(shared.length).toBeLessThanOrEqual(13);
  });

  test("rest for as long as the registry asks, all of them", async () => {
    const pace = new Pace({});
    expect(pace.refused(3_000)).toBe(3_000);
    const times = enterAll(pace, 5);
    await vi.advanceTimersByTimeAsync(2_900);
    expect(times).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(times).toHaveLength(5);
  });

  test("rest longer with each refusal in a row, and less again once the registry answers", async () => {
    const pace = new Pace({});
    const rest = async () => {
      const ms = pace.refused(undefined);
      // Those under way at the same time are the same refusal.
      pace.refused(undefined);
      await vi.advanceTimersByTimeAsync(ms);
      return ms;
    };
    expect([await rest(), await rest(), await rest()]).toEqual([1_000, 2_000, 4_000]);
    for (let refusals = 0; refusals < 10; refusals++) await rest();
    expect(await rest()).toBe(60_000);
    for (let answers = 0; answers < 20; answers++) pace.answered();
    expect(await rest()).toBe(1_000);
  });

  test("do not stand still for a rest that no caller waits for", async () => {
    const onRest = vi.fn();
    const pace = new Pace({}, onRest);
    expect(pace.refused(longestRestMs + 1)).toBe(longestRestMs + 1);
    const times = enterAll(pace, 1);
    await vi.advanceTimersByTimeAsync(0);
    expect(times).toHaveLength(1);
    expect(onRest).not.toHaveBeenCalled();
    expect(pace.refused(longestRestMs)).toBe(longestRestMs);
    const held = enterAll(pace, 1);
    await vi.advanceTimersByTimeAsync(longestRestMs - 1);
    expect(held).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(held).toHaveLength(1);
  });

  test("tell of each rest once, and again when it turns out longer", async () => {
    const told: number[] = [];
    const startedAt = Date.now();
    const pace = new Pace({}, () => told.push((pace.restsUntil ?? 0) - startedAt));
    expect(pace.restsUntil).toBeNull();
    pace.refused(undefined);
    pace.refused(undefined);
    pace.refused(900);
    expect(pace.restsUntil).toBe(startedAt + 1_000);
    pace.refused(10_000);
    // Of requests that went out together the later answers add next to nothing.
    await vi.advanceTimersByTimeAsync(50);
    pace.refused(10_000);
    expect(told).toEqual([1_000, 10_000]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(pace.restsUntil).toBeNull();
    pace.refused(2_000);
    expect(told).toEqual([1_000, 10_000, 12_050]);
  });

  test("keep to the limit that was set last", async () => {
    const pace = new Pace({});
    pace.limits = { requestsPerSecond: 10 };
    const times = enterAll(pace, 30);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(times.length).toBeLessThanOrEqual(13);
    // What waits already keeps its turn; what comes now waits for it at the new rate only.
    pace.limits = { requestsPerSecond: 100 };
    const quick = enterAll(pace, 30);
    await vi.advanceTimersByTimeAsync(600);
    expect(quick).toHaveLength(30);
    pace.limits = {};
    const free = enterAll(pace, 30);
    await vi.advanceTimersByTimeAsync(0);
    expect(free).toHaveLength(30);
  });

  test("stop waiting when told to", async () => {
    const pace = new Pace({});
    pace.refused(60_000);
    const controller = new AbortController();
    const waiting = expect(pace.enter(controller.signal)).rejects.toMatchObject({ name: "AbortError" });
    controller.abort();
    await waiting;
  });
});

test("bytes keep to so many a second, over all that flows at once", async () => {
  const pace = new Pace({ bytesPerSecond: 1_000_000 });
  const content = async function* () {
    await Promise.resolve();
    for (let chunk = 0; chunk < 20; chunk++) yield new Uint8Array(50_000);
  };
  let received = 0;
  const read = async () => {
    for await (const chunk of pace.limitBytes(content(), undefined)) received += chunk.byteLength;
  };
  const reading = Promise.all([read(), read()]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(received).toBeGreaterThan(900_000);
  expect(received).toBeLessThan(1_400_000);
  await vi.advanceTimersByTimeAsync(2_000);
  await reading;
  expect(received).toBe(2_000_000);
});

test("bytes under way keep to the limit that was set last", async () => {
  const pace = new Pace({ bytesPerSecond: 1_000 });
  const content = async function* () {
    await Promise.resolve();
    for (let chunk = 0; chunk < 20; chunk++) yield new Uint8Array(1_000);
  };
  let received = 0;
  const read = async () => {
    for await (const chunk of pace.limitBytes(content(), undefined)) received += chunk.byteLength;
  };
  const reading = read();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(received).toBeLessThan(4_000);
  pace.limits = {};
  await vi.advanceTimersByTimeAsync(1_000);
  await reading;
  expect(received).toBe(20_000);
});
