import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { signSums } from "#lib/engine/bundle/drayage/signature.ts";
import { runProgram } from "#lib/testing/child-process.ts";
import { act, importRelease } from "./belongings.ts";
import { importList } from "./import-list.ts";
import { stateOfJob } from "./job-state.ts";
import { optionWith } from "./job-wizard.ts";
import { gotoLively } from "./lively.ts";
import { openRequests } from "./panel-requests.ts";
import { inspect } from "./skopeo.ts";
import { expect, folder, readStack, stateOf, test } from "./stack.ts";

test.describe.configure({ mode: "serial" });
test.use({ storageState: stateOf("provider") });

const bundle = "carried-v1";
const files = join(folder, "carried");
const images = ["pause:3.7", "coredns:v1.8.6_vmware.17"];
const basePath = "inside";
/** A file that travels along. */
const tool = "tanzu-cli-linux-amd64.tar.gz";
const toolBytes = gzipSync(randomBytes(500_000));

test.beforeAll(async () => {
  await mkdir(files, { recursive: true });
  await writeFile(join(files, tool), toolBytes);
  const provider = await openRequests("provider");
  const connection = { tlsMode: "plain_http", caPem: "", username: "", password: "" };
  const registry = await act<{ id: string }>(provider, "createRegistryAction", {
    ...connection,
    ...{ name: "Inside", host: readStack().localHost, description: "", organizationId: null },
  });
  await act(provider, "createDestinationAction", { registryId: registry.id, basePath });
});
test.afterAll(() => rm(files, { recursive: true, force: true }));

test("files that travel along are uploaded, over a page that was left", async ({ page }) => {
  await gotoLively(page, "/bundles");
  await page.getByRole("link", { name: "Upload files" }).click();
  await expect(page.getByLabel("Files that travel along")).toBeChecked();
  await expect(page.getByLabel("Name", { exact: true })).toHaveCount(0);
  await choose(page, [join(files, tool)]);
  await page.getByLabel("Bundle folder").selectOption({ index: 1 });
  const slices = /\/api\/bundles\/[^/]+\/files\//;
  await page.route(slices, (route) => route.abort("connectionreset"));
  await page.getByRole("button", { name: "Start upload" }).click();
  await expect(page.getByText(/^The connection is lost/)).toBeVisible();
  await page.unroute(slices);
  await gotoLively(page, "/bundles/upload");
  await page.getByRole("link", { name: tool }).click();
  await expect(page.getByText("Choose the same files again")).toBeVisible();
  await choose(page, [join(files, tool)]);
  await expect(page.getByRole("heading", { name: "Bundles", level: 1 })).toBeVisible();
  const row = page.getByRole("region", { name: "Files beside bundles" }).getByRole("row");
  await expect(row.filter({ hasText: tool })).toBeVisible();
  // It is none.
  await expect(page.getByRole("link", { name: tool })).toHaveCount(0);
});

test("a release is exported: planned, confirmed, written and proven, and its files can be fetched", async ({
  page,
}) => {
  test.setTimeout(240_000);
  await importList(page, "Carried", images.map((image) => `-i ${image}\n`).join(""));
  await expect(page.getByRole("heading", { name: "Carried v1", level: 1 })).toBeVisible();
  await gotoLively(page, "/bundles");
  await page.getByRole("link", { name: "Export to a bundle" }).first().click();
  await page.getByRole("checkbox", { name: "Carried v1" }).check();
  await page.getByRole("button", { name: "Next" }).click();
  const sources = page.getByLabel("Source registry");
  await sources.selectOption(await optionWith(sources, "Vendor ("));
  await page.getByLabel("Bundle folder").selectOption({ index: 1 });
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue(bundle);
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByLabel("Drayage bundle")).toBeChecked();
  await page.getByLabel("FAT32: 4095 MiB").check();
  await page.getByRole("button", { name: "Look again" }).click();
  await expect(page.getByText("data has been looked through")).toBeAttached();
  await page.getByLabel(tool).check();
  await page.getByRole("button", { name: "Plan", exact: true }).click();

  await expect(page.getByText("The plan is ready")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("Free space")).toBeVisible();
  await expect(page.getByText("Size of the bundle")).toBeVisible();
  await expect(page.getByText("files of at most 4.0 GiB")).toBeVisible();
  await expect(page.getByText(`with 1 file that travels along: ${tool}`)).toBeVisible();
  await page.getByRole("button", { name: "Start writing" }).click();
  await expect(stateOfJob(page)).toHaveText(/: Succeeded$/, { timeout: 120_000 });
  await page.getByRole("link", { name: bundle }).click();

  await expect(page.getByRole("heading", { name: bundle, level: 1 })).toBeVisible();
  await expect(page.getByText("Whole and sound")).toBeVisible();
  await expect(page.getByRole("link", { name: /^Job #\d+$/ })).toBeVisible();
  await page.getByRole("searchbox", { name: "Search Images" }).fill("coredns");
  await expect(page.getByRole("row").filter({ hasText: "tkg/coredns:v1.8.6_vmware.17" })).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "tkg/pause:3.7" })).toHaveCount(0);
  const links = page.getByRole("link", { name: /^Download / });
  await expect(links).toHaveCount(4);
  for (const link of await links.all()) {
    const download = page.waitForEvent("download");
    await link.click();
    const file = await download;
    await file.saveAs(join(files, file.suggestedFilename()));
  }
  expect(await sha256Of(join(files, tool))).toBe(sha256(toolBytes));
  await expect(page.getByText(sha256(toolBytes))).toBeVisible();
  await makeForeign();
});

test("a file that an export waits to take along stays, and goes once nothing needs it", async ({ page }) => {
  const row = page.getByRole("region", { name: "Files beside bundles" }).getByRole("row");
  await planExport(page, `${bundle}-waiting`, () => page.getByLabel(tool).check());
  const job = page.url();
  await gotoLively(page, "/bundles");
  await row
    .filter({ hasText: tool })
    .getByRole("button", { name: `Delete ${tool}` })
    .click();
  const dialog = page.getByRole("alertdialog", { name: `Delete the file ${tool}?` });
  await dialog.getByRole("button", { name: "Delete file" }).click();
  await expect(dialog.getByText(/ is still in use/)).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await gotoLively(page, job);
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Discard" }).click();
  await expect(stateOfJob(page)).toHaveText(/: Cancelled$/);
  await gotoLively(page, "/bundles");
  await row
    .filter({ hasText: tool })
    .getByRole("button", { name: `Delete ${tool}` })
    .click();
  await dialog.getByRole("button", { name: "Delete file" }).click();
  await expect(dialog).toBeHidden();
  await expect(row.filter({ hasText: tool })).toHaveCount(0);
});

test("a release is exported as tars of imgpkg, which are whole", async ({ page }) => {
  test.setTimeout(180_000);
  await planExport(page, "carried-tars", async () => {
    await page.getByLabel(/^imgpkg tars/).check();
    await expect(page.getByText("Size of the files")).toHaveCount(0);
    await expect(page.getByLabel("Sign", { exact: true })).toHaveCount(0);
    await expect(page.getByText("Files that travel along")).toHaveCount(0);
  });
  await expect(page.getByText("imgpkg tars")).toBeVisible();
  await page.getByRole("button", { name: "Start writing" }).click();
  await expect(stateOfJob(page)).toHaveText(/: Succeeded$/, { timeout: 120_000 });
  await page.getByRole("link", { name: "carried-tars" }).click();
  await expect(page.getByText("Whole and sound")).toBeVisible();
  const names = ["publish-images-fromtar.yaml", /^Download .*pause.*\.tar$/, /^Download .*coredns.*\.tar$/];
  for (const name of names) await expect(page.getByRole("link", { name })).toBeVisible();
  const path = join(folder, "data", "bundles", "carried-tars");
  const program = { path: process.execPath, env: {} };
  await runProgram(program, ["lib/cli/main.ts", "bundle", "verify", path]);
});

test("its files are uploaded over a connection that breaks, and are sound", async ({ page }) => {
  test.setTimeout(180_000);
  await gotoLively(page, "/bundles");
  await page.getByRole("link", { name: "Upload a bundle" }).first().click();
  await choose(page, listFiles());
  await page.getByLabel("Bundle folder").selectOption({ index: 1 });
  await page.getByLabel("Name", { exact: true }).fill("arrived");
  const slices = /\/api\/bundles\/[^/]+\/files\//;
  // Until it was seen: it is tried again after a second.
  await page.route(slices, (route) => route.abort("connectionreset"));
  await page.getByRole("button", { name: "Start upload" }).click();
  await expect(page.getByText(/^The connection is lost/)).toBeVisible();
  await page.unroute(slices);
  await expect(page.getByRole("heading", { name: "arrived", level: 1 })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("Whole and sound")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("Carried v1-outside")).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: `Download ${tool}` }).click();
  expect(await sha256Of(await (await download).path())).toBe(sha256(toolBytes));
});

test("it is imported once its key is trusted, and its images and releases arrive", async ({ page }) => {
  test.setTimeout(180_000);
  const { localHost } = readStack();
  await openBundle(page, "arrived");
  await expect(page.getByText("Signed with a key that is not known here")).toBeVisible();
  await page.getByRole("button", { name: "Trust key" }).click();
  const dialog = page.getByRole("dialog", { name: "Trust this key?" });
  await dialog.getByRole("button", { name: "Trust key" }).click();
  await expect(dialog.getByLabel("Name of the key")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Name of the key").fill("Outside");
  await dialog.getByRole("button", { name: "Trust key" }).click();
  await expect(page.getByText("Signed by Outside")).toBeVisible();

  await page.getByRole("link", { name: "Import", exact: true }).click();
  const destinations = page.getByLabel("Destination");
  await destinations.selectOption(await optionWith(destinations, `(${localHost}/${basePath})`));
  await expect(page.getByText(`${localHost}/${basePath}/tkg/pause:3.7`)).toBeVisible();
  await page.getByRole("button", { name: "Plan", exact: true }).click();
  await expect(page.getByText("The plan is ready")).toBeVisible({ timeout: 60_000 });
  await page.getByRole("button", { name: "Start copying" }).click();
  await expect(stateOfJob(page)).toHaveText(/: Succeeded$/, { timeout: 120_000 });
  for (const image of images) await inspect(`${localHost}/${basePath}/tkg/${image}`);

  await page.goto("/catalog");
  await expect(page.getByRole("link", { name: "Carried v1-outside" })).toBeVisible();
  await page.goto("/jobs?search=arrived");
  await expect(page.getByRole("row").filter({ hasText: "Import of a bundle" })).toHaveCount(1);
  await page.goto(`/jobs?search=${bundle}`);
  await expect(page.getByRole("row").filter({ hasText: "Export to a bundle" })).toHaveCount(1);
});

test("an upload that was left goes on with the same files, and a damaged one is refused with its reason", async ({
  page,
}) => {
  test.setTimeout(180_000);
  const volume = `${bundle}.tar`;
  const content = await readFile(join(files, volume));
  const middle = Math.floor(content.byteLength / 2);
  content[middle] = (content[middle] ?? 0) ^ 1;
  await writeFile(join(files, volume), content);

  await gotoLively(page, "/bundles/upload");
  await choose(page, listFiles());
  await page.getByLabel("Bundle folder").selectOption({ index: 1 });
  await page.getByLabel("Name", { exact: true }).fill("damaged");
  const chunks = /\/api\/bundles\/[^/]+\/files\/.*\.tar\?/;
  await page.route(chunks, (route) => route.abort("connectionreset"));
  await page.getByRole("button", { name: "Start upload" }).click();
  await expect(page.getByText(/^The connection is lost/)).toBeVisible();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByText(/^The connection is lost/)).toBeVisible();
  // Whoever leaves is asked, by a link of the panel as by the browser.
  await page.getByRole("navigation").getByRole("link", { name: "Jobs" }).click();
  const question = page.getByRole("alertdialog", { name: "Leave while files are being sent?" });
  await question.getByRole("button", { name: "Leave the page" }).click();
  await expect(page.getByRole("heading", { name: "Jobs", level: 1 })).toBeVisible();
  await page.unroute(chunks);

  await gotoLively(page, "/bundles/upload");
  await page.getByRole("link", { name: "damaged" }).click();
  await expect(page.getByText("Choose the same files again")).toBeVisible();
  await choose(page, [join(files, "bundle.json")]);
  await expect(page.getByText("These files are not needed")).toBeVisible();
  await choose(page, [join(files, volume)]);
  await expect(page.getByRole("heading", { name: "damaged", level: 1 })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(/^It is damaged: /)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("list", { name: "What the check has found" })).toContainText(volume);
  await expect(page.getByRole("link", { name: "Import", exact: true })).toHaveCount(0);

  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete bundle" }).click();
  await expect(page.getByRole("heading", { name: "Bundles", level: 1 })).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "arrived" })).toBeVisible();
  await expect(page.getByRole("link", { name: "damaged", exact: true })).toHaveCount(0);
});

test("an export that is cancelled leaves nothing when that is wanted", async ({ page }) => {
  test.setTimeout(240_000);
  // More than the line carries within minutes, however long it takes to ask for its end.
  const list = ["antrea-advanced-debian:v1.7.2_vmware.1", "calico-all/kube-controllers:v3.24.1_vmware.1"];
  list.push("kube-controller-manager:v1.24.10_vmware.1", "kube-proxy:v1.24.10_vmware.1");
  const lines = list.map((image) => `-i ${image}\n`).join("");
  await importRelease(await openRequests("provider"), "Slow to carry", lines);
  await gotoLively(page, "/bundles/export");
  await page.getByRole("checkbox", { name: "Slow to carry v1", exact: true }).check();
  await page.getByRole("button", { name: "Next" }).click();
  const sources = page.getByLabel("Source registry");
  await sources.selectOption(await optionWith(sources, "Crawling vendor ("));
  await page.getByLabel("Bundle folder").selectOption({ index: 1 });
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("slow-to-carry-v1");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("Start right after planning").check();
  await page.getByRole("button", { name: "Plan", exact: true }).click();
  await expect(stateOfJob(page)).toHaveText(/: Running$/, { timeout: 120_000 });
  await page.getByRole("button", { name: "Cancel job" }).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByLabel("Remove it").check();
  await dialog.getByRole("button", { name: "Cancel job" }).click();
  await expect(stateOfJob(page)).toHaveText(/: Cancelled$/, { timeout: 30_000 });
  await page.goto("/bundles");
  await expect(page.getByRole("row").filter({ hasText: "arrived" })).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "slow-to-carry-v1" })).toHaveCount(0);
});

test.describe("an auditor", () => {
  test.use({ storageState: stateOf("auditor") });

  test("reads bundles and fetches their files, and finds no button that changes anything", async ({
    page,
  }) => {
    await openBundle(page, "arrived");
    await expect(page.getByText("Whole and sound")).toBeVisible();
    await expect(page.getByRole("link", { name: /^Download / }).first()).toBeVisible();
    await expect(page.getByRole("button", { name: /^(Check|Delete|Trust)/ })).toHaveCount(0);
    await expect(page.getByRole("link", { name: "Import", exact: true })).toHaveCount(0);
    await page.goto("/bundles/upload");
    await expect(page.getByRole("heading", { name: "Not found" })).toBeVisible();
  });
});

/** What is announced of a job's state. */
async function openBundle(page: Page, name: string): Promise<void> {
  await gotoLively(page, "/bundles");
  await page.getByRole("link", { name, exact: true }).click();
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
}

async function choose(page: Page, paths: string[]): Promise<void> {
  await page.locator("input[type=file]").setInputFiles(paths);
}

/** Has an export of the release planned into the folder; what is set on its last step is up to the caller. */
async function planExport(page: Page, name: string, set: () => Promise<void>): Promise<void> {
  await gotoLively(page, "/bundles/export");
  await page.getByRole("checkbox", { name: "Carried v1", exact: true }).check();
  await page.getByRole("button", { name: "Next" }).click();
  const sources = page.getByLabel("Source registry");
  await sources.selectOption(await optionWith(sources, "Vendor ("));
  await page.getByLabel("Bundle folder").selectOption({ index: 1 });
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Next" }).click();
  await set();
  await page.getByRole("button", { name: "Plan", exact: true }).click();
  await expect(page.getByText("The plan is ready")).toBeVisible({ timeout: 60_000 });
}

const sha256 = (content: string | Buffer) => createHash("sha256").update(content).digest("hex");
const sha256Of = async (path: string) => sha256(await readFile(path));

/** What an export is fetched as, and what signs it. */
function listFiles(): string[] {
  const names = [`${bundle}.tar`, "bundle.json", "SHA256SUMS", "SHA256SUMS.sig", "SHA256SUMS.pub"];
  return names.map((name) => join(files, name));
}

/** Makes of the bundle one of another panel, with a release that is not known here, and its signature. */
async function makeForeign(): Promise<void> {
  const document = await readFile(join(files, "bundle.json"), "utf8");
  const changed = document.replace(/("name": "Carried",\s*"version": )"v1"/, '$1"v1-outside"');
  expect(changed).not.toBe(document);
  await writeFile(join(files, "bundle.json"), changed);
  const sums = await readFile(join(files, "SHA256SUMS"), "utf8");
  const newSums = sums.replace(/^[0-9a-f]{64}(?= {2}bundle\.json$)/m, sha256(changed));
  expect(newSums).not.toBe(sums);
  await writeFile(join(files, "SHA256SUMS"), newSums);
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  for (const { name, content } of signSums(newSums, pem)) await writeFile(join(files, name), content);
}
