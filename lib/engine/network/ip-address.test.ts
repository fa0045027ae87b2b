import fc from "fast-check";
import { expect, test } from "vitest";
import { isInRange, parseIpAddress, parseIpRange } from "./ip-address.ts";

test.each([
  ["10.1.2.3", { version: 4, value: 0x0a010203n }],
  ["::", { version: 6, value: 0n }],
  ["::1", { version: 6, value: 1n }],
  ["[fd00::1:2]", { version: 6, value: (0xfd00n << 112n) | 0x10002n }],
  ["fe80::1%eth0", { version: 6, value: (0xfe80n << 112n) | 1n }],
  ["1:2:3:4:5:6:7:8", { version: 6, value: 0x00010002000300040005000600070008n }],
  ["::ffff:10.1.2.3", { version: 4, value: 0x0a010203n }],
  ["::FFFF:a01:203", { version: 4, value: 0x0a010203n }],
])("%s is an address", (text, address) => {
  expect(parseIpAddress(text)).toEqual(address);
});

test.each(["", "registry.example.com", "10.1.2", "010.1.2.3", "1.2.3.4.5", "1::2::3", "10.0.0.0/8"])(
  "%s is none",
  (text) => {
    expect(parseIpAddress(text)).toBeNull();
  },
);

test.each(["", "/8", "10.0.0.0", "10.0.0.0/33", "fd00::/129", "example.com/8", "10.0.0.0/x"])(
  "%s is no range",
  (text) => {
    expect(parseIpRange(text)).toBeNull();
  },
);

test("every notation of an IPv6 address is the same address", () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const canonical = new URL(`http://[${text}]`).hostname;
      expect(parseIpAddress(text)).toEqual(parseIpAddress(canonical));
    }),
  );
});

test("a range holds the addresses that share its first bits", () => {
  const v4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.ipV4());
  const bits = (text: string) => (parseIpAddress(text)?.value ?? -1n).toString(2).padStart(32, "0");
  fc.assert(
    fc.property(v4, ([base, length, other]) => {
      const range = parseIpRange(`${base}/${length}`);
      const mapped = parseIpRange(`::ffff:${base}/${length + 96}`);
      const address = parseIpAddress(other);
      if (range === null || mapped === null || address === null) throw new Error("not parsed");
      const same = bits(base).slice(0, length) === bits(other).slice(0, length);
      expect(isInRange(address, range)).toBe(same);
      expect(isInRange(address, mapped)).toBe(same);
    }),
  );
});
