import fc from "fast-check";
import { expect, test } from "vitest";
import { checkDockerDaemon } from "./check-docker-daemon.ts";
import { readDockerDaemon } from "./docker-daemon.ts";
import { dockerCertsInput, generateDockerCerts } from "./docker-certs.ts";

const check = (text: string, mayAskSource = true) =>
  checkDockerDaemon(text, { mayAskSource }).map(({ rule, object, facts }) => [rule, object, facts]);
const mirror = (url: string) => JSON.stringify({ "registry-mirrors": [url] });
const insecure = (value: string) => JSON.stringify({ "insecure-registries": [value] });
const mirrorAt = "registry-mirrors[0]";
const insecureAt = "insecure-registries[0]";

// dockerd 20.10.24 starts with a mirror that has no address, and with none of the other mirrors that are told as refused.
test.each([
  ['{\n"debug": true,\n}', ["daemon-json-unreadable", "", { line: 3 }]],
  ["[]", ["daemon-json-unreadable", "", { line: 1 }]],
  [
    '{"registry-mirror": ["https://m.io"]}',
    ["daemon-key-unknown", "registry-mirror", { key: "registry-mirror", expected: "registry-mirrors" }],
  ],
  [
    '{"insecureRegistries": []}',
    [
      "daemon-key-unknown",
      "insecureRegistries",
      { key: "insecureRegistries", expected: "insecure-registries" },
    ],
  ],
  [
    '{"registry-mirrors": "https://m.io"}',
    ["daemon-list-wrong", "registry-mirrors", { key: "registry-mirrors" }],
  ],
  [mirror("m.io:5000"), ["daemon-mirror-refused", mirrorAt, { mirror: "m.io:5000", problem: "scheme" }]],
  [mirror("ftp://m.io"), ["daemon-mirror-refused", mirrorAt, { mirror: "ftp://m.io", problem: "scheme" }]],
  [mirror("https://"), ["daemon-mirror-refused", mirrorAt, { mirror: "https://", problem: "address" }]],
  [
    mirror("https://a:b@m.io"),
    ["daemon-mirror-refused", mirrorAt, { mirror: "https://a:b@m.io", problem: "account" }],
  ],
  [
    mirror("https://m.io?a"),
    ["daemon-mirror-refused", mirrorAt, { mirror: "https://m.io?a", problem: "query" }],
  ],
  [mirror("https://m.io/base"), ["daemon-mirror-path", mirrorAt, { mirror: "https://m.io/base" }]],
  [mirror("http://m.io:5000"), ["daemon-mirror-plain", mirrorAt, { host: "m.io:5000" }]],
  [insecure("m.io:5000"), ["daemon-insecure", insecureAt, { host: "m.io:5000" }]],
  [insecure("https://m.io"), ["daemon-insecure", insecureAt, { host: "m.io" }]],
  [insecure("10.0.0.0/8"), ["daemon-insecure", insecureAt, { host: "10.0.0.0/8" }]],
  [insecure("fd00::/8"), ["daemon-insecure", insecureAt, { host: "fd00::/8" }]],
  [insecure("m.io/base"), ["daemon-insecure-refused", insecureAt, { value: "m.io/base" }]],
])("%s", (text, finding) => {
  expect(check(text)).toEqual([finding]);
});

test("tells nothing of what Docker takes and what is as it should be", () => {
  expect(check("{}")).toEqual([]);
  expect(check('\uFEFF{"log-driver": "journald", "registry-mirrors": null}')).toEqual([]);
  expect(check(mirror("https://m.io:5000/"))).toEqual([]);
  expect(check(mirror("HTTPS://m.io"))).toEqual([]);
});

test("tells that Docker Hub is asked where it must not be, for which there has to be a mirror", () => {
  expect(check(mirror("https://m.io"), false)).toEqual([["daemon-asks-hub", "registry-mirrors", {}]]);
  expect(check("{}", false)).toEqual([]);
});

test("takes what is made for Docker, and finds the mirror in it", () => {
  const input = { registry: "harbor.example.com:8443", sources: ["docker.io"], certificates: [] };
  const { files } = generateDockerCerts(dockerCertsInput.parse({ ...input, system: "linux" }));
  const text = files.find(({ path }) => path === "daemon.json")?.content ?? "";
  expect(check(text)).toEqual([]);
  expect(readDockerDaemon(text)).toMatchObject({
    daemon: { mirrors: ["https://harbor.example.com:8443"], insecure: [] },
  });
});

test("throws at nothing", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), fc.array(fc.string()), (text, values) => {
      checkDockerDaemon(text, { mayAskSource: false });
      const lists = { "registry-mirrors": values, "insecure-registries": values };
      expect(checkDockerDaemon(JSON.stringify(lists), { mayAskSource: false }).length).toBeLessThanOrEqual(
        200,
      );
    }),
  );
});
