import fc from "fast-check";
import { expect, test } from "vitest";
import { classifyAddress } from "./classify-address.ts";

test.each([
  ["8.8.8.8", "public"],
  ["2606:4700::1111", "public"],
  ["9.255.255.255", "public"],
  ["10.0.0.0", "private"],
  ["172.15.255.255", "public"],
  ["172.31.255.255", "private"],
  ["172.32.0.0", "public"],
  ["192.168.1.1", "private"],
  ["100.64.0.1", "private"],
  ["fd12::1", "private"],
  ["127.255.255.254", "loopback"],
  ["[::1]", "loopback"],
  ["169.254.1.1", "link-local"],
  ["fe80::1%eth0", "link-local"],
  ["febf::1", "link-local"],
  ["169.254.169.254", "metadata"],
  ["fd00:ec2::254", "metadata"],
  ["100.100.100.200", "metadata"],
  ["0.0.0.0", "unspecified"],
  ["0.1.2.3", "unspecified"],
  ["::", "unspecified"],
  ["224.0.0.1", "multicast"],
  ["ff02::1", "multicast"],
  ["255.255.255.255", "broadcast"],
  // The same through a translator, a tunnel, and by the old notation.
  ["64:ff9b::a9fe:a9fe", "metadata"],
  ["64:ff9b::808:808", "public"],
  ["2002:7f00:1::", "loopback"],
  ["2002:808:808::", "public"],
  ["::10.0.0.1", "private"],
])("%s is %s", (address, expected) => {
  expect(classifyAddress(address)).toBe(expected);
});

test("a name is no address", () => {
  for (const text of ["localhost", "", "10.0.0.0/8", "1.2.3"]) expect(classifyAddress(text)).toBeNull();
});

test("an IPv4 address means the same in IPv6 clothes", () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const expected = classifyAddress(address);
      expect(expected).not.toBeNull();
      expect(classifyAddress(`::ffff:${address}`)).toBe(expected);
      expect(classifyAddress(new URL(`http://[::ffff:${address}]`).hostname)).toBe(expected);
      expect(classifyAddress(`64:ff9b::${address}`)).toBe(expected);
    }),
  );
});
