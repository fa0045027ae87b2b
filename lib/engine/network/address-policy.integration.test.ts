import { afterEach, expect, test } from "vitest";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { createTransport, type Endpoint, type Transport } from "./transport.ts";

const servers = createLoopbackServers();
const transports: Transport[] = [];

afterEach(async () => {
  await Promise.all(transports.splice(0).map((transport) => transport.close()));
  await servers.close();
});

function open(origin: string, options: Partial<Endpoint> = {}): Transport {
  const transport = createTransport({ origin, ...options });
  transports.push(transport);
  return transport;
}

async function get(transport: Transport, target = transport.origin): Promise<number> {
  const response = await transport.request({ method: "GET", url: new URL(target), followRedirects: true });
  await response.discard();
  return response.status;
}

const refused = (origin: string, address: string) => ({
  code: "address-refused",
  facts: { origin, address, retryable: false },
});

test("a registry on this machine may lead to this machine", async () => {
  const store = await servers.serve((_request, response) => response.end("blob"));
  const byName = store.replace("127.0.0.1", "localhost");
  const origin = await servers.serve((_request, response) =>
    response.writeHead(307, { location: byName }).end(),
  );
  expect(await get(open(origin))).toBe(200);
});

test("no registry leads to the cloud's metadata, however it is written", async () => {
  for (const [location, address] of [
    ["http://169.254.169.254/latest", "169.254.169.254"],
    ["http://2852039166/", "169.254.169.254"],
    ["http://0xa9.254.0xa9fe/", "169.254.169.254"],
    ["http://[::ffff:169.254.169.254]/", "::ffff:a9fe:a9fe"],
    ["http://[fe80::1]/", "fe80::1"],
    ["http://0/", "0.0.0.0"],
  ] as const) {
    const origin = await servers.serve((_request, response) => response.writeHead(302, { location }).end());
    await expect(get(open(origin))).rejects.toMatchObject(refused(new URL(location).origin, address));
    const relaxed = open(origin, { addressPolicy: "open" });
    await expect(get(relaxed)).rejects.toMatchObject(refused(new URL(location).origin, address));
  }
});

test("a registry elsewhere does not lead to this machine, by address or by name", async () => {
  let visits = 0;
  const inside = await servers.serve((_request, response) => {
    visits++;
    response.end();
  });
  const byName = inside.replace("127.0.0.1", "localhost");
  for (const elsewhere of ["https://192.0.2.1", "https://10.0.0.1", "https://registry.invalid"]) {
    await expect(get(open(elsewhere), inside)).rejects.toMatchObject(refused(inside, "127.0.0.1"));
    await expect(get(open(elsewhere), byName)).rejects.toMatchObject({ code: "address-refused" });
  }
  expect(visits).toBe(0);
  expect(await get(open("https://192.0.2.1", { addressPolicy: "open" }), inside)).toBe(200);
});

test("an endpoint at an address of nobody is refused itself", async () => {
  for (const host of ["0.0.0.0", "169.254.169.254", "224.0.0.1"]) {
    await expect(get(open(`http://${host}`))).rejects.toMatchObject(refused(`http://${host}`, host));
  }
});
