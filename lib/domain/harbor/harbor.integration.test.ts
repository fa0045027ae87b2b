import type { RequestListener } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { parseRegistryHost } from "#lib/engine/oci/reference.ts";
import { createCertificateAuthority } from "#lib/testing/certificate-authority.ts";
import type { HarborAccount } from "#lib/testing/harbor-server-access.ts";
import {
  startHarborServer,
  type HarborServer,
  type HarborServerOptions,
} from "#lib/testing/harbor-server.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { startRegistry } from "#lib/testing/registry-server.ts";
import { startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import type { HarborConnection } from "./harbor-api.ts";
import { inspectProjects } from "./inspect-projects.ts";
import { openHarbor, type Harbor } from "./open-harbor.ts";

const password = "Harbor12345";
const user = { kind: "user", password } as const;
const admin: HarborAccount = { ...user, name: "admin", administrator: true };
const member: HarborAccount = { ...user, name: "member", projects: ["secret"] };
const robot: HarborAccount = {
  kind: "system-robot",
  name: "robot$carrier",
  password,
  createsProjects: true,
};
const projectRobot: HarborAccount = {
  kind: "project-robot",
  name: "robot$tkg+carrier",
  password,
  projects: ["tkg"],
};
const accounts = [admin, member, robot, projectRobot];

const harbors: Harbor[] = [];
const listeners = createLoopbackServers();
let server: HarborServer | undefined;

afterEach(async () => {
  await Promise.all(harbors.splice(0).map((harbor) => harbor.close()));
  await listeners.close();
  const violations = server?.violations;
  await server?.close();
  server = undefined;
  expect(violations ?? []).toEqual([]);
});

async function start(options: HarborServerOptions = {}): Promise<HarborServer> {
  server = await startHarborServer({
    accounts,
    projects: [
      { name: "tkg", public: true },
      { name: "secret", public: false },
      { name: "cache", public: true, registryId: 1 },
      { name: "42", public: false },
    ],
    ...options,
  });
  return server;
}

const connectionTo = (
  host: string,
  account?: Pick<HarborAccount, "name" | "password">,
): HarborConnection => ({
  registry: parseRegistryHost(host),
  plainHttp: true,
  ...(account && { credentials: { username: account.name, password: account.password } }),
});

async function open(host: string, account?: Pick<HarborAccount, "name" | "password">): Promise<Harbor> {
  const harbor = await openHarbor(connectionTo(host, account));
  if (harbor === null) throw new Error("no Harbor was found");
  harbors.push(harbor);
  return harbor;
}

describe("a Harbor", () => {
  test("is found without signing in", async () => {
    const { host, requests } = await start();
    expect((await open(host)).credentials).toBe("none");
    expect(requests).toEqual(["GET /api/v2.0/systeminfo as -"]);
  });

  test.each([{ readOnly: true }, { readOnly: false }])("takes an account: %o", async (options) => {
    const { host } = await start(options);
    expect((await open(host, robot)).credentials).toBe("accepted");
  });

  test.each([{ tellsVersionToAll: false }, { tellsVersionToAll: true }])(
    "is asked once only with a wrong password: %o",
    async (options) => {
      const running = await start(options);
      const harbor = await open(running.host, { name: "admin", password: "wrong" });
      expect(harbor.credentials).toBe("refused");
      expect(await harbor.findProject("tkg")).toEqual({ state: "public", proxyCache: false });
      expect(await harbor.findProject("secret")).toEqual({ state: "hidden", proxyCache: null });
      expect(await harbor.createProject("new")).toBe("unauthorized");
      expect(running.failedSignIns).toBe(1);
    },
  );

  test("behind TLS is trusted by its own authority only", async () => {
    const ca = await createCertificateAuthority();
    const { host } = await start({ tls: await ca.issueServer(["127.0.0.1"]) });
    const connection = { ...connectionTo(host, admin), plainHttp: false };
    await expect(openHarbor(connection)).rejects.toMatchObject({
      name: "EngineError",
      code: "tls-untrusted",
      facts: { operation: "find-harbor", registry: host },
    });
    const harbor = await openHarbor({ ...connection, caCertificates: [ca.cert] });
    if (harbor) harbors.push(harbor);
    expect(await harbor?.createProject("tanzu_cli")).toBe("created");
  });
});

describe("no Harbor", () => {
  const answers: [string, RequestListener][] = [
    ["a server without such a path", (_request, response) => response.writeHead(404).end()],
    ["a page", (_request, response) => response.end("<html>hello</html>")],
    ["other JSON", (_request, response) => response.end('{"version":"1"}')],
    ["a huge page", (_request, response) => response.end("x".repeat(8 * 1024 * 1024))],
    ["a password for all", (_request, response) => response.writeHead(401).end()],
    [
      "a sign-in page",
      (_request, response) => response.writeHead(302, { location: "/login?next=/" }).end("moved"),
    ],
    ["what is not implemented", (_request, response) => response.writeHead(501).end()],
  ];
  test.each(answers)("is %s", async (_name, listener) => {
    let signed = 0;
    const origin = await listeners.serve((request, response) => {
      if (request.headers.authorization !== undefined) signed++;
      listener(request, response);
    });
    expect(await openHarbor(connectionTo(new URL(origin).host, admin))).toBeNull();
    expect(signed).toBe(0);
  });

  test.each([
    ["distribution", () => startRegistry()],
    [
      "distribution with a password",
      () => startRegistry({ htpasswd: { username: admin.name, password: admin.password } }),
    ],
    ["the registry of this process", () => startMemoryRegistry()],
  ])("is %s", async (_name, startOther: () => Promise<{ host: string; stop(): Promise<void> }>) => {
    const registry = await startOther();
    try {
      expect(await openHarbor(connectionTo(registry.host, admin))).toBeNull();
    } finally {
      await registry.stop();
    }
  });
});

describe("what cannot be told", () => {
  test("of a host where nobody listens", async () => {
    const running = await startHarborServer();
    await running.close();
    await expect(openHarbor(connectionTo(running.host))).rejects.toMatchObject({
      code: "connection-refused",
    });
  });

  const answers: [string, RequestListener, object][] = [
    [
      "a gateway's page",
      (_request, response) =>
        response.writeHead(502, { "content-type": "text/html" }).end("<html>Bad Gateway</html>"),
      { code: "registry-failed", facts: { status: 502, retryable: true } },
    ],
    [
      "a wish for patience",
      (_request, response) => response.writeHead(429, { "retry-after": "7" }).end(),
      { code: "rate-limited", facts: { retryAfterMs: 7_000, retryable: true } },
    ],
    [
      "an answer cut short",
      (_request, response) => {
        response.writeHead(200, { "content-length": "100" }).write('{"auth_mode"');
        void sleep(20).then(() => response.destroy());
      },
      { code: "connection-lost" },
    ],
    ["silence", () => undefined, { code: "timeout", facts: { retryable: true } }],
    [
      "a way to HTTPS",
      (_request, response) => response.writeHead(308, { location: "https://harbor.example.com/" }).end(),
      { code: "protocol-mismatch" },
    ],
  ];
  test.each(answers)("of %s", async (_name, listener, error) => {
    const running = await start();
    running.befall(/systeminfo/, listener);
    const connection = { ...connectionTo(running.host), timeouts: { headersTimeoutMs: 300 } };
    await expect(openHarbor(connection)).rejects.toMatchObject(error);
  });

  test("when nobody wants to know any more", async () => {
    const running = await start();
    running.befall(/systeminfo/, () => undefined);
    await expect(openHarbor(connectionTo(running.host), AbortSignal.timeout(50))).rejects.toMatchObject({
      code: "cancelled",
    });
  });
});

describe("findProject", () => {
  const views: [string, HarborAccount | undefined, Record<string, string>][] = [
    ["nobody", undefined, { tkg: "public", secret: "hidden", new: "hidden", cache: "public" }],
    ["an administrator", admin, { tkg: "public", secret: "private", new: "missing", "42": "private" }],
    ["a member", member, { tkg: "public", secret: "private", new: "missing", "42": "private" }],
    // It is shown no description at all, so that what everybody sees has to do.
    ["a robot without projects", robot, { tkg: "public", secret: "private", new: "missing" }],
    ["a robot of a project", projectRobot, { tkg: "public", secret: "private", new: "missing" }],
  ];
  test.each(views)("as %s", async (_name, account, states) => {
    const { host } = await start();
    const harbor = await open(host, account);
    for (const [name, state] of Object.entries(states)) {
      expect([name, (await harbor.findProject(name)).state]).toEqual([name, state]);
    }
  });

  test("tells a proxy cache, to which nothing can be pushed", async () => {
    const { host } = await start();
    expect(await (await open(host)).findProject("cache")).toEqual({ state: "public", proxyCache: true });
  });

  test("takes digits for a name", async () => {
    const { host } = await start({ projects: [{ name: "9", public: true }, { name: "1" }] });
    const harbor = await open(host, admin);
    expect(await harbor.findProject("1")).toEqual({ state: "private", proxyCache: false });
  });

  test("asks nothing about what no project can be called", async () => {
    const { host, requests } = await start();
    const harbor = await open(host, admin);
    const before = requests.length;
    expect((await harbor.findProject("a__b")).state).toBe("name-refused");
    expect(requests).toHaveLength(before);
  });

  const strange: [string, RequestListener, object][] = [
    ["a page", (_request, response) => response.end("<html></html>"), { code: "harbor-answer-invalid" }],
    [
      "another project",
      (_request, response) => response.end('{"name":"other","metadata":{"public":"true"}}'),
      { code: "harbor-answer-invalid", facts: { status: 200 } },
    ],
    [
      "a sign-in page",
      (_request, response) => response.writeHead(302, { location: "http://127.0.0.1:1/login" }).end(),
      { code: "harbor-answer-invalid", facts: { status: 302 } },
    ],
    [
      "more than a project has to say",
      (_request, response) => response.end(`{"name":"tkg","x":"${"x".repeat(2 * 1024 * 1024)}"}`),
      { code: "harbor-answer-invalid" },
    ],
    ["a failure", (_request, response) => response.writeHead(500).end(), { code: "registry-failed" }],
  ];
  test.each(strange)("throws for %s", async (_name, listener, error) => {
    const running = await start();
    const harbor = await open(running.host, admin);
    running.befall(/^GET .*\/projects\//, listener);
    await expect(harbor.findProject("tkg")).rejects.toMatchObject(error);
    // The connection is as good as before.
    expect((await harbor.findProject("tkg")).state).toBe("public");
  });

  test("follows nobody to another server, least of all with a password", async () => {
    let asked = 0;
    const elsewhere = await listeners.serve((_request, response) => {
      asked++;
      response.end('{"name":"tkg","metadata":{"public":"true"}}');
    });
    const running = await start();
    const harbor = await open(running.host, admin);
    running.befall(/^HEAD/, (_request, response) => response.writeHead(307, { location: elsewhere }).end());
    await expect(harbor.findProject("tkg")).rejects.toMatchObject({ code: "harbor-answer-invalid" });
    running.befall(/^POST/, (_request, response) => response.writeHead(307, { location: elsewhere }).end());
    await expect(harbor.createProject("new")).rejects.toMatchObject({ code: "harbor-answer-invalid" });
    expect(asked).toBe(0);
  });
});

describe("createProject", () => {
  test("makes a public project, once", async () => {
    const { host, projects } = await start();
    const harbor = await open(host, admin);
    expect(await harbor.createProject("vmware-cloud-director")).toBe("created");
    expect(projects.get("vmware-cloud-director")).toMatchObject({ public: true, ownerName: "admin" });
    expect(await harbor.findProject("vmware-cloud-director")).toEqual({ state: "public", proxyCache: false });
    expect(await harbor.createProject("vmware-cloud-director")).toBe("exists");
  });

  const refusals: [string, HarborServerOptions, HarborAccount | undefined, string][] = [
    ["nobody", {}, undefined, "unauthorized"],
    ["a user where administrators may only", { projectCreation: "adminonly" }, member, "forbidden"],
    ["a robot of a project", {}, projectRobot, "forbidden"],
    ["everybody in read-only mode", { readOnly: true }, admin, "read-only"],
  ];
  test.each(refusals)("is refused to %s", async (_name, options, account, creation) => {
    const running = await start(options);
    const harbor = await open(running.host, account);
    expect(await harbor.createProject("new")).toBe(creation);
    expect(running.projects.has("new")).toBe(false);
  });

  test.each([
    { account: member, projectCreation: "everyone" },
    { account: robot, projectCreation: "everyone" },
    { account: robot, projectCreation: "adminonly" },
  ] as const)("is allowed to $account.name where $projectCreation may", async (each) => {
    const { host } = await start({ projectCreation: each.projectCreation });
    expect(await (await open(host, each.account)).createProject("new")).toBe("created");
  });

  test("is refused for a name that Harbor does not allow, by us or by Harbor", async () => {
    const running = await start();
    const harbor = await open(running.host, admin);
    expect(await harbor.createProject("a--b")).toBe("name-refused");
    running.befall(/^POST/, (_request, response) =>
      response.writeHead(400).end('{"errors":[{"code":"BAD_REQUEST","message":"no"}]}'),
    );
    expect(await harbor.createProject("strict")).toBe("name-refused");
  });

  test("does not ask twice when the answer is lost", async () => {
    const running = await start();
    const harbor = await open(running.host, admin);
    let asked = 0;
    running.befall(/^POST/, (request) => {
      asked++;
      request.socket.destroy();
    });
    await expect(harbor.createProject("new")).rejects.toMatchObject({ code: "connection-lost" });
    expect(asked).toBe(1);
  });
});

describe("inspectProjects", () => {
  const repositories = ["tkg/etcd", "tkg/kapp", "secret/a", "tanzu_cli/plugins/x", "busybox"];

  test("tells each project that a plan needs", async () => {
    const { host } = await start();
    expect(await inspectProjects(await open(host, admin), repositories)).toEqual({
      projects: [
        { name: "tkg", state: "public", proxyCache: false },
        { name: "secret", state: "private", proxyCache: false },
        { name: "tanzu_cli", state: "missing", proxyCache: null },
      ],
      omitted: [],
      withoutProject: ["busybox"],
    });
  });

  test("does not ask about thousands", async () => {
    const { host, requests } = await start();
    const harbor = await open(host);
    const many = Array.from({ length: 3_000 }, (_each, index) => `p${index}/x`);
    const { projects, omitted } = await inspectProjects(harbor, many);
    expect([projects.length, omitted.length]).toEqual([100, 2_900]);
    expect(requests.length).toBeLessThan(110);
  });
});
