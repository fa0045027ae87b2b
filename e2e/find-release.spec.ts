import type { Page } from "@playwright/test";
import { stateOfJob } from "./job-state.ts";
import { gotoLively } from "./lively.ts";
import { pushBoms } from "./push-boms.ts";
import { pushList } from "./push-list.ts";
import { addTag } from "./skopeo.ts";
import { expect, readStack, stateOf, test } from "./stack.ts";

// A look-up has its turn after the images that other journeys bring.
test.describe.configure({ mode: "serial", timeout: 240_000 });
test.use({ storageState: stateOf("provider") });

const tkgVersion = "v2.1.1";
const kubernetesRelease = "v1.24.10+vmware.1-tkg.2";

test("a TKG version is found by what its source offers, and each of its images becomes known", async ({
  page,
}) => {
  const { vendorHost } = readStack();
  await openForm(page, "Tanzu Kubernetes Grid");
  await page.getByLabel("Registry", { exact: true }).selectOption(vendorHost);
  await expect(page.getByLabel("Source", { exact: true })).toHaveValue(`${vendorHost}/tkg`);
  await page.getByRole("button", { name: "Look up versions" }).click();
  await page.getByLabel(/versions? found/).selectOption(tkgVersion);
  await expect(page.getByRole("textbox", { name: "Version", exact: true })).toHaveValue(tkgVersion);
  await page.getByRole("button", { name: "Look up Kubernetes releases" }).click();
  await page.getByRole("checkbox", { name: kubernetesRelease }).check();
  await expect(page.getByRole("textbox", { name: "Kubernetes releases" })).toHaveValue(kubernetesRelease);
  await expect(page.getByRole("checkbox", { name: "vsphere-nonparavirt" })).toBeChecked();
  await expect(page.getByRole("checkbox", { name: "azure" })).not.toBeChecked();
  await page.getByRole("button", { name: "Find release" }).click();

  await expect(stateOfJob(page)).toHaveText(/: Succeeded$/, { timeout: 120_000 });
  await expect(page.getByText(/^(\d+) of \1 images looked up$/)).toBeVisible();
  await expect(page.getByText("0 B of 0 B")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Compare with the source" })).toHaveCount(0);
  await page.getByRole("link", { name: `Tanzu Kubernetes Grid ${tkgVersion}` }).click();

  await expect(page.getByText(`${vendorHost}/tkg`, { exact: true })).toBeVisible();
  const search = page.getByRole("searchbox", { name: "Search Components" });
  await search.fill("coredns");
  await search.press("Enter");
  const row = page.getByRole("row").filter({ hasText: "tkg/coredns:" });
  await expect(row).toHaveCount(1);
  await expect(row).toContainText(/\d (kB|KiB|MB|MiB)/);
  await expect(row).toContainText("linux/amd64");
});

test("a look-up that is under way shows on the release's page, and can be stopped", async ({ page }) => {
  const { crawlingVendorHost } = readStack();
  await openForm(page, "Tanzu Kubernetes Grid");
  await page.getByLabel("Registry", { exact: true }).selectOption(crawlingVendorHost);
  await page.getByLabel("Version of Tanzu Kubernetes Grid").fill(tkgVersion);
  await page.getByRole("textbox", { name: "Name" }).fill("Slow look-up");
  await page.getByRole("button", { name: "Find release" }).click();
  await page.getByRole("link", { name: `Slow look-up ${tkgVersion}` }).click();
  await expect(page.getByRole("heading", { name: "Being looked up" })).toBeVisible();
  await expect(page.getByRole("progressbar")).toBeVisible();
  await expect(page.getByRole("button", { name: "Look up again" })).toBeDisabled();
  await page
    .getByRole("link", { name: /^Job #/ })
    .first()
    .click();
  await page.getByRole("button", { name: "Cancel job" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel job" }).click();
  await expect(stateOfJob(page)).toHaveText(/: Cancelled$/);
  await expect(page.getByRole("button", { name: /^Look up again/ })).toBeVisible();
});

test("a version that the source does not know is told with those that it knows", async ({ page }) => {
  const { vendorHost } = readStack();
  await openForm(page, "Tanzu Kubernetes Grid");
  await page.getByLabel("Registry", { exact: true }).selectOption(vendorHost);
  const version = page.getByLabel("Version of Tanzu Kubernetes Grid");
  await version.fill("2.1.1");
  await page.getByRole("button", { name: "Find release" }).click();
  await expect(version).toBeFocused();
  await version.fill("v9.9.9");
  await page.getByRole("button", { name: "Find release" }).click();
  await expect(stateOfJob(page)).toHaveText(/: Failed$/, { timeout: 120_000 });
  const message = page.getByText("The TKG version v9.9.9 is not known");
  await expect(message).toBeVisible();
  await expect(page.getByText(tkgVersion).first()).toBeVisible();
  await page.getByRole("link", { name: "Tanzu Kubernetes Grid v9.9.9" }).click();
  await expect(message).toBeVisible();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete release" }).click();
  await expect(page).toHaveURL(/\/catalog$/);
  await expect(page.getByText("v9.9.9", { exact: false })).toHaveCount(0);
});

test("a bill of materials that names a missing image, and one that is none, leave the rest usable", async ({
  page,
}) => {
  const { vendorHost } = readStack();
  await pushBoms("own-tkg", tkgVersion, ["pause:3.7", "etcd:v3.5.6", "Not-A-Path:v1"]);
  await openForm(page, "Tanzu Kubernetes Grid");
  await page.getByLabel("Source", { exact: true }).fill(`${vendorHost}/own-tkg`);
  await page.getByLabel("Version of Tanzu Kubernetes Grid").fill(tkgVersion);
  await page.getByRole("textbox", { name: "Name" }).fill("Lacking");
  await page.getByRole("button", { name: "Find release" }).click();
  await expect(stateOfJob(page)).toHaveText(/: Failed$/, { timeout: 120_000 });
  await expect(page.getByText(/own-tkg\/etcd/).first()).toBeVisible();
  await page.getByRole("link", { name: `Lacking ${tkgVersion}` }).click();
  const problems = page.locator("section").filter({ hasText: "Problems in the release’s documents" }).last();
  await expect(problems).toContainText("tkr-bom");
  await expect(problems).toContainText("Not-A-Path");
  const pause = page.getByRole("row").filter({ hasText: "tkg/pause" });
  await expect(pause).toContainText(/\d (B|kB|KiB)/);
  await page.locator("select[name=finding]").selectOption("unresolved");
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(page.getByRole("row").nth(1)).toContainText("etcd:v3.5.6");
  await expect(page.getByRole("row").nth(1)).toContainText("named in tkr-bom");
});

test("a source that does not answer is told at once, and what was filled in stays", async ({ page }) => {
  await openForm(page, "Tanzu CLI plug-ins");
  await page.getByLabel("Source", { exact: true }).fill("127.0.0.1:9/tanzu_cli/plugins");
  await page.getByLabel("Plug-in groups").fill("vmware-tkg/default:v2.5.4");
  await page.getByRole("button", { name: "Look up plug-ins" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "127.0.0.1:9" })).toBeVisible();
  await expect(page.getByLabel("Plug-in groups")).toHaveValue("vmware-tkg/default:v2.5.4");
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("vmware-tkg/default");
  await page.getByLabel("Source", { exact: true }).fill("127.0.0.1:9/other");
  await expect(page.getByRole("alert").filter({ hasText: "127.0.0.1:9" })).toHaveCount(0);
});

test("what a source answers, and what it does not, has its status and its reason", async ({ page }) => {
  const { vendorHost } = readStack();
  const ask = async (path: string, query: Record<string, string>) => {
    const address = `/api/discoveries/${path}?${new URLSearchParams(query).toString()}`;
    const response = await page.request.get(address);
    return [response.status(), (await response.json()) as unknown];
  };
  expect(await ask("tkg-versions", { source: "127.0.0.1:9/tkg" })).toEqual([
    502,
    { error: { code: "connection-refused", facts: expect.objectContaining({ registry: "127.0.0.1:9" }) } },
  ]);
  const unknown = { source: `${vendorHost}/tkg`, version: "v9.9.9" };
  expect(await ask("kubernetes-releases", unknown)).toEqual([
    502,
    { error: { code: "tkg-version-unknown", facts: expect.objectContaining({ known: tkgVersion }) } },
  ]);
  const nothing = await ask("plugins", { source: `${vendorHost}/nothing` });
  expect(nothing).toMatchObject([502, { error: { facts: { repository: "nothing/plugin-inventory" } } }]);
  expect(await ask("plugins", { source: "" })).toMatchObject([400, { error: { code: "invalid-input" } }]);
});

test("plug-ins are chosen from the inventory, for some machines only", async ({ page }) => {
  const { vendorHost } = readStack();
  await openForm(page, "Tanzu CLI plug-ins");
  await page.getByLabel("Registry", { exact: true }).selectOption(vendorHost);
  await page.getByRole("button", { name: "Look up plug-ins" }).click();
  const essentials = page.getByRole("checkbox", { name: "vmware-tanzucli/essentials" });
  await expect(essentials).toBeChecked();
  await expect(essentials).toBeDisabled();
  await expect(page.getByText("always comes along", { exact: true })).toBeVisible();
  await page.getByRole("checkbox", { name: "package@kubernetes" }).check();
  await page.getByRole("checkbox", { name: "linux/amd64" }).check();
  await page.getByRole("textbox", { name: "Version", exact: true }).fill("linux");
  await page.getByRole("button", { name: "Find release" }).click();
  await expect(stateOfJob(page)).toHaveText(/: Succeeded$/, { timeout: 120_000 });
  await page.getByRole("link", { name: "Tanzu CLI plug-ins linux" }).click();
  await expect(page.getByRole("row").filter({ hasText: "/linux/amd64/kubernetes/package:" })).toHaveCount(1);
  // Nobody has ticked it.
  const essential = page.getByRole("row").filter({ hasText: "/linux/amd64/global/telemetry:v1.1.0" });
  await expect(essential).toHaveCount(1);
  await expect(essential).toContainText("vmware-tanzucli/essentials:v1.0.0");
  await expect(page.getByRole("row").filter({ hasText: "/darwin/" })).toHaveCount(0);
});

test("a missing image is told alone, and a tag that moves since shows both digests", async ({ page }) => {
  const { vendorHost } = readStack();
  const images = `${vendorHost}/tkg`;
  await addTag(`${images}/pause:3.7`, `${vendorHost}/own/moving:v1`);
  const list = [`${images} pause 3.7`, `${vendorHost} own/moving v1`, `${images} no-such-image v1`];
  await pushList(list, { folder: "own", tag: "v9" });
  await openForm(page, "Getting started, air-gapped");
  await page.getByLabel("Source", { exact: true }).fill(`${vendorHost}/own`);
  await page.getByLabel("Another tag").check();
  await page.getByLabel("Tag of getting-started-airgapped").fill("v9");
  await page.getByRole("button", { name: "Find release" }).click();
  await expect(stateOfJob(page)).toHaveText(/: Failed$/, { timeout: 120_000 });
  await expect(page.getByText("3 of 3 images looked up")).toBeVisible();
  await expect(page.getByText(/no-such-image/).first()).toBeVisible();
  await page.getByRole("link", { name: "getting-started-airgapped v9" }).click();
  await page.locator("select[name=finding]").selectOption("unresolved");
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(page.getByRole("row").nth(1)).toContainText("no-such-image");

  await addTag(`${images}/coredns:v1.8.6_vmware.17`, `${vendorHost}/own/moving:v1`);
  // Whoever leaves before it was heard may have asked for nothing.
  const heard = page.waitForResponse((response) => response.request().method() === "POST");
  await page.getByRole("button", { name: "Look up again" }).click();
  await heard;
  await page.goto(new URL(page.url()).pathname + "?finding=moved");
  const moved = page.getByRole("row").filter({ hasText: "This tag means another image since" });
  await expect(async () => {
    await page.reload();
    await expect(moved).toHaveCount(1, { timeout: 1000 });
  }).toPass({ timeout: 120_000 });
  await expect(moved).toContainText(/[0-9a-f]{12} → [0-9a-f]{12}/);
  await page.goto("/catalog");
  const row = page.getByRole("row").filter({ hasText: "getting-started-airgapped v9" });
  await expect(row).toContainText("1 image not resolved");
  await expect(row).toContainText("1 tag moved");
});

test.describe("a tenant", () => {
  test.use({ storageState: stateOf("tenant") });

  test("reads what was found and what is missing, and changes nothing", async ({ page }) => {
    await page.goto("/catalog/find");
    await expect(page.getByRole("heading", { name: "Not found" })).toBeVisible();
    await page.goto("/catalog");
    await expect(page.getByRole("link", { name: "Find release" })).toHaveCount(0);
    await page.getByRole("link", { name: "getting-started-airgapped v9" }).click();
    await expect(page.getByText("What is looked for")).toBeVisible();
    await expect(page.getByRole("row").filter({ hasText: "no-such-image" })).toContainText(
      "no-such-image:v1",
    );
    await expect(page.getByRole("button", { name: "Look up again" })).toHaveCount(0);
    expect((await page.request.get("/api/discoveries/plugins?source=127.0.0.1:9")).status()).toBe(403);
  });
});

/** What is announced of a job's state. */
async function openForm(page: Page, kind: string): Promise<void> {
  await gotoLively(page, "/catalog");
  await page.getByRole("link", { name: "Find release" }).click();
  await page.getByRole("radio", { name: kind }).check();
}
