import { expect, test } from "vitest";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { dockerCertsInput, generateDockerCerts } from "./docker-certs.ts";
import { listPullPlaces } from "./list-pull-places.ts";
import { generatePodmanRegistries, podmanRegistriesInput } from "./podman-registries.ts";
import { readRegistriesConf } from "./registries-conf.ts";

const ca = issueCertificate({ subject: "CA", ca: true });
const wish = {
  registry: "m.io:5000/tkg",
  sources: ["quay.io", "docker.io", "m.io:5000"],
  certificates: [{ name: "ca", pem: ca.pem }],
};
const makePodman = (changes: object = {}) =>
  generatePodmanRegistries(
    podmanRegistriesInput.parse({ ...wish, mayAskSource: false, pullBy: "all", ...changes }),
  );
const makeDocker = (changes: object = {}) =>
  generateDockerCerts(dockerCertsInput.parse({ ...wish, system: "linux", ...changes }));

test.each([
  [false, "all", "tag", ["m.io:5000/tkg/a/b"]],
  [true, "all", "tag", ["m.io:5000/tkg/a/b", "quay.io/a/b"]],
  [true, "digest-only", "tag", ["quay.io/a/b"]],
  [false, "digest-only", "digest", ["m.io:5000/tkg/a/b"]],
] as const)("Podman: source allowed %s, mirror for %s, by %s", (mayAskSource, pullBy, by, expected) => {
  const [conf, certificate] = makePodman({ mayAskSource, pullBy }).files;
  const reading = readRegistriesConf(conf?.content ?? "");
  if (!reading.ok) throw new Error(reading.problem);
  expect(listPullPlaces(reading.rules, "quay.io/a/b", by).map(({ location }) => location)).toEqual(expected);
  expect(certificate).toEqual({ path: "certs.d/m.io:5000/ca.crt", content: ca.pem, isSecret: false });
});

test.each(["m.io", "m.io:5000"])(
  "Podman: the registry stays free of what counts for the source %s",
  (source) => {
    const [conf] = makePodman({ sources: [source, "quay.io"] }).files;
    const reading = readRegistriesConf(conf?.content ?? "");
    if (!reading.ok) throw new Error(reading.problem);
    const placesOf = (image: string) =>
      listPullPlaces(reading.rules, image, "tag").map(({ location }) => location);
    expect(placesOf("quay.io/a")).toEqual(["m.io:5000/tkg/a"]);
    expect(placesOf("m.io:5000/tkg/a")).toEqual(["m.io:5000/tkg/a"]);
  },
);

test("Podman: a source that is named twice has one table", () => {
  expect(makePodman({ sources: ["quay.io", "quay.io"] })).toEqual(makePodman({ sources: ["quay.io"] }));
});

test.each([["quay.io"], []])(
  "Podman: a registry without TLS needs no certificate, sources %s",
  (...sources) => {
    const { files } = makePodman({ plainHttp: true, sources, mayAskSource: true });
    expect(files.map(({ path }) => path)).toEqual(["registries.conf.d/50-mirrors.conf"]);
    const reading = readRegistriesConf(files[0]?.content ?? "");
    if (!reading.ok) throw new Error(reading.problem);
    const found = reading.rules.map(({ prefix, insecure, mirrors }) => [
      prefix,
      insecure,
      ...mirrors.map((mirror) => mirror.insecure),
    ]);
    expect(found).toEqual([...sources.map((source) => [source, false, true]), ["m.io:5000", true]]);
  },
);

test("Podman: steps and notes", () => {
  const { steps, notes } = makePodman({ pullBy: "tag-only" });
  expect(steps[0]?.commands).toEqual([
    "mkdir -p /etc/containers/registries.conf.d /etc/containers/certs.d",
    "cp registries.conf.d/50-mirrors.conf /etc/containers/registries.conf.d/",
    "cp -R certs.d/. /etc/containers/certs.d",
  ]);
  expect(notes).toEqual([
    { code: "source-is-never-asked", facts: { host: "quay.io" } },
    { code: "source-is-never-asked", facts: { host: "docker.io" } },
    { code: "pull-kind-needs-version", facts: { pullBy: "tag-only" } },
  ]);
  expect(makePodman({ sources: [], certificates: [] }).files).toEqual([]);
});

test.each([
  ["linux", "certs.d/m.io:5000/ca.crt"],
  ["windows", "certs.d/m.io5000/ca.crt"],
])("Docker: certificates on %s, and what it cannot", (system, path) => {
  const { files, steps, notes } = makeDocker({ system });
  expect(files).toEqual([{ path, content: ca.pem, isSecret: false }]);
  expect(steps.map(({ code }) => code)).toEqual(["copy-certificates", "pull-to-try"]);
  expect(notes).toEqual([
    { code: "docker-mirrors-hub-only", facts: { host: "quay.io", name: "m.io:5000/tkg/IMAGE:TAG" } },
    { code: "docker-mirror-without-path", facts: { registry: "m.io:5000", base: "tkg" } },
  ]);
});

test("Docker: a mirror of Docker Hub at the root", () => {
  const { files, steps, notes } = makeDocker({ registry: "m.io", sources: ["docker.io"], certificates: [] });
  expect(files.map(({ path, content }) => [path, JSON.parse(content) as unknown])).toEqual([
    ["daemon.json", { "registry-mirrors": ["https://m.io"] }],
  ]);
  expect(steps.map(({ code }) => code)).toEqual(["merge-daemon-json", "restart-docker", "pull-to-try"]);
  expect(notes).toEqual([{ code: "docker-asks-hub-last", facts: {} }]);
});
