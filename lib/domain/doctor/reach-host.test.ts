import { expect, it } from "vitest";
import { describeUnreached } from "./reach-host.ts";

const server = { host: "registry.example.com", port: 443 };
const failed = (...failures: ("connection-refused" | "timeout" | "host-unreachable" | "connection-lost")[]) =>
  failures.map((failure) => ({ address: "10.0.0.1", failure, platformCode: null }));

it.each([
  [["connection-lost"], "reach-failed"],
  [["host-unreachable", "connection-refused", "timeout"], "reach-refused"],
  [["host-unreachable", "timeout"], "reach-timeout"],
  [["connection-lost", "host-unreachable"], "reach-no-route"],
] as const)("tells of several addresses what tells most: %j", (failures, code) => {
  expect(describeUnreached(server, failed(...failures), 10, "reach").code).toBe(code);
});
