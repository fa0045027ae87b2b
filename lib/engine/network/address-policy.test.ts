import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { expect, test } from "vitest";
import { AddressPolicy, type AddressPolicyMode, type Resolve } from "./address-policy.ts";

/** A resolver whose answers for a name change from one question to the next; the last one stays. */
function createResolver(answers: Record<string, string[][]>): Resolve {
  return (hostname, _options, callback) => {
    const left = answers[hostname];
    const addresses = left && left.length > 1 ? left.shift() : left?.[0];
    if (addresses === undefined) return callback(Object.assign(new Error("no"), { code: "ENOTFOUND" }), []);
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  };
}

const createPolicy = (
  own: string,
  answers: Record<string, string[][]>,
  mode: AddressPolicyMode = "guarded",
) => new AddressPolicy(own, mode, 1_000, createResolver(answers));

async function look(lookup: LookupFunction, hostname: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error, addresses) => {
      if (error) reject(error);
      else resolve((addresses as LookupAddress[]).map(({ address }) => address));
    });
  });
}

async function admit(policy: AddressPolicy, hostname: string): Promise<string[]> {
  await policy.admitOther(hostname);
  return look(policy.lookupOther, hostname);
}

const refused = (address: string) => ({ code: "ADDRESS_REFUSED", address });

test("a public registry leads to public servers only", async () => {
  const policy = createPolicy("registry.test", {
    "registry.test": [["203.0.113.1"]],
    "store.test": [["203.0.113.2"]],
    "inside.test": [["10.0.0.2"]],
    "mixed.test": [["10.0.0.2", "203.0.113.3", "::1"]],
  });
  expect(await admit(policy, "store.test")).toEqual(["203.0.113.2"]);
  expect(await admit(policy, "mixed.test")).toEqual(["203.0.113.3"]);
  await expect(admit(policy, "inside.test")).rejects.toMatchObject(refused("10.0.0.2"));
  await expect(policy.admitOther("127.0.0.1")).rejects.toMatchObject(refused("127.0.0.1"));
  await expect(policy.admitOther("[::ffff:a00:1]")).rejects.toMatchObject(refused("::ffff:a00:1"));
});

test("a private registry leads to private servers too, one on this machine anywhere", async () => {
  const answers = { "registry.test": [["10.0.0.1"]], "store.test": [["192.168.0.2", "127.0.0.1"]] };
  expect(await admit(createPolicy("registry.test", answers), "store.test")).toEqual(["192.168.0.2"]);
  expect(await admit(createPolicy("127.0.0.1", answers), "store.test")).toEqual(["192.168.0.2", "127.0.0.1"]);
  expect(await admit(createPolicy("localhost", answers), "store.test")).toHaveLength(2);
});

test.each(["169.254.169.254", "fe80::1", "fd00:ec2::254", "0.0.0.0", "224.0.0.1", "255.255.255.255"])(
  "%s is refused to all, also when all is open",
  async (address) => {
    const policy = createPolicy(address, { "evil.test": [[address]] }, "open");
    expect(() => policy.admitConfigured(address)).toThrow(expect.objectContaining(refused(address)));
    await expect(policy.admitOther(address)).rejects.toMatchObject(refused(address));
    await expect(admit(policy, "evil.test")).rejects.toMatchObject(refused(address));
    await expect(look(policy.lookupOwn, "evil.test")).rejects.toMatchObject(refused(address));
    await expect(policy.admitThroughProxy(address, true)).rejects.toMatchObject(refused(address));
  },
);

test("the registry's own name may lead inside, but not further inside later", async () => {
  const policy = createPolicy("registry.test", {
    "registry.test": [["203.0.113.1"], ["203.0.113.9"], ["127.0.0.1"]],
  });
  expect(await look(policy.lookupOwn, "registry.test")).toEqual(["203.0.113.1"]);
  expect(await look(policy.lookupOwn, "registry.test")).toEqual(["203.0.113.9"]);
  await expect(look(policy.lookupOwn, "registry.test")).rejects.toMatchObject(refused("127.0.0.1"));
  const inside = createPolicy("registry.test", { "registry.test": [["127.0.0.1"]] });
  expect(await look(inside.lookupOwn, "registry.test")).toEqual(["127.0.0.1"]);
});

test("an answer of forbidden addresses only, or of none, is forgotten", async () => {
  const policy = createPolicy("registry.test", {
    "registry.test": [["0.0.0.0"], [], ["10.0.0.5"], ["127.0.0.1"]],
  });
  await expect(look(policy.lookupOwn, "registry.test")).rejects.toMatchObject(refused("0.0.0.0"));
  await expect(look(policy.lookupOwn, "registry.test")).rejects.toMatchObject(refused("registry.test"));
  expect(await look(policy.lookupOwn, "registry.test")).toEqual(["10.0.0.5"]);
  await expect(look(policy.lookupOwn, "registry.test")).rejects.toMatchObject(refused("127.0.0.1"));
});

test("where the registry was really met counts, not what else its name says", async () => {
  const answers = { "registry.test": [["203.0.113.1", "127.0.0.1"]], "store.test": [["127.0.0.1"]] };
  const policy = createPolicy("registry.test", answers);
  expect(await look(policy.lookupOwn, "registry.test")).toHaveLength(2);
  policy.connectedTo("203.0.113.1");
  await expect(admit(policy, "store.test")).rejects.toMatchObject(refused("127.0.0.1"));
});

test("an open policy lets a public registry lead inside", async () => {
  const policy = createPolicy("203.0.113.1", { "store.test": [["10.0.0.2"]] }, "open");
  expect(await admit(policy, "store.test")).toEqual(["10.0.0.2"]);
});

test("through a proxy only what is evident is refused", async () => {
  const policy = createPolicy("registry.test", { "registry.test": [["203.0.113.1"]] });
  await policy.admitThroughProxy("unknown.test", false);
  await policy.admitThroughProxy("10.0.0.1", true);
  for (const [host, address] of [
    ["10.0.0.1", "10.0.0.1"],
    ["localhost", "127.0.0.1"],
    ["a.localhost.", "127.0.0.1"],
    ["metadata.google.internal", "metadata.google.internal"],
  ] as const) {
    await expect(policy.admitThroughProxy(host, false)).rejects.toMatchObject(refused(address));
  }
});

test("a lookup that wants one address gets one", async () => {
  const policy = createPolicy("registry.test", { "registry.test": [["203.0.113.1", "203.0.113.2"]] });
  const address = await new Promise((resolve) => {
    policy.lookupOwn("registry.test", {}, (_error, found, family) => resolve([found, family]));
  });
  expect(address).toEqual(["203.0.113.1", 4]);
});
