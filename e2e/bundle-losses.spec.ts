import { rename } from "node:fs/promises";
import { join } from "node:path";
import type { APIRequestContext } from "@playwright/test";
import type { BundleDetail, StoreView } from "#lib/services/bundles/bundle-views.ts";
import { act, importRelease } from "./belongings.ts";
import { gotoLively } from "./lively.ts";
import { openRequests } from "./panel-requests.ts";
import { diskFolder, expect, readStack, stateOf, test } from "./stack.ts";

test.describe.configure({ mode: "serial" });
test.use({ storageState: stateOf("provider") });

const bundle = "on-a-disk";
/** What is taken away stands here meanwhile. */
const away = `${diskFolder}-away`;

let provider: APIRequestContext;
let disk: StoreView;
let job: string;

test.beforeAll(async () => {
  provider = await openRequests("provider");
  disk = await waitForDisk(({ workers }) => workers > 0);
});

test("a job waits for a disk that is not there, says so, and goes on when it is", async ({ page }) => {
  const [release, source] = await Promise.all([
    importRelease(provider, "Disks"),
    act<{ id: string }>(provider, "createRegistryAction", {
      ...{ name: "Vendor of disks", host: readStack().vendorHost, organizationId: null },
      ...{ tlsMode: "plain_http", caPem: "", username: "", password: "", description: "" },
    }),
  ]);
  await rename(diskFolder, away);
  await waitForDisk(({ workers, reachable }) => workers === 0 && !reachable);
  const input = { name: bundle, storeId: disk.id, releaseIds: [release], sourceRegistryId: source.id };
  ({ id: job } = await act<{ id: string }>(provider, "startExportAction", {
    ...input,
    holdAfterPlanning: false,
  }));
  await page.goto(`/jobs/${job}`);
  await expect(page.getByText(`No worker has the bundle folder ${disk.name}`)).toBeVisible();
  await rename(away, diskFolder);
  await expect(page.getByText(/^No worker has the bundle folder/)).toHaveCount(0, { timeout: 60_000 });
  await expect(page.getByRole("status").filter({ hasText: /^Job #\d+: Succeeded$/ })).toBeVisible({
    timeout: 60_000,
  });
});

test("a bundle whose files are taken away is missing, and is checked and there again when they are back", async ({
  page,
}) => {
  const place = join(diskFolder, bundle);
  await page.goto(`/jobs/${job}`);
  await page.getByRole("link", { name: bundle }).click();
  await expect(page.getByText("Whole and sound")).toBeVisible();

  await rename(place, away);
  await scan("missing");
  await page.reload();
  await expect(page.getByText("Its files are gone")).toBeVisible();
  await expect(page.getByRole("link", { name: "Import", exact: true })).toHaveCount(0);
  await expect(page.getByRole("link", { name: /^Download / })).toHaveCount(0);

  await rename(away, place);
  await scan("sound");
  // The page looks again by itself.
  await expect(page.getByText("Whole and sound")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("link", { name: "Import", exact: true })).toBeVisible();
});

test("an upload whose last answer is lost on the way is found to be finished", async ({ page }) => {
  await gotoLively(page, "/bundles/upload");
  const file = { name: "answered.tar", mimeType: "application/octet-stream", buffer: Buffer.from("hello") };
  await page.locator("input[type=file]").setInputFiles(file);
  await page.getByLabel("Bundle folder").selectOption(disk.id);
  let lost = 0;
  await page.route(/\/api\/bundles\/[^/]+\/upload$/, async (route) => {
    if (route.request().method() !== "POST" || lost > 0) return route.continue();
    lost += 1;
    await route.fetch();
    await route.abort("connectionreset");
  });
  await page.getByRole("button", { name: "Start upload" }).click();
  await expect(page.getByRole("heading", { name: "answered", level: 1 })).toBeVisible({ timeout: 30_000 });
  expect(lost).toBe(1);
});

async function waitForDisk(isAsWanted: (store: StoreView) => boolean): Promise<StoreView> {
  const find = async () => {
    const stores = (await (await provider.get("/api/bundle-stores")).json()) as StoreView[];
    return stores.find((store) => store.name === "disk" && isAsWanted(store));
  };
  await expect.poll(find, { timeout: 60_000 }).toBeDefined();
  const store = await find();
  if (!store) throw new Error("the disk is as it was again");
  return store;
}

/** Has the disk looked into until the bundle stands as it should. */
async function scan(state: BundleDetail["state"]): Promise<void> {
  const read = async () => {
    await act(provider, "scanStoreAction", { storeId: disk.id });
    const response = await provider.get(`/api/bundles?search=${bundle}`);
    const { rows } = (await response.json()) as { rows: BundleDetail[] };
    return rows.map((row) => row.state);
  };
  await expect.poll(read, { timeout: 60_000, intervals: [1_000] }).toEqual([state]);
}
