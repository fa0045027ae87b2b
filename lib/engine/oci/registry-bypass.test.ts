import { expect, test } from "vitest";
import { parseRegistryHost } from "./reference.ts";
import { isBypassed } from "./registry-bypass.ts";

test.each([
  ["harbor.example.com", "harbor.example.com"],
  ["harbor.example.com", "example.com"],
  ["harbor.example.com", ".example.com"],
  ["harbor.example.com:8443", "harbor.example.com"],
  ["harbor.example.com:8443", "harbor.example.com:8443"],
  ["harbor.example.com", "harbor.example.com:443"],
  ["10.1.2.3:5000", "10.0.0.0/8"],
  ["[fd00::5]", "fd00::/8"],
])("%s is asked directly by %s", (registry, rule) => {
  expect(isBypassed(parseRegistryHost(registry), ["localhost", rule])).toBe(true);
});

test.each([
  ["example.com", ".example.com"],
  ["harbor.example.com:8443", "harbor.example.com:443"],
  ["harbor.example.com", "10.0.0.0/8"],
  ["harbor.example.com", ""],
])("%s is not by “%s”", (registry, rule) => {
  expect(isBypassed(parseRegistryHost(registry), [rule])).toBe(false);
});
