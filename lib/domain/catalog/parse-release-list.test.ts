import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import { parseReleaseList, type ReleaseListKind, surveyReleaseList } from "./parse-release-list.ts";

const digest = `sha256:${"a".repeat(64)}`;

interface NamedImage {
  host: string;
  path: string;
  tag: string | null;
  digest: string | null;
}

function parse(text: string, kind: ReleaseListKind, source = "") {
  return parseReleaseList(text, {
    kind,
    file: "list.txt",
    source: source === "" ? null : parseRegistryBase(source),
  });
}

function failureOf(run: () => unknown): EngineError {
  try {
    run();
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("parseReleaseList", () => {
  it("reads the three columns of dependencies.txt, its project as part of the source", () => {
    const [first, second] = parse(
      "projects.registry.vmware.com/vmware-cloud-director cpi-crs-airgapped 1.6.0\r\nregistry.k8s.io sig-storage/csi-attacher v3.2.1\r\n",
      "getting_started_airgapped",
    );
    expect(first).toEqual({
      line: 1,
      kind: "image",
      enabled: true,
      sourceHost: "projects.registry.vmware.com",
      sourceRepository: "vmware-cloud-director/cpi-crs-airgapped",
      sourcePath: "cpi-crs-airgapped",
      tag: "1.6.0",
      digest: null,
      targetPath: "vmware-cloud-director/cpi-crs-airgapped",
      moreTargets: [],
    });
    expect(second).toMatchObject({
      line: 2,
      sourceHost: "registry.k8s.io",
      sourceRepository: "sig-storage/csi-attacher",
      targetPath: "vmware-cloud-director/sig-storage/csi-attacher",
    });
  });

  it("does not double the folder of a path that names it", () => {
    const [component] = parse("reg.example vmware-cloud-director/capvcd v1", "getting_started_airgapped");
    expect(component?.targetPath).toBe("vmware-cloud-director/capvcd");
  });

  it("takes a whole line behind # for a disabled component, and prose for a comment", () => {
    const text = [
      "# Images that clusters pull: source registry, image path, tag.",
      "# see the notes",
      "#quay.io jetstack/cert-manager-webhook v1.11.1",
      "## registry.k8s.io/project pause 3.9",
      "quay.io jetstack/cert-manager-controller v1.11.1",
      "#127.0.0.1:5000 local/image v1",
    ].join("\n");
    const components = parse(text, "getting_started_airgapped");
    expect(
      components.map(({ line, enabled, sourceRepository }) => [line, enabled, sourceRepository]),
    ).toEqual([
      [3, false, "jetstack/cert-manager-webhook"],
      [4, false, "project/pause"],
      [5, true, "jetstack/cert-manager-controller"],
      [6, false, "local/image"],
    ]);
  });

  it("knows disabled lines in dependencies.txt only", () => {
    expect(() => parse("#quay.io a/b v1", "list")).toThrow(/list-empty/);
  });

  it.each([
    ["tkg", "-b packages/core/repo:v1", "tkg/packages/core/repo", "bundle"],
    ["tkg", "-i tkg/pause:3.7", "tkg/pause", "image"],
    ["tanzu_plugins", "plugin-inventory:latest", "tanzu_cli/plugins/plugin-inventory", "image"],
    ["list", "any/where:v1", "any/where", "image"],
  ] as const)("puts %s %s under %s", (kind, text, targetPath, componentKind) => {
    expect(parse(text, kind, "reg.example:8443/base")).toMatchObject([
      { targetPath, kind: componentKind, sourceHost: "reg.example:8443" },
    ]);
  });

  it("keeps a digest in place of a tag", () => {
    expect(parse(`a/b@${digest}`, "list", "reg.example")).toMatchObject([{ tag: null, digest }]);
  });

  it("makes one component of a line that stands twice", () => {
    expect(parse("a/b:v1\na/b:v1\n", "list", "reg.example")).toHaveLength(1);
  });

  it.each([
    ["source-missing", "x/y:v1", "", 1],
    ["host-missing", "# first\nvendor x/y v1", "", 2],
    ["columns", "a b", "reg.example", 1],
    ["columns", "# fine\n# \0", "reg.example", 2],
    ["tag-or-digest-missing", "\n\nx/y", "reg.example", 3],
    ["target-conflict", "one.example a v1\ntwo.example a v1", "reg.example", 2],
  ])("names file, line and problem: %s", (problem, text, source, line) => {
    const { code, facts } = failureOf(() => parse(text, "list", source));
    expect({ code, file: facts.file, line: facts.line, problem: facts.problem }).toEqual({
      code: "list-line-invalid",
      file: "list.txt",
      line,
      problem,
    });
  });

  it.each([
    ["nginx:1.27", "", "docker.io/library/nginx:1.27"],
    ["jetstack/cert-manager:v1", "", "docker.io/jetstack/cert-manager:v1"],
    [`nginx@${digest}`, "", `docker.io/library/nginx@${digest}`],
    ["vmware-cloud-director capvcd v1", "", "docker.io/vmware-cloud-director capvcd v1"],
    ["tkg pause 3.7", "reg.example/tkg", "reg.example/tkg pause 3.7"],
    ["  https://reg.example/a/b:v1\r", "", "reg.example/a/b:v1"],
    ["https://reg.example a/b v1", "", "reg.example a/b v1"],
  ])("says what %s is most likely meant for, and that can be read", (text, source, known) => {
    expect(failureOf(() => parse(text, "list", source)).facts.known).toBe(known);
    expect(parse(known, "list", source)).toHaveLength(1);
  });

  it("goes by the digest of a line that has a tag as well, and tells the tag", () => {
    const text = `a/b:v1\nreg.example/c:v2@${digest}\n#reg.example/d:v3@${digest}`;
    const options = { file: "list", source: parseRegistryBase("reg.example") };
    const list = surveyReleaseList(text, { ...options, kind: "getting_started_airgapped" });
    expect(list.components.map(({ tag, digest: pinned }) => [tag, pinned])).toEqual([
      ["v1", null],
      [null, digest],
      [null, digest],
    ]);
    expect(list.tagsLeftOut).toEqual([
      { line: 2, tag: "v2" },
      { line: 3, tag: "v3" },
    ]);
  });

  it.each([
    ["list", "", "quay.io/jetstack/x:v1", "quay.io", "jetstack/x", "jetstack/x", "jetstack/x"],
    ["list", "quay.io/jetstack", "quay.io/jetstack/x:v1", "quay.io", "jetstack/x", "x", "x"],
    ["list", "quay.io/jet", "quay.io/jetstack/x:v1", "quay.io", "jetstack/x", "jetstack/x", "jetstack/x"],
    ["tkg", "h.io/airgap/tkg", "h.io/airgap/tkg/pause:3.7", "h.io", "airgap/tkg/pause", "pause", "tkg/pause"],
    ["tkg", "h.io/airgap/tkg", "other.io/tkg/pause:3.7", "other.io", "tkg/pause", "tkg/pause", "tkg/pause"],
  ] as const)(
    "takes a full name of %s at %s for what it says: %s",
    (kind, source, text, sourceHost, sourceRepository, sourcePath, targetPath) => {
      expect(parse(text, kind, source)).toMatchObject([
        { sourceHost, sourceRepository, sourcePath, targetPath },
      ]);
    },
  );

  it("refuses a list beyond the limit before it looks at lines", () => {
    const text = "x y\n".repeat(2_000_000);
    expect(failureOf(() => parse(text, "list", "reg.example")).code).toBe("list-too-large");
  });

  it("reads the two lists that the demo is made of", () => {
    const read = (name: string) =>
      readFileSync(new URL(`../../demo/content/${name}`, import.meta.url), "utf8");
    expect(parse(read("tkg-2.1.1-images.txt"), "tkg", "projects.registry.vmware.com/tkg")).toHaveLength(222);
    const dependencies = parse(read("dependencies.txt"), "getting_started_airgapped");
    expect(dependencies.filter(({ enabled }) => !enabled).map(({ tag }) => tag)).toEqual([
      "v1.2.0",
      "1.5.0",
      "1.5.0",
    ]);
  });

  it("gives back every component of a list it was written from", () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
    const version = fc.stringMatching(/^[A-Za-z0-9_][\w.-]{0,10}$/);
    const line = fc.record({ path, version, bundle: fc.boolean() });
    const lines = fc.uniqueArray(line, {
      minLength: 1,
      maxLength: 30,
      selector: (one) => `${one.path}:${one.version}`,
    });
    fc.assert(
      fc.property(lines, fc.constantFrom("\n", "\r\n"), (entries, end) => {
        const text = entries.map((one) => `${one.bundle ? "-b" : "-i"} ${one.path}:${one.version}`).join(end);
        const components = parse(text, "list", "reg.example/base");
        expect(components.map((one) => `${one.kind} ${one.sourceRepository}:${one.tag}`)).toEqual(
          entries.map((one) => `${one.bundle ? "bundle" : "image"} base/${one.path}:${one.version}`),
        );
      }),
    );
  });

  const hosts = fc.constantFrom("reg.example", "quay.io", "localhost", "10.0.0.1:5000", "[fd00::1]:443");
  const paths = fc
    .array(fc.stringMatching(/^[a-z0-9]{1,8}$/), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join("/"));
  const tags = fc.option(fc.stringMatching(/^[A-Za-z0-9_][\w.-]{0,10}$/), { nil: null });
  const digests = fc.option(
    fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`),
    { nil: null },
  );
  const references = fc
    .record({ host: hosts, path: paths, tag: tags, digest: digests })
    .filter(({ tag, digest: pinned }) => tag !== null || pinned !== null);
  const nameOf = ({ host, path, tag, digest: pinned }: NamedImage) =>
    `${host}/${path}${tag === null ? "" : `:${tag}`}${pinned === null ? "" : `@${pinned}`}`;

  it("reads any full name as it stands, whatever the list's own source", () => {
    fc.assert(
      fc.property(references, fc.constantFrom("", "reg.example", "quay.io/a"), (named, source) => {
        const [component, ...others] = parse(nameOf(named), "list", source);
        expect(others).toEqual([]);
        expect(component).toMatchObject({
          sourceHost: named.host,
          sourceRepository: named.path,
          tag: named.digest === null ? named.tag : null,
          digest: named.digest,
        });
        expect(`${named.host}/${named.path}`.endsWith(`/${component?.sourcePath ?? ""}`)).toBe(true);
      }),
    );
  });

  it("accounts for each line: read, read before, or bad; and without the bad ones the rest is read the same", () => {
    const good = references.map((named) => nameOf(named));
    const bad = fc.constantFrom(
      "x/y",
      "a b",
      "no words at all here",
      "https://a.io/b:v1",
      "vendor a v1",
      "a@x",
    );
    const lines = fc.array(fc.oneof(good, bad, fc.constantFrom("", "# prose of a person", "\r")), {
      maxLength: 30,
    });
    const survey = (text: string) => surveyReleaseList(text, { kind: "list", file: "list", source: null });
    fc.assert(
      fc.property(lines, (all) => {
        const list = survey(all.join("\n"));
        const badLines = new Set(list.problems.map(({ facts }) => facts.line ?? 0));
        expect(badLines.size).toBe(list.problems.length);
        const said = all.flatMap((line, index) =>
          line.trim() === "" || line.startsWith("#") ? [] : [index + 1],
        );
        expect(said).toEqual(expect.arrayContaining([...badLines]));
        const read = new Set(said.filter((line) => !badLines.has(line)).map((line) => all[line - 1]));
        for (const { line } of list.components) expect(read).toContain(all[line - 1]);
        expect(list.components.length).toBeLessThanOrEqual(read.size);
        const mended = survey(all.map((line, index) => (badLines.has(index + 1) ? "" : line)).join("\n"));
        expect(mended.components).toEqual(list.components);
        expect(mended.problems).toEqual([]);
      }),
    );
  });

  it("throws nothing but engine errors, whatever the text", () => {
    const words = fc.constantFrom(
      "#",
      "-b",
      "-i",
      "a/b:v1",
      "reg.example",
      "reg.example/a:v1",
      `reg.example/a:v1@${digest}`,
      "https://reg.example/a:v1",
      "x",
      "v1",
      "\n",
      " ",
      "@",
      digest,
      "\0",
    );
    const texts = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.array(words).map((all) => all.join(" ")),
    );
    const kinds = fc.constantFrom("tkg", "getting_started_airgapped", "tanzu_plugins", "list" as const);
    fc.assert(
      fc.property(texts, kinds, (text, kind) => {
        try {
          const components = parse(text, kind, "reg.example");
          expect(components.length).toBeGreaterThan(0);
          expect(components.every(({ tag, digest: pinned }) => (tag === null) !== (pinned === null))).toBe(
            true,
          );
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
        }
      }),
    );
  });
});
