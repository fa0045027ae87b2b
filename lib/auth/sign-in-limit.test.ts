import fc from "fast-check";
import { expect, test } from "vitest";
import { networkOf } from "./sign-in-limit.ts";

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["", ""],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::", "2001:db8:1:2::/64"],
  ["2001:0DB8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
])("%s belongs to %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test("addresses of one /64 share a network, however they are written", () => {
  const groups = (length: number) => fc.array(fc.nat(0xffff), { minLength: length, maxLength: length });
  const write = (parts: number[]) =>
    new URL(`http://[${parts.map((part) => part.toString(16)).join(":")}]`).hostname;
  fc.assert(
    fc.property(groups(4), groups(4), groups(4), (network, one, other) => {
      const plain = [...network, ...one].map((part) => part.toString(16).padStart(4, "0")).join(":");
      const short = write([...network, ...other]).slice(1, -1);
      expect(networkOf(short)).toBe(networkOf(plain));
    }),
  );
});
