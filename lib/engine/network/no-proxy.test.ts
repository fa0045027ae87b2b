import fc from "fast-check";
import { expect, test } from "vitest";
import { matchesNoProxy } from "./no-proxy.ts";

const bypasses = (url: string, ...rules: string[]) => matchesNoProxy(new URL(url), rules);

test.each([
  ["https://registry.example.com", "registry.example.com"],
  ["https://registry.example.com", "example.com"],
  ["https://REGISTRY.example.com.", " Example.COM. "],
  ["https://registry.example.com", ".example.com"],
  ["https://a.b.example.com", "*.example.com"],
  ["https://registry.example.com", "registry.example.com:443"],
  ["http://registry.example.com", "example.com:80"],
  ["http://registry.example.com:5000", "example.com:5000"],
  ["https://anything:1", "*"],
  ["https://10.1.2.3", "10.1.2.3"],
  ["https://10.1.2.3:8443", "10.1.2.3:8443"],
  ["https://10.1.2.3", "10.0.0.0/8"],
  ["https://[::ffff:10.1.2.3]", "10.0.0.0/8"],
  ["https://[fd00::5]", "fd00::/8"],
  ["https://[fd00::5]", "fd00:0::5"],
  ["https://[fd00::5]", "[fd00::5]"],
  ["https://[fd00::5]:8443", "[fd00::5]:8443"],
])("%s is reached directly by %s", (url, rule) => {
  expect(bypasses(url, rule)).toBe(true);
  expect(bypasses(url, "other.test", rule)).toBe(true);
});

test.each([
  ["https://example.com", ".example.com"],
  ["https://example.com", "*.example.com"],
  ["https://notexample.com", "example.com"],
  ["https://example.com.evil.test", "example.com"],
  ["https://registry.example.com", "registry.example.com:8443"],
  ["https://registry.example.com:8443", "registry.example.com:443"],
  ["https://10.1.2.3", "10.1.2.0"],
  ["https://11.1.2.3", "10.0.0.0/8"],
  ["https://10.1.2.3", "2.3"],
  ["https://10.1.2.3", "fd00::/8"],
  ["https://[fd00::5]", "fd00::6"],
  ["https://registry.example.com", ""],
  ["https://registry.example.com", "."],
  ["https://localhost", "127.0.0.1"],
  ["https://127.0.0.1", ""],
])("%s is not by “%s”", (url, rule) => {
  expect(bypasses(url, rule)).toBe(false);
});

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);
const name = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => [...labels, "test"].join("."));

test("a name stands for itself and all below it, a name with a dot before it only for these", () => {
  fc.assert(
    fc.property(name, label, fc.integer({ min: 1, max: 65_535 }), (host, sub, port) => {
      expect(bypasses(`https://${host}:${port}`, host)).toBe(true);
      expect(bypasses(`https://${sub}.${host}:${port}`, host, `${host}:1`)).toBe(true);
      expect(bypasses(`https://${sub}.${host}`, `.${host}`)).toBe(true);
      expect(bypasses(`https://${host}`, `.${host}`)).toBe(false);
      expect(bypasses(`https://${sub}${host}`, host)).toBe(false);
    }),
  );
});

test("no text breaks it, and no rule means no exception", () => {
  fc.assert(
    fc.property(fc.webUrl(), fc.array(fc.string()), (url, rules) => {
      expect(typeof bypasses(url, ...rules)).toBe("boolean");
      expect(bypasses(url)).toBe(false);
      expect(bypasses(url, ...rules, "*")).toBe(true);
    }),
  );
});
