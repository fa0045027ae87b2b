import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatHostsToml } from "./format-hosts-toml.ts";
import { hostCapabilities } from "./hosts-toml.ts";
import { readHostsToml } from "./read-hosts-toml.ts";

function read(text: string) {
  const hosts = readHostsToml(text);
  if (!hosts.ok) throw new Error(`${hosts.problem}: ${hosts.detail}`);
  return hosts;
}

test("reads tables in the order of the file, and the top for the server", () => {
  const { mirrors, server } = read(`
server = "https://upstream.example.com"
skip_verify = false

[host."https://z.example.com"]
  capabilities = ["pull"]
  ca = "ca.crt"
[host."http://a.example.com:5000/v2/base"]
  capabilities = ["Pull", "resolve"]
  override_path = true
  ca = ["one.crt", "/etc/two.crt"]
  client = [["c.cert", "c.key"]]
  dial_timeout = "1m30s"
  unknown = 5
  [host."http://a.example.com:5000/v2/base".header]
    authorization = "Basic x"
    x-many = ["1", "2"]
[host."b.example.com"]
`);
  expect(server).toMatchObject({
    endpoint: { scheme: "https", host: "upstream.example.com", path: "/v2" },
    namesCapabilities: false,
    capabilities: hostCapabilities,
    skipVerify: false,
  });
  expect(mirrors).toMatchObject([
    { name: "https://z.example.com", capabilities: ["pull"], ca: ["ca.crt"], headers: {} },
    {
      endpoint: { scheme: "http", host: "a.example.com:5000", path: "/v2/base" },
      capabilities: ["pull", "resolve"],
      overridePath: true,
      ca: ["one.crt", "/etc/two.crt"],
      clientPairs: [["c.cert", "c.key"]],
      headers: { authorization: ["Basic x"], "x-many": ["1", "2"] },
    },
    { endpoint: { scheme: "https", host: "b.example.com", path: "/v2" }, capabilities: hostCapabilities },
  ]);
});

describe("where a host is asked", () => {
  test.each([
    ["https://m.io", false, "https", "m.io", "/v2"],
    ["https://m.io/", false, "https", "m.io", "/v2"],
    ["https://m.io:443", false, "https", "m.io:443", "/v2"],
    ["m.io:5000", false, "https", "m.io:5000", "/v2"],
    ["https://m.io/org", false, "https", "m.io", "/org/v2"],
    ["https://m.io/v2/", false, "https", "m.io", "/v2"],
    ["https://m.io/v2/org", false, "https", "m.io", "/v2/org/v2"],
    ["https://m.io/v2/org", true, "https", "m.io", "/v2/org"],
    ["https://m.io/a/../v2/org/", true, "https", "m.io", "/v2/org"],
    ["https://m.io", true, "https", "m.io", ""],
    ["https://user:secret@m.io", false, "https", "m.io", "/v2"],
  ])("%s, path overridden: %s", (name, override, scheme, host, path) => {
    const { server } = read(`server = "${name}"\noverride_path = ${override}`);
    expect(server.endpoint).toEqual({ scheme, host, path });
  });

  test("is the source without a server", () => {
    expect(read('[host."m.io"]').server.endpoint).toBeNull();
    expect(read('server = ""').server.endpoint).toBeNull();
    expect(read('server = "https:///v2"').server.endpoint).toBeNull();
    expect(read('server = "httpregistry"').server.endpoint).toBeNull();
  });
});

test.each([
  ["empty", "", ""],
  ["too-large", "", `# ${"x".repeat(300_000)}`],
  [
    "not-toml",
    "Invalid TOML document: trying to redefine an already defined table or value",
    '[host."a"]\n[host."a"]',
  ],
  ["capability-unknown", "fetch", '[host."a"]\ncapabilities = ["pull", "fetch"]'],
  ["capability-unknown", "fetch", 'capabilities = ["fetch"]'],
  ["wrong-type", "capabilities", '[host."a"]\ncapabilities = "pull"'],
  ["wrong-type", "override_path", '[host."a"]\noverride_path = "true"'],
  ["wrong-type", "server", "server = 5"],
  ["wrong-type", "host", 'host = "m.io"'],
  ["wrong-type", "host.a", '[host]\na = "m.io"'],
  ["wrong-type", "ca", "ca = 5"],
  ["wrong-type", "ca", 'ca = ["a", 5]'],
  ["wrong-type", "client", 'client = [["a", "b", "c"]]'],
  ["wrong-type", "skip_verify", 'skip_verify = "no"'],
  ["wrong-type", "authorization", "[header]\nauthorization = 5"],
  ["wrong-type", "dial_timeout", 'dial_timeout = "5"'],
  ["server-malformed", "https://m.io:port", 'server = "https://m.io:port"'],
  ["server-malformed", "https://m .io", '[host."https://m .io"]'],
])("is passed over: %s %s", (problem, detail, text) => {
  expect(readHostsToml(text)).toEqual({ ok: false, problem, detail });
});

test("says nothing of a header where the text is no TOML", () => {
  const reading = readHostsToml('[host."a".header]\nauthorization = "Basic c2VjcmV0" "x"');
  expect(reading).toMatchObject({ ok: false, problem: "not-toml" });
  expect(JSON.stringify(reading)).not.toContain("c2VjcmV0");
});

describe("what is written", () => {
  test("is as containerd's own pages write it", () => {
    expect(
      formatHostsToml({
        mirrors: [
          {
            url: "https://m.io/v2/base",
            capabilities: ["pull", "resolve"],
            overridePath: true,
            ca: ["m.io.crt"],
          },
        ],
      }),
    ).toBe(
      '[host."https://m.io/v2/base"]\ncapabilities = [ "pull", "resolve" ]\noverride_path = true\nca = [ "m.io.crt" ]\n',
    );
  });

  test("is read in its order", () => {
    const url = fc.stringMatching(
      /^https:\/\/[a-z]{1,8}\.[a-z]{2,4}(?::[1-9][0-9]{1,3})?(?:\/v2\/[a-z]{1,5})?$/,
    );
    const host = fc.record({
      url,
      capabilities: fc.uniqueArray(fc.constantFrom(...hostCapabilities), { minLength: 1 }),
      overridePath: fc.constant(true),
      ca: fc.array(fc.string({ maxLength: 10 }), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(host, { selector: (each) => each.url, minLength: 1, maxLength: 5 }),
        fc.option(host, { nil: undefined }),
        (mirrors, server) => {
          const back = read(formatHostsToml({ mirrors, server }));
          const shown = (each: (typeof back.mirrors)[number]) => ({
            url: each.name,
            capabilities: each.capabilities,
            overridePath: each.overridePath,
            ca: each.ca,
          });
          expect(back.mirrors.map(shown)).toEqual(mirrors);
          if (server) expect(shown(back.server)).toEqual(server);
          else expect(back.server.name).toBeNull();
        },
      ),
    );
  });
});

test("never throws", () => {
  const piece = fc.constantFrom(
    ...['[host."a"]', "\n", "server = ", '"', "ca = ", "[", "]", "{", "}", "1", "="],
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 30 }).map((all) => all.join("")),
      ),
      (text) => {
        expect(typeof readHostsToml(text).ok).toBe("boolean");
      },
    ),
  );
});
