import type { APIRequestContext } from "@playwright/test";
import type { BundleDetail, StoreView, UploadView } from "#lib/services/bundles/bundle-views.ts";
import { act } from "./belongings.ts";
import { expect, readStack } from "./stack.ts";

/** One bundle in each of the states that look most different, and a job that waits for a word. */
export interface MadeBundles {
  sound: string;
  damaged: string;
  uploading: string;
  plannedExport: string;
}

const timeoutMs = 60_000;

/** The folder that the panel itself holds. */
async function findStore(requests: APIRequestContext): Promise<string> {
  const stores = (await (await requests.get("/api/bundle-stores")).json()) as StoreView[];
  const store = stores.find(({ reachable, workers }) => reachable && workers > 0);
  if (!store) throw new Error(`no bundle folder can be reached: ${JSON.stringify(stores)}`);
  return store.id;
}

/** An upload of one file, `<name>.tar`, of which nothing has arrived yet. */
export async function beginUpload(
  requests: APIRequestContext,
  name: string,
  sizeBytes = 1000,
): Promise<string> {
  const storeId = await findStore(requests);
  const data = { storeId, name, files: [{ name: `${name}.tar`, sizeBytes }] };
  const response = await requests.post("/api/bundles/uploads", { data });
  expect([name, response.status(), await response.text()]).toEqual([name, 201, expect.any(String)]);
  return ((await response.json()) as UploadView).bundleId;
}

export async function makeBundles(requests: APIRequestContext, release: string): Promise<MadeBundles> {
  const storeId = await findStore(requests);
  const source = await act<{ id: string }>(requests, "createRegistryAction", {
    ...{ name: "Vendor of bundles", host: readStack().vendorHost, organizationId: null },
    ...{ tlsMode: "plain_http", caPem: "", username: "", password: "", description: "" },
  });
  const startExport = (name: string, options: object) =>
    act<{ id: string }>(requests, "startExportAction", {
      ...{ name, storeId, releaseIds: [release], sourceRegistryId: source.id },
      ...options,
    });
  const plannedExport = await startExport("looked-at-planned", {});
  await startExport("looked-at", { sign: true, holdAfterPlanning: false });
  await waitForState(requests, "looked-at", "sound");
  const sound = await findBundle(requests, "looked-at");

  const damaged = await beginUpload(requests, "looked-at-damaged", 5);
  await requests.patch(`/api/bundles/${damaged}/files/looked-at-damaged.tar?offset=0`, {
    data: Buffer.from("hello"),
    headers: { "content-type": "application/octet-stream" },
  });
  await requests.post(`/api/bundles/${damaged}/upload`, { data: {} });
  await waitForState(requests, "looked-at-damaged", "damaged");
  const uploading = await beginUpload(requests, "looked-at-uploading");
  return { sound, damaged, uploading, plannedExport: plannedExport.id };
}

async function listBundles(requests: APIRequestContext, name: string): Promise<BundleDetail[]> {
  const response = await requests.get(`/api/bundles?search=${name}`);
  const { rows } = (await response.json()) as { rows: BundleDetail[] };
  return rows.filter((row) => row.name === name);
}

async function findBundle(requests: APIRequestContext, name: string): Promise<string> {
  return (await listBundles(requests, name))[0]?.id ?? "";
}

async function waitForState(requests: APIRequestContext, name: string, state: string): Promise<void> {
  const read = async () => (await listBundles(requests, name)).map((bundle) => bundle.state);
  await expect.poll(read, { timeout: timeoutMs }).toEqual([state]);
}
