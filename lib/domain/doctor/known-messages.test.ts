import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MessageCause, messageCauses, type MessageFacts } from "./known-message.ts";
import { messageCommands } from "./known-message-commands.ts";
import { messageRules } from "./known-message-rules.ts";
import { explainMessages } from "./known-messages.ts";

const causesOf = (text: string) => explainMessages(text).messages.map(({ cause }) => cause);

const unknownAuthority = "x509: certificate signed by unknown authority";
const atHarbor = { host: "harbor.lab", repository: "base/tkg/pause", reference: "3.7", base: "base" };
const head = 'Head "https://harbor.lab/v2/base/tkg/pause/manifests/3.7"';
const containerd = `failed to pull and unpack image "harbor.lab/base/tkg/pause:3.7": failed to resolve reference "harbor.lab/base/tkg/pause:3.7":`;

/** As programs write them, from their sources and from what people have pasted into issues. */
const samples: readonly [string, MessageCause, MessageFacts][] = [
  [
    `Failed to pull image "harbor.lab/base/tkg/pause:3.7": rpc error: code = Unknown desc = ${containerd} failed to do request: ${head}: tls: failed to verify certificate: ${unknownAuthority}`,
    "unknown-authority",
    atHarbor,
  ],
  [
    `Error response from daemon: Get "https://10.78.0.228:5000/v2/": ${unknownAuthority} (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "Lab CA")`,
    "authority-key-differs",
    { host: "10.78.0.228:5000", subject: "Lab CA" },
  ],
  [
    'time="2026-01-01T00:00:00Z" level=fatal msg="initializing source docker://harbor.lab:8443/base/tkg/pause:3.7: pinging container registry harbor.lab:8443: Get \\"https://harbor.lab:8443/v2/\\": tls: failed to verify certificate: x509: certificate is valid for registry.lab, *.apps.lab, not harbor.lab"',
    "name-mismatch",
    { host: "harbor.lab:8443", repository: "base/tkg/pause", names: ["registry.lab", "*.apps.lab"] },
  ],
  [
    `Get "https://harbor.lab/v2/": x509: certificate relies on legacy Common Name field, use SANs instead`,
    "common-name",
    { host: "harbor.lab" },
  ],
  [
    `Get "https://10.0.0.5/v2/": x509: cannot validate certificate for 10.0.0.5 because it doesn't contain any IP SANs`,
    "no-ip-names",
    { host: "10.0.0.5" },
  ],
  [
    `${head}: x509: certificate has expired or is not yet valid: current time 2026-11-29T13:00:00Z is after 2026-11-01T00:00:00Z`,
    "expired",
    { ...atHarbor, now: "2026-11-29T13:00:00Z", limit: "2026-11-01T00:00:00Z" },
  ],
  [
    `${head}: x509: certificate has expired or is not yet valid: current time 2020-01-01T00:00:09Z is before 2026-11-01T00:00:00Z`,
    "not-yet-valid",
    { ...atHarbor, now: "2020-01-01T00:00:09Z", limit: "2026-11-01T00:00:00Z" },
  ],
  [
    `Get "https://harbor.lab/v2/": x509: cannot verify signature: insecure algorithm SHA1-RSA`,
    "weak-signature",
    { host: "harbor.lab" },
  ],
  [
    `${containerd} failed to do request: Head "https://harbor.lab:80/v2/base/tkg/pause/manifests/3.7": http: server gave HTTP response to HTTPS client`,
    "plain-http",
    { ...atHarbor, host: "harbor.lab:80" },
  ],
  [
    `Get "https://harbor.lab/v2/": tls: first record does not look like a TLS handshake`,
    "plain-http",
    { host: "harbor.lab" },
  ],
  [
    "Error response from daemon: login attempt to http://harbor.lab:443/v2/ failed with status: 400 Bad Request: Client sent an HTTP request to an HTTPS server.",
    "tls-expected",
    { host: "harbor.lab:443" },
  ],
  [`${head}: remote error: tls: certificate required`, "client-certificate-wanted", atHarbor],
  [`${head}: remote error: tls: bad certificate`, "client-certificate-wanted", atHarbor],
  [`${head}: remote error: tls: protocol version not supported`, "tls-too-old", atHarbor],
  [
    `${containerd} unexpected status from HEAD request to https://harbor.lab/v2/base/tkg/pause/manifests/3.7: 401 Unauthorized`,
    "unauthorized",
    atHarbor,
  ],
  [
    `Error response from daemon: Get "https://harbor.lab/v2/": no basic auth credentials`,
    "no-credentials",
    { host: "harbor.lab" },
  ],
  [
    `${containerd} failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://harbor.lab/service/token?scope=repository%3Abase: 401 Unauthorized`,
    "unauthorized",
    { host: "harbor.lab", repository: "base/tkg/pause" },
  ],
  [
    "Error response from daemon: pull access denied for harbor.lab/base/tkg/pause, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    "repository-unknown",
    { host: "harbor.lab", repository: "base/tkg/pause" },
  ],
  [
    `GET https://harbor.lab/v2/base/tkg/pause/manifests/3.7: TOOMANYREQUESTS: You have reached your pull rate limit`,
    "rate-limited",
    atHarbor,
  ],
  [
    `${containerd} unexpected status code https://harbor.lab/v2/base/tkg/pause/manifests/3.7: 429`,
    "rate-limited",
    atHarbor,
  ],
  [
    `Error response from daemon: manifest for harbor.lab/base/tkg/pause:3.7 not found: manifest unknown: manifest unknown`,
    "manifest-unknown",
    atHarbor,
  ],
  [`${containerd} harbor.lab/base/tkg/pause:3.7: not found`, "manifest-unknown", atHarbor],
  [
    `GET https://harbor.lab/v2/base/tkg/pause/manifests/3.7: NAME_UNKNOWN: repository name not known to registry; map[name:base/tkg/pause]`,
    "repository-unknown",
    atHarbor,
  ],
  [
    `{"errors":[{"code":"NOT_FOUND","message":"project base not found"}]} from https://harbor.lab/v2/base/tkg/pause/manifests/3.7`,
    "project-missing",
    atHarbor,
  ],
  [
    `${containerd} failed to do request: ${head}: dial tcp: lookup harbor.lab on 10.96.0.10:53: no such host`,
    "name-not-found",
    { ...atHarbor, server: "10.96.0.10:53" },
  ],
  [
    `${head}: dial tcp: lookup harbor.lab on 127.0.0.53:53: server misbehaving`,
    "name-server-failed",
    { ...atHarbor, server: "127.0.0.53:53" },
  ],
  [
    `${head}: dial tcp: lookup harbor.lab on 10.0.0.2:53: read udp 10.0.0.9:39871->10.0.0.2:53: i/o timeout`,
    "name-server-failed",
    atHarbor,
  ],
  [`${head}: dial tcp 10.0.0.5:443: i/o timeout`, "timeout", { ...atHarbor, address: "10.0.0.5:443" }],
  [
    `${head}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    "timeout",
    atHarbor,
  ],
  [
    `${head}: dial tcp 10.0.0.5:443: connect: connection refused`,
    "refused",
    { ...atHarbor, address: "10.0.0.5:443" },
  ],
  [
    `${head}: dial tcp [fd00::5]:443: connect: no route to host`,
    "no-route",
    { ...atHarbor, address: "[fd00::5]:443" },
  ],
  [
    `${head}: proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: connection refused`,
    "proxy-failed",
    { ...atHarbor, address: "10.0.0.1:3128" },
  ],
  [`${head}: Proxy Authentication Required`, "proxy-unauthorized", atHarbor],
  [`failed to copy: httpReadSeeker: failed open: unexpected EOF`, "connection-broken", {}],
  [`Get "https://harbor.lab/v2/": EOF`, "connection-broken", { host: "harbor.lab" }],
  [
    `write /var/lib/containerd/io.containerd.content.v1.content/ingest/x/data: no space left on device`,
    "disk-full",
    {},
  ],
  [
    `failed to pull and unpack image "harbor.lab/base/tkg/pause:3.7": no match for platform in manifest: not found`,
    "platform-missing",
    atHarbor,
  ],
  [`exec /pause: exec format error`, "wrong-architecture", {}],
  [
    `Error: Expected bundle flag when copying a bundle (hint: Use -b instead of -i for bundles)`,
    "bundle-flag",
    {},
  ],
  [
    `[x] : plugins discovery image resolution failed. Please check that the repository image URL "harbor.lab/tanzu_cli/plugins/plugin-inventory:latest" is correct`,
    "plugin-inventory",
    {},
  ],
  [`Back-off pulling image "harbor.lab/base/tkg/pause:3.7"`, "pull-failed", {}],
  [
    `Failed to pull image "projects.registry.vmware.com/tkg/pause:3.7": dial tcp: lookup projects.registry.vmware.com on 10.0.0.2:53: no such host`,
    "retired-registry",
    { host: "projects.registry.vmware.com" },
  ],
];

describe("a known message", () => {
  it.each(samples)("%s", (text, cause, facts) => {
    const [first] = explainMessages(text).messages;
    expect(first).toMatchObject({ cause, facts, line: 1 });
  });

  it("is told once for each place, with how often it was said", () => {
    const line = (host: string) => `Get "https://${host}/v2/": ${unknownAuthority}`;
    const text = ["fine", line("a.lab"), line("b.lab"), "fine", line("a.lab")].join("\r\n");
    const told = explainMessages(text).messages.map(({ facts, line: at, count }) => [facts.host, at, count]);
    expect(told).toEqual([
      ["a.lab", 2, 2],
      ["b.lab", 3, 1],
    ]);
  });

  it("is found in what kubectl prints of a pod, without the words that only say that it failed", () => {
    const text = [
      "Events:",
      "  Type     Reason     Age   From      Message",
      "  Normal   Scheduled  2m    default   Successfully assigned kube-system/antrea to node-1",
      `  Warning  Failed     89s   kubelet   Failed to pull image "harbor.lab/base/tkg/pause:3.7": ${containerd} failed to do request: ${head}: ${unknownAuthority}`,
      "  Warning  Failed     89s   kubelet   Error: ErrImagePull",
      '  Normal   BackOff    75s   kubelet   Back-off pulling image "harbor.lab/base/tkg/pause:3.7"',
      "  Warning  Failed     75s   kubelet   Error: ImagePullBackOff",
    ].join("\n");
    expect(explainMessages(text).messages).toMatchObject([
      { cause: "unknown-authority", facts: atHarbor, line: 4, count: 1 },
    ]);
  });

  it("keeps several causes apart", () => {
    const text = `${head}: ${unknownAuthority}\nno space left on device\n${head}: connect: connection refused`;
    expect(causesOf(text)).toEqual(["unknown-authority", "disk-full", "refused"]);
  });

  it("is none where nothing is known", () => {
    expect(explainMessages("")).toEqual({ messages: [], truncated: false });
    expect(causesOf("open /etc/shadow: permission denied: unknown\nanything else, code 4290")).toEqual([]);
    expect(causesOf('audit: type=1400 apparmor="DENIED" operation="open" profile="snap.lxd"')).toEqual([]);
  });

  it("has rules for every cause but the one that follows from others", () => {
    const ruled = new Set<MessageCause>(messageRules.map(({ cause }) => cause));
    expect(messageCauses.filter((cause) => !ruled.has(cause))).toEqual(["retired-registry"]);
    for (const { texts, pattern } of messageRules) {
      for (const text of texts) if (!pattern) expect([text, causesOf(text).length]).toEqual([text, 1]);
    }
  });
});

describe("whatever is pasted", () => {
  const known = messageRules.flatMap(({ texts }) => texts);
  const piece = fc.oneof(
    fc.constantFrom(
      ...known,
      "https://",
      "/v2/",
      "lookup ",
      "dial tcp ",
      'image "',
      " valid for ",
      ", not ",
      "\n",
      '\\"',
    ),
    fc.string({ unit: "binary", maxLength: 40 }),
  );

  it("finds what stands behind hundreds of lines that only begin the same", () => {
    const lines = 'level=info msg="lookup of 429 things"\n'.repeat(700);
    const { messages } = explainMessages(`${lines}error: HTTP status 429\n`);
    expect(messages).toMatchObject([{ cause: "rate-limited", line: 701 }]);
  });

  it("gives messages that survive JSON and are bounded", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const { messages } = explainMessages(pieces.join(""));
        expect(messages.length).toBeLessThanOrEqual(40);
        expect(JSON.parse(JSON.stringify(messages))).toEqual(messages);
        for (const message of messages) {
          expect(message.excerpt.length).toBeLessThanOrEqual(501);
          // Whatever a message names, it is one argument: no line of a command holds a line of the text.
          for (const command of messageCommands(message)) expect(command).not.toMatch(/[\n\r]/);
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["one line of a repeated start", (size: number) => "x509: certificate is valid for ".repeat(size / 30)],
    ["one line of URLs", (size: number) => `https://${"a".repeat(250)}/v2/`.repeat(size / 262)],
    ["nothing but quotes", (size: number) => 'image "'.repeat(size / 7)],
    ["not found again and again", (size: number) => "manifests/: not foun: not found".repeat(size / 31)],
    ["lines that all are known", (size: number) => `${containerd} ${unknownAuthority}\n`.repeat(size / 170)],
    ["lookups without an end", (size: number) => `lookup ${"a".repeat(200)} on `.repeat(size / 212)],
  ])("is explained in the time of its length: %s", (_name, make) => {
    const text = make(2_000_000);
    const startedAt = performance.now();
    explainMessages(text);
    // A pattern that looks twice at what it has seen would take minutes.
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it("is cut beyond a bound, and says so", () => {
    const text = `${"x".repeat(8_400_000)}\nno space left on device`;
    expect(explainMessages(text)).toEqual({ messages: [], truncated: true });
  });
});
