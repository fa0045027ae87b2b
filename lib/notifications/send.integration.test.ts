import { once } from "node:events";
import type { IncomingMessage, RequestListener } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CertificateAuthority, createCertificateAuthority } from "#lib/testing/certificate-authority.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import {
  type MailServer as Server,
  type MailServerOptions,
  startMailServer,
} from "#lib/testing/mail-server.ts";
import { type Mail, type MailServer, sendMail } from "./send-mail.ts";
import { sendWebhook, type Webhook } from "./send-webhook.ts";
import { signBody } from "./signature.ts";

const servers = createLoopbackServers();
const mailServers: Server[] = [];
let authority: CertificateAuthority;
let certificate: Awaited<ReturnType<CertificateAuthority["issueServer"]>>;

beforeAll(async () => {
  authority = await createCertificateAuthority();
  certificate = await authority.issueServer(["127.0.0.1"]);
});
afterAll(async () => {
  await servers.close();
  await Promise.all(mailServers.map((server) => server.stop()));
});

const withError = (code: string, facts: object) =>
  expect.objectContaining({ code, facts: expect.objectContaining(facts) as object }) as Error;
const limits = { totalMs: 3_000 };

describe("a webhook", () => {
  const secret = "a secret of sixteen";
  const message = { id: "0199", event: "job_failed", body: '{"summary":"작업 실패"}' };
  const post = (url: string, more: Partial<Webhook> = {}) =>
    sendWebhook({ url, secret, caPem: null, proxyUrl: null, ...more }, message, limits);

  async function read(request: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    await once(request, "end");
    return Buffer.concat(chunks).toString();
  }

  test("posts the body, signed, to the address as it is", async () => {
    const seen: { method?: string; url?: string; body: string; headers: IncomingMessage["headers"] }[] = [];
    const url = await servers.serve((request, response) => {
      void read(request).then((body) => {
        const { method, url: path, headers } = request;
        seen.push({ ...(method && { method }), ...(path && { url: path }), body, headers });
        response.writeHead(204).end();
      });
    });
    await post(`${url}/hooks/drayage?room=7`);
    const [only, ...others] = seen;
    expect(others).toEqual([]);
    expect(only).toMatchObject({ method: "POST", url: "/hooks/drayage?room=7", body: message.body });
    const headers: IncomingMessage["headers"] = only?.headers ?? {};
    expect(headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(headers["drayage-event"]).toBe("job_failed");
    expect(headers["drayage-delivery"]).toBe("0199");
    const time = Number(/^t=(\d+),/.exec(String(headers["drayage-signature"]))?.[1]);
    expect(Math.abs(Date.now() / 1000 - time)).toBeLessThan(10);
    expect(headers["drayage-signature"]).toBe(signBody(secret, message.body, new Date(time * 1000)));
  });

  const answers: [string, RequestListener, string, object][] = [
    ["500", (_, response) => response.writeHead(500).end("down"), "webhook-refused", { reason: "failed" }],
    ["401", (_, response) => response.writeHead(401).end(), "webhook-refused", { reason: "unauthorized" }],
    ["404", (_, response) => response.writeHead(404).end(), "webhook-refused", { reason: "missing" }],
    ["410", (_, response) => response.writeHead(410).end(), "webhook-refused", { reason: "gone" }],
    ["400", (_, response) => response.writeHead(400).end(), "webhook-refused", { reason: "other" }],
    [
      "an answer that never begins",
      () => undefined,
      "channel-unreachable",
      { reason: "silent", origin: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string },
    ],
    ["a broken connection", (request) => request.destroy(), "channel-unreachable", { reason: "broken" }],
  ];
  test.each(answers)("says what %s means", async (_what, listener, code, facts) => {
    const url = await servers.serve(listener);
    await expect(post(url)).rejects.toThrow(withError(code, facts));
  });

  test("follows no redirect, and tells nobody else", async () => {
    let reached = 0;
    const other = await servers.serve((_request, response) => {
      reached++;
      response.end();
    });
    const url = await servers.serve((_request, response) =>
      response.writeHead(307, { location: other }).end(),
    );
    await expect(post(url)).rejects.toThrow(
      withError("webhook-refused", { reason: "redirect", status: 307 }),
    );
    expect(reached).toBe(0);
  });

  test("passes on how long a receiver wants to be left alone", async () => {
    const url = await servers.serve((_request, response) =>
      response.writeHead(429, { "retry-after": "120" }).end(),
    );
    await expect(post(url)).rejects.toMatchObject({
      facts: { reason: "limited", status: 429 },
      cause: { retryAfterMs: 120_000 },
    });
  });

  test("does not read an answer without end", async () => {
    let written = 0;
    const url = await servers.serve((_request, response) => {
      const write = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) written += 65_536;
        if (!response.destroyed) response.once("drain", write);
      };
      write();
    });
    const startedAt = Date.now();
    await post(url);
    expect(Date.now() - startedAt).toBeLessThan(limits.totalMs);
    expect(written).toBeLessThan(32 * 1024 * 1024);
  });

  test("takes a good status for a success, however slowly the rest drips in", async () => {
    const url = await servers.serve((_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("."), 100);
      response.once("close", () => clearInterval(timer));
    });
    const startedAt = Date.now();
    await post(url);
    expect(Date.now() - startedAt).toBeLessThan(8_000);
  });

  test("believes a certificate of the authority that it was given, and no other", async () => {
    const url = await servers.serveTls({ ...certificate });
    await post(url, { caPem: authority.cert });
    await expect(post(url)).rejects.toThrow(withError("channel-unreachable", { reason: "untrusted" }));
    const named = await servers.serveTls({ ...(await authority.issueServer(["elsewhere.test"])) });
    await expect(post(named, { caPem: authority.cert })).rejects.toThrow(
      withError("channel-unreachable", { reason: "wrongName" }),
    );
  });

  test("goes nowhere that no server is", async () => {
    const refused = [
      ["http://127.0.0.1:9/", "refused"],
      ["http://169.254.169.254/", "forbidden"],
      ["http://no-such-host.invalid/", "nameUnknown"],
    ] as const;
    for (const [url, reason] of refused) {
      await expect(post(url)).rejects.toThrow(withError("channel-unreachable", { reason }));
    }
    const plain = await servers.serve((_request, response) => response.end());
    await expect(post(plain.replace("http:", "https:"))).rejects.toThrow(
      withError("channel-unreachable", { reason: "wrongProtocol" }),
    );
  });

  test("takes the proxy that it was given", async () => {
    const asked: string[] = [];
    const proxy = await servers.serve((request, response) => {
      asked.push(request.url ?? "");
      response.end();
    });
    await post("http://hooks.example.com/a", { proxyUrl: proxy });
    expect(asked).toEqual(["http://hooks.example.com/a"]);
    await expect(post("http://hooks.example.com/a", { proxyUrl: "http://127.0.0.1:9" })).rejects.toThrow(
      withError("channel-unreachable", { reason: "proxy", proxy: "127.0.0.1:9" }),
    );
  });
});

describe("a mail", () => {
  const credentials = { username: "drayage", password: "a password of mail" };
  const mail: Mail = {
    id: "0199",
    sender: "drayage@example.com",
    recipients: ["ops@example.com", "oncall@example.com"],
    subject: "작업 #12 실패: 미러링, harbor.example.com",
    text: "作業 #12\n.\n-- \nDrayage\n",
    at: new Date("2026-03-01T12:00:00Z"),
  };

  async function start(options: MailServerOptions = {}): Promise<Server> {
    const server = await startMailServer(options);
    mailServers.push(server);
    return server;
  }

  const send = (port: number, more: Partial<MailServer> = {}, other: Partial<Mail> = {}) =>
    sendMail(
      { ...{ host: "127.0.0.1", port, security: "none", caPem: null, credentials: null }, ...more },
      { ...mail, ...other },
      limits,
    );

  test("arrives whole, in any script, and asks for no answer", async () => {
    const server = await start();
    expect(await send(server.port)).toBeNull();
    const [only, ...others] = server.mails;
    expect(others).toEqual([]);
    expect(only).toMatchObject({
      sender: "drayage@example.com",
      recipients: ["ops@example.com", "oncall@example.com"],
      ...{ secure: false, username: null },
    });
    const [head = "", body = ""] = only?.raw.split("\r\n\r\n") ?? [];
    const unfolded = head.replaceAll("\r\n ", " ");
    expect(unfolded).toMatch(/^Message-ID: <0199@example\.com>$/m);
    expect(unfolded).toMatch(/^Auto-Submitted: auto-generated$/m);
    expect(unfolded).toMatch(/^From: Drayage <drayage@example\.com>$/m);
    const words = [...unfolded.matchAll(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi)].map(([, form, text = ""]) =>
      form === "B" ? Buffer.from(text, "base64") : decodeQuotedPrintable(text.replaceAll("_", " ")),
    );
    expect(Buffer.concat(words).toString()).toContain("작업");
    const isBase64 = /^Content-Transfer-Encoding: base64$/im.test(head);
    const told = isBase64 ? Buffer.from(body, "base64") : decodeQuotedPrintable(body);
    expect(told.toString().replaceAll("\r\n", "\n").trimEnd()).toBe(mail.text.trimEnd());
  });

  test.each([
    ["TLS", "tls", true],
    ["STARTTLS", "starttls", false],
  ] as const)("goes over %s to who is trusted, and signs in", async (_what, security, implicit) => {
    const server = await start({ tls: { ...certificate, implicit }, credentials });
    const ways = { security, credentials, caPem: authority.cert };
    expect(await send(server.port, ways)).toBeNull();
    expect(server.mails).toMatchObject([{ secure: true, username: "drayage" }]);
    await expect(send(server.port, { ...ways, caPem: null })).rejects.toThrow(
      withError("channel-unreachable", { reason: "untrusted", origin: `smtp://127.0.0.1:${server.port}` }),
    );
    expect(server.mails).toHaveLength(1);
  });

  test("is not sent in the clear where encryption was asked for", async () => {
    const server = await start({ credentials });
    await expect(send(server.port, { security: "starttls", credentials })).rejects.toThrow(
      withError("mail-refused", { reason: "starttls" }),
    );
    await expect(send(server.port, { security: "tls", credentials })).rejects.toThrow(
      withError("channel-unreachable", { reason: "wrongProtocol" }),
    );
    expect(server.mails).toEqual([]);
  });

  test("says that a password is wrong, and not what it was", async () => {
    const server = await start({ credentials });
    const wrong = { username: "drayage", password: "a wrong password" };
    const failure = await send(server.port, { credentials: wrong }).catch((error: unknown) => error);
    expect(failure).toEqual(withError("mail-refused", { reason: "signIn", status: 535 }));
    // The server repeats what it was given.
    expect((failure as { facts: { reply: string } }).facts.reply).toContain("no such password");
    expect(JSON.stringify((failure as { facts: object }).facts)).not.toContain("a wrong password");
  });

  test("says that a server wants a sign-in, or offers none", async () => {
    const strict = await start({ credentials });
    await expect(send(strict.port)).rejects.toThrow(withError("mail-refused", { status: 530 }));
    const open = await start();
    await expect(send(open.port, { credentials })).rejects.toThrow(
      withError("mail-refused", { reason: "signIn" }),
    );
  });

  test("tells which recipients were refused, of some and of all", async () => {
    const server = await start({ unknown: ["oncall@example.com"] });
    expect(await send(server.port)).toEqual(
      withError("mail-refused", { reason: "recipients", recipients: ["oncall@example.com"] }),
    );
    expect(server.mails).toMatchObject([{ recipients: ["ops@example.com"] }]);
    await expect(send(server.port, {}, { recipients: ["oncall@example.com"] })).rejects.toThrow(
      withError("mail-refused", { reason: "recipients", status: 550 }),
    );
  });

  test("waits for no server that is silent, and finds none where none is", async () => {
    const [, port = ""] = (await servers.serveRaw(() => undefined)).split(":");
    const startedAt = Date.now();
    await expect(send(Number(port))).rejects.toThrow(withError("channel-unreachable", { reason: "silent" }));
    expect(Date.now() - startedAt).toBeLessThan(limits.totalMs + 2_000);
    await expect(send(9)).rejects.toThrow(withError("channel-unreachable", { reason: "refused" }));
    const [, ending = ""] = (await servers.serveRaw((socket) => socket.end())).split(":");
    await expect(send(Number(ending))).rejects.toThrow(
      withError("channel-unreachable", { reason: "broken" }),
    );
    const [, http = ""] = (await servers.serveRaw((socket) => socket.end("HTTP/1.1 400 Bad\r\n\r\n"))).split(
      ":",
    );
    await expect(send(Number(http))).rejects.toThrow(withError("mail-refused", { reason: "greeting" }));
  });

  test("adds no header that its texts may hold", async () => {
    const server = await start();
    await send(server.port, {}, { subject: "one\r\nBcc: thief@example.com\r\n\r\ntwo" });
    const head = server.mails[0]?.raw.split("\r\n\r\n")[0] ?? "";
    expect(head).not.toMatch(/^Bcc:/im);
    expect(server.mails[0]?.recipients).toEqual(mail.recipients);
  });
});

function decodeQuotedPrintable(text: string): Buffer {
  const joined = text.replaceAll("=\r\n", "");
  const bytes = joined.replace(/=([0-9A-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  return Buffer.from(bytes, "latin1");
}
