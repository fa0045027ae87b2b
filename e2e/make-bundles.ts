import type { APIRequestContext } from "@playwright/test";
import type { BundleDetail, StoreView, UploadView } from "#lib/services/bundles/bundle-views.ts";
import { act } from "./belongings.ts";
import { expect, readStack } from "./stack.ts";

/** One bundle in each of the states that look most different, a job that waits for a word, and a file beside them. */
export interface MadeBundles {
  sound: string;
  damaged: string;
  uploading: string;
  /** Of files that become no bundle. */
  uploadingLoose: string;
  plannedExport: string;
}

/** Of one that travels along. */
export const looseName = "looked-at-tool.ova";

const timeoutMs = 120_000;

/** The folder that the panel itself holds. */
async function findStore(requests: APIRequestContext): Promise<string> {
  const stores = (await (await requests.get("/api/bundle-stores")).json()) as StoreView[];
  const store = stores.find(({ reachable, workers }) => reachable && workers > 0);
  if (!store) throw new Error(`no bundle folder can be reached: ${JSON.stringify(stores)}`);
  return store.id;
}

/** An upload of one file, by default `<name>.tar`, of which nothing has arrived yet. */
export async function beginUpload(
  requests: APIRequestContext,
  name: string,
  { sizeBytes = 1000, file = `${name}.tar`, loose = false } = {},
): Promise<string> {
  const storeId = await findStore(requests);
  const data = { storeId, name, loose, files: [{ name: file, sizeBytes }] };
  const response = await requests.post("/api/bundles/uploads", { data });
  expect([name, response.status(), await response.text()]).toEqual([name, 201, expect.any(String)]);
  return ((await response.json()) as UploadView).bundleId;
}

/** An upload of one small file that has arrived. @returns the id of the bundle, which a loose file has no more */
async function upload(
  requests: APIRequestContext,
  name: string,
  { file = `${name}.tar`, loose = false } = {},
): Promise<string> {
  const data = Buffer.from("hello");
  const id = await beginUpload(requests, name, { sizeBytes: data.byteLength, file, loose });
  const headers = { "content-type": "application/octet-stream" };
  await requests.patch(`/api/bundles/${id}/files/${file}?offset=0`, { data, headers });
  expect((await requests.post(`/api/bundles/${id}/upload`, { data: {} })).status()).toBe(200);
  return id;
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
  await upload(requests, "looked-at-loose", { file: looseName, loose: true });
  const extraFiles = [looseName];
  const plannedExport = await startExport("looked-at-planned", { extraFiles });
  await startExport("looked-at", { sign: true, extraFiles, holdAfterPlanning: false });
  await waitForState(requests, "looked-at", "sound");
  const sound = await findBundle(requests, "looked-at");

  const damaged = await upload(requests, "looked-at-damaged");
  await waitForState(requests, "looked-at-damaged", "damaged");
  const uploading = await beginUpload(requests, "looked-at-uploading");
  const uploadingLoose = await beginUpload(requests, "looked-at-uploading-loose", { loose: true });
  return { sound, damaged, uploading, uploadingLoose, plannedExport: plannedExport.id };
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
