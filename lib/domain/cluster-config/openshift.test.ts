import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { checkMirrorSets } from "./check-mirror-sets.ts";
import { mergePullSecret } from "./merge-pull-secret.ts";
import { generateOpenShift, openShiftInput } from "./openshift.ts";
import { formatTrustKey, parseTrustKey } from "./openshift-trust.ts";
import { parseMirrorSets } from "./parse-mirror-sets.ts";
import { readPullSecret } from "./pull-secret.ts";

const ca = issueCertificate({ subject: "Own CA", ca: true });
const digest = `sha256:${"c".repeat(64)}`;
const pause = {
  source: "mcr.microsoft.com/oss/kubernetes/pause",
  targets: ["first.example.com:5000/tkg/oss/kubernetes/pause", "a.example.com/oss/kubernetes/pause"],
  tags: ["3.9"],
  digests: [digest],
};
const wish = {
  name: "drayage",
  images: [
    pause,
    { source: "quay.io/a/b", targets: ["first.example.com:5000/tkg/a/b"], tags: [], digests: [digest] },
    { source: "quay.io/not/yet", targets: [], tags: ["v1"], digests: [] },
  ],
  includesTags: true,
  policy: "NeverContactSource",
  hasWindowsNodes: true,
  trust: [{ registry: "first.example.com:5000", certificates: [{ name: "own-ca", pem: ca.pem }] }],
  credentials: [{ registry: "first.example.com:5000", username: "robot", password: "pa:ss" }],
  pullSecret: '{"auths":{"quay.io":{"auth":"dTpw","email":"x@example.com"}},"credHelpers":{"x":"y"}}',
};
const make = (changes: object = {}) => generateOpenShift(openShiftInput.parse({ ...wish, ...changes }));
const contentOf = (output: ReturnType<typeof make>, path: string) =>
  output.files.find((file) => file.path === path)?.content ?? "";

describe("mirror sets", () => {
  test("have each mirrored image by digest and, where asked for, by tag, mirrors in their order", () => {
    const { sets, findings } = parseMirrorSets(contentOf(make(), "mirror-sets.yaml"));
    expect(findings).toEqual([]);
    const pauseEntry = {
      source: pause.source,
      mirrors: pause.targets,
      mirrorSourcePolicy: "NeverContactSource",
    };
    expect(sets).toEqual([
      {
        kind: "ImageDigestMirrorSet",
        name: "drayage",
        entries: [
          pauseEntry,
          {
            source: "quay.io/a/b",
            mirrors: ["first.example.com:5000/tkg/a/b"],
            mirrorSourcePolicy: "NeverContactSource",
          },
        ],
      },
      { kind: "ImageTagMirrorSet", name: "drayage-tags", entries: [pauseEntry] },
    ]);
  });

  test("have no tags unless asked for, and no policy unless one is said", () => {
    const output = make({ includesTags: false, policy: undefined });
    const { sets } = parseMirrorSets(contentOf(output, "mirror-sets.yaml"));
    expect(sets.map(({ kind }) => kind)).toEqual(["ImageDigestMirrorSet"]);
    expect(contentOf(output, "mirror-sets.yaml")).not.toContain("mirrorSourcePolicy");
    expect(output.notes).toContainEqual({ code: "tags-left-out", facts: { images: 2 } });
  });

  test("have nothing of an image that was mirrored to itself or nowhere", () => {
    const images = [
      { source: "quay.io/a", targets: ["quay.io/a"], tags: [], digests: [digest] },
      { source: "quay.io/b", targets: [], tags: [], digests: [digest] },
    ];
    const output = make({
      ...{ images, hasWindowsNodes: false, trust: [] },
      credentials: [],
      pullSecret: "",
    });
    expect(output).toEqual({ files: [], steps: [], notes: [{ code: "nothing-mirrored", facts: {} }] });
  });

  test("have no errors by our own rules", () => {
    const { sets } = parseMirrorSets(contentOf(make(), "mirror-sets.yaml"));
    const images = wish.images.filter(({ targets }) => targets.length > 0);
    const found = checkMirrorSets(sets, { hasWindowsNodes: true, images });
    expect(found.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});

test("the ConfigMap has the certificates in plain PEM by host and port, and the cluster is told its name", () => {
  const output = make();
  const configMap = z.strictObject({
    apiVersion: z.literal("v1"),
    kind: z.literal("ConfigMap"),
    metadata: z.strictObject({ name: z.string(), namespace: z.literal("openshift-config") }),
    data: z.record(z.string().regex(/^[-._a-zA-Z0-9]+$/), z.string()),
  });
  const { metadata, data } = configMap.parse(parse(contentOf(output, "trusted-ca.yaml")));
  expect(Object.keys(data)).toEqual([formatTrustKey("first.example.com:5000")]);
  expect(parseTrustKey("first.example.com..5000")).toBe("first.example.com:5000");
  const [found] = readCertificates(data["first.example.com..5000"] ?? "").found;
  expect(found?.certificate.fingerprint).toBe(readCertificates(ca.pem).found[0]?.certificate.fingerprint);
  expect(data["first.example.com..5000"]).toBe(ca.pem);
  expect(parse(contentOf(output, "image-config-patch.yaml"))).toEqual({
    spec: { additionalTrustedCA: { name: metadata.name } },
  });
});

test("the ConfigMap has all certificates of a registry that is named twice, each once", () => {
  const other = issueCertificate({ subject: "Other", ca: true });
  const registry = "first.example.com:5000";
  const own = { registry, certificates: [{ name: "own-ca", pem: ca.pem }] };
  const both = { registry, certificates: [...own.certificates, { name: "other", pem: other.pem }] };
  const { data } = parse(contentOf(make({ trust: [both, own] }), "trusted-ca.yaml")) as {
    data: Record<string, string>;
  };
  expect(data).toEqual({ "first.example.com..5000": ca.pem + other.pem });
});

describe("the pull secret", () => {
  test("keeps all else and has the mirror by host and port", () => {
    const output = make();
    const file = output.files.find(({ path }) => path === "pull-secret.json");
    expect(file?.isSecret).toBe(true);
    expect(JSON.parse(file?.content ?? "")).toEqual({
      auths: {
        "quay.io": { auth: "dTpw", email: "x@example.com" },
        "first.example.com:5000": { auth: Buffer.from("robot:pa:ss").toString("base64") },
      },
      credHelpers: { x: "y" },
    });
    expect(readPullSecret(file?.content ?? "").ok).toBe(true);
    expect(
      output.files
        .filter(({ isSecret }) => !isSecret)
        .map(({ content }) => content)
        .join(),
    ).not.toContain("robot");
  });

  test("is not written where the present one is not known", () => {
    const output = make({ pullSecret: undefined });
    expect(output.files.map(({ path }) => path)).not.toContain("pull-secret.json");
    expect(output.steps.map(({ code }) => code)).not.toContain("set-pull-secret");
    expect(output.notes).toContainEqual({ code: "pull-secret-needed", facts: {} });
  });

  test.each([
    "",
    " \n",
    "null",
    "{}",
    '{"auths":{}}',
    '{"auths":null}',
    '{"auths":{},"credsStore":"desktop"}',
  ])("is not written over one without entries, as %j", (pullSecret) => {
    const output = make({ pullSecret });
    expect(output.files.map(({ path }) => path)).not.toContain("pull-secret.json");
    expect(output.steps.map(({ code }) => code)).not.toContain("set-pull-secret");
    expect(output.notes).toContainEqual({ code: "pull-secret-needed", facts: {} });
  });

  test("stays as it is, and that is said, where nobody is to be added", () => {
    const output = make({ credentials: [] });
    expect(output.files.map(({ path }) => path)).not.toContain("pull-secret.json");
    expect(output.notes).toContainEqual({ code: "pull-secret-kept", facts: {} });
    const blank = make({ credentials: [], pullSecret: " \n" });
    expect(blank.notes).not.toContainEqual({ code: "pull-secret-kept", facts: {} });
  });

  test("tells whose entry is replaced", () => {
    const output = make({ pullSecret: '{"auths":{"first.example.com:5000":{"auth":"eDp5"}}}' });
    expect(output.notes).toContainEqual({
      code: "pull-secret-replaces",
      facts: { registry: "first.example.com:5000" },
    });
  });

  test.each([
    ["{", "not-json"],
    ["[]", "wrong-shape"],
    ['{"auths":[]}', "wrong-shape"],
  ])("%s is not touched", (pullSecret, problem) => {
    const output = make({ pullSecret });
    expect(output.files.map(({ path }) => path)).not.toContain("pull-secret.json");
    expect(output.notes).toContainEqual({ code: "pull-secret-unreadable", facts: { problem } });
  });

  test("takes no user with a colon", () => {
    const credentials = { registry: "m.io", username: "a:b", password: "c" };
    expect(mergePullSecret(wish.pullSecret, [credentials])).toEqual({
      ok: false,
      problem: "user-with-colon",
    });
  });
});

test("says the steps in their order", () => {
  expect(make().steps.map(({ code, commands: [first] }) => [code, first])).toEqual([
    [
      "read-pull-secret",
      `oc get secret/pull-secret -n openshift-config --template='{{index .data ".dockerconfigjson" | base64decode}}' > pull-secret-before.json`,
    ],
    [
      "set-pull-secret",
      "oc set data secret/pull-secret -n openshift-config --from-file=.dockerconfigjson=pull-secret.json",
    ],
    ["apply-trust", "oc apply -f trusted-ca.yaml"],
    [
      "patch-image-config",
      "oc patch image.config.openshift.io/cluster --type merge --patch-file image-config-patch.yaml",
    ],
    ["apply-mirrors", "oc apply -f mirror-sets.yaml"],
    ["watch-nodes", "oc get machineconfigpool"],
    ["look-at-node", "oc debug node/NODE -- chroot /host cat /etc/containers/registries.conf"],
  ]);
});

describe("for Windows nodes", () => {
  test("tells an image that stands elsewhere than where they ask", () => {
    const images = [
      pause,
      { source: "quay.io/org/a", targets: ["m.io/else/a"], tags: [], digests: [digest] },
    ];
    expect(make({ images }).notes).toContainEqual({
      code: "windows-image-misplaced",
      facts: { image: "quay.io/org/a", target: "m.io/else/a", expected: "m.io/org/a" },
    });
  });

  test("tells no one of an image that nodes find at another of its places", () => {
    const images = [
      pause,
      { source: "quay.io/org/a", targets: ["m.io/else/a", "m.io/org/a"], tags: [], digests: [digest] },
    ];
    expect(make({ images }).notes.map(({ code }) => code)).not.toContain("windows-image-misplaced");
  });

  test.each([
    ["not mirrored", { images: wish.images.slice(1) }],
    ["mirrored elsewhere", { images: [{ ...pause, targets: ["m.io/pause"] }] }],
    ["mirrored to a path like its own", { images: [{ ...pause, targets: ["m.io/xoss/kubernetes/pause"] }] }],
    ["without rules for tags", { includesTags: false }],
  ])("tells that pause is %s", (_what, changes) => {
    expect(make(changes).notes).toContainEqual({
      code: "windows-pause-missing",
      facts: { image: "mcr.microsoft.com/oss/kubernetes/pause:3.9" },
    });
  });

  test("tells nothing where all is right", () => {
    expect(make().notes.map(({ code }) => code)).toEqual(["trust-replaces", "nodes-roll"]);
  });
});

test("every file of YAML is YAML", () => {
  for (const { path, content } of make().files.filter((file) => file.path.endsWith(".yaml"))) {
    for (const { errors } of parseAllDocuments(content)) expect([path, errors]).toEqual([path, []]);
  }
});

test.each([
  ["a source without repository", { images: [{ ...pause, source: "quay.io" }] }],
  ["a source with a tag", { images: [{ ...pause, source: "quay.io/a:v1" }] }],
  ["a name that Kubernetes refuses", { name: "Drayage" }],
  ["a registry with a path", { credentials: [{ ...wish.credentials[0], registry: "m.io/a" }] }],
])("refuses %s", (_what, changes) => {
  expect(openShiftInput.safeParse({ ...wish, ...changes }).success).toBe(false);
});
