import { expect, test } from "vitest";
import { resolveHost } from "./resolve-host.ts";

// What name servers do is tried in a network namespace, by the doctor's tests.
test("a name of this machine's own file is resolved", async () => {
  expect(await resolveHost("localhost", { timeoutMs: 5_000 })).toMatchObject({
    state: "resolved",
    addresses: expect.arrayContaining([{ address: "127.0.0.1", family: 4, kind: "loopback" }]) as unknown,
  });
});

test("it ends when it is called off", async () => {
  const signal = AbortSignal.abort();
  const resolving = resolveHost("localhost", { timeoutMs: 5_000, signal });
  await expect(resolving).rejects.toMatchObject({ name: "AbortError" });
});
