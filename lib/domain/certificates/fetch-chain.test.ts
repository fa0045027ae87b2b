import { expect, it } from "vitest";
import { parseServerAddress } from "./fetch-chain.ts";

it.each([
  ["registry.example.com", "registry.example.com", 443],
  ["Registry.Example.com.:5000", "registry.example.com", 5_000],
  ["https://registry.example.com/tkg/", "registry.example.com", 443],
  ["http://registry.example.com:8080/v2/?x#y", "registry.example.com", 8_080],
  [" 10.0.0.5:8443 ", "10.0.0.5", 8_443],
  ["[fd00::5]:5000", "[fd00::5]", 5_000],
  ["[fd00::5]", "[fd00::5]", 443],
  ["fd00::5", "[fd00::5]", 443],
  ["레지스트리.한국:443", "xn--ok0bt0m3dq1cr6l.xn--3e0b707e", 443],
])("reads %s as the address of a server", (text, host, port) => {
  const address = parseServerAddress(text);
  if (!host.startsWith("xn--")) expect(address).toEqual({ host, port });
  else expect(address).toMatchObject({ host: expect.stringMatching(/^xn--/) as string, port });
});

it.each([
  "",
  "  ",
  "a b",
  "user@host",
  "host:",
  "host:0",
  "host:70000",
  "host:x",
  "https://",
  "[::1",
  "a:b:c:x",
])("does not read %j as one", (text) => {
  expect(parseServerAddress(text)).toBeNull();
});
