import type { APIRequestContext } from "@playwright/test";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { callAction, findAction } from "./panel-requests.ts";
import { expect, readStack } from "./stack.ts";

/** What belongs to one owner: the objects that addresses and inputs can name. */
export interface Belongings {
  organization: string;
  registry: string;
  job: string;
  schedule: string;
  channel: string;
  /** An examination, which is nobody's own. */
  run: string;
  /** One that this panel trusts, which is nobody's own either. */
  certificate: string;
}

/** The result of an action that is expected to work. */
export async function act<Value>(requests: APIRequestContext, name: string, input: unknown): Promise<Value> {
  const result = await callAction<Value>(requests, findAction(name), input);
  if (!result.ok) throw new Error(`${name}: ${JSON.stringify(result.error)}`);
  return result.value;
}

/** By the first word of their display names, in lower case. */
export async function listOrganizationIds(requests: APIRequestContext): Promise<Map<string, string>> {
  const page = await (await requests.get("/registries/new")).text();
  const options = page.matchAll(/<option value="([0-9a-f-]{36})">([^<]+)<\/option>/g);
  return new Map([...options].map(([, id = "", name = ""]) => [name.split(" ")[0]?.toLowerCase() ?? "", id]));
}

export async function importRelease(
  requests: APIRequestContext,
  name: string,
  list = "-i pause:3.7\n",
): Promise<string> {
  const response = await requests.post(
    `/api/releases?kind=tkg&name=${name}&version=v1&source=projects.registry.vmware.com/tkg`,
    { data: list, headers: { "content-type": "text/plain" } },
  );
  expect(response.status()).toBe(201);
  return ((await response.json()) as { id: string }).id;
}

/** What the first visit has offered to all organizations, as one of them finds it. */
export async function findOfferedRelease(requests: APIRequestContext, organization: string): Promise<string> {
  const page = await (await requests.get(`/organizations/${organization}/selection`)).text();
  const id = /\/selection\/([0-9a-f-]{36})"[^>]*>Tanzu Kubernetes Grid v1</.exec(page)?.[1];
  if (id === undefined) throw new Error(`nothing is offered to ${organization}`);
  return id;
}

/** Half a day from now: what is planned for then happens while no journey is made. */
const farHourInSeoul = (): number => (new Date().getUTCHours() + 9 + 12) % 24;

/** A source, a destination, a job between them and a schedule, all of one organization, and a channel that tells of it. */
export async function makeBelongings(
  requests: APIRequestContext,
  organization: { id: string; name: string },
  release: string,
  { holdAfterPlanning = false, purpose = "own" } = {},
): Promise<Belongings> {
  const { vendorHost, localHost } = readStack();
  const registry = (name: string, host: string) =>
    act<{ id: string }>(requests, "createRegistryAction", {
      ...{ name, host, organizationId: organization.id, tlsMode: "plain_http" },
      ...{ caPem: "", username: "", password: "", description: "" },
    });
  const owner = `${organization.name}, ${purpose}`;
  const source = await registry(`Vendor of ${owner}`, vendorHost);
  const target = await registry(`Registry of ${owner}`, localHost);
  const basePath = `${purpose}-${organization.name}`;
  const destination = await act<{ id: string }>(requests, "createDestinationAction", {
    registryId: target.id,
    basePath,
  });
  const job = await act<{ id: string }>(requests, "startJobAction", {
    ...{ releaseIds: [release], sourceRegistryId: source.id, sourceBasePath: "", holdAfterPlanning },
    ...{ destinationId: destination.id, organizationId: organization.id },
  });
  const schedule = await act<{ id: string }>(requests, "createScheduleAction", {
    ...{ name: `Publishing of ${owner}`, cron: `0 ${farHourInSeoul()} * * *`, timeZone: "Asia/Seoul" },
    ...{ organizationId: organization.id, work: { kind: "publish" } },
  });
  const channel = await act<{ id: string }>(requests, "createChannelAction", {
    ...{ kind: "webhook", name: `Channel of ${owner}`, url: "http://127.0.0.1:9/hooks", locale: "en" },
    // Nothing that journeys do is told there.
    ...{ events: ["certificate_expiring"], onlyOrganizationId: organization.id },
  });
  const run = await act<{ id: string }>(requests, "startDoctorRunAction", {
    address: `${localHost}/${basePath}`,
  });
  const { pem } = issueCertificate({ subject: `CA of ${owner}`, ca: true, keyUsage: ["keyCertSign"] });
  const { added } = await act<{ added: { id: string }[] }>(requests, "addCertificatesAction", {
    ...{ certificates: [{ pem, name: `ca-${basePath}` }], lists: ["panel"] },
  });
  return {
    ...{ organization: organization.name, registry: target.id, job: job.id },
    ...{ schedule: schedule.id, channel: channel.id, run: run.id },
    certificate: added[0]?.id ?? "",
  };
}
