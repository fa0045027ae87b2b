import type { Page } from "@playwright/test";
import { gotoLively } from "./lively.ts";
import { checkAddresses } from "./look.ts";
import { pushList } from "./push-list.ts";
import { expect, readStack, stateOf, test } from "./stack.ts";

test.describe.configure({ mode: "serial" });
test.use({ storageState: stateOf("provider") });

const row = (page: Page, version: string) => page.getByRole("group", { name: `Version ${version}` });
const newRow = (page: Page) => row(page, "new version");

test("a version that VMware has just published is added, and its list found by it", async ({ page }) => {
  const { vendorHost } = readStack();
  await pushList([`${vendorHost}/tkg pause 3.7`], { folder: "published", tag: "v0.9.0" });
  await gotoLively(page, "/catalog");
  await page.getByRole("link", { name: "CSE versions" }).click();
  await expect(row(page, "4.2.2").getByLabel("getting-started tag")).toHaveValue("v0.1.4");
  await expect(row(page, "4.2.3").getByLabel("getting-started tag")).toHaveValue("");
  await page.getByRole("button", { name: "Add version" }).click();
  await newRow(page).getByLabel("getting-started tag").fill("v0.9.0");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(newRow(page).getByLabel("Version", { exact: true })).toBeFocused();
  await newRow(page).getByLabel("Version", { exact: true }).fill("4.2.2");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The version stands in the table already.")).toBeVisible();
  const version = page.locator("main form li").first().getByLabel("Version", { exact: true });
  await version.fill("4.9");
  await expect(page.getByText("The version stands in the table already.")).toBeHidden();
  await row(page, "4.9").getByLabel("CAPVCD", { exact: true }).fill("1.9.0");
  await expect(row(page, "4.9").getByText("own entry")).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Versions saved.").first()).toBeVisible();

  await gotoLively(page, "/catalog/find");
  await page.getByLabel("Source", { exact: true }).fill(`${vendorHost}/published`);
  await page.getByRole("radio", { name: "4.9 (image tag v0.9.0)" }).check();
  await page.getByRole("button", { name: "Find release" }).click();
  await expect(page.getByRole("status").filter({ hasText: /^Job #\d+: Succeeded$/ })).toBeVisible({
    timeout: 60_000,
  });
  await page.getByRole("link", { name: "getting-started-airgapped v0.9.0" }).click();
  await expect(page.getByRole("row").filter({ hasText: "vmware-cloud-director/pause" })).toHaveCount(1);
});

test("what is wrong is shown to everybody as it should be, and who only reads changes nothing", async ({
  browser,
}) => {
  test.setTimeout(240_000);
  await checkAddresses(browser, "provider", ["/catalog/versions"], async (page, address) => {
    await gotoLively(page, address);
    await page.locator("main footer button[type=button]").first().click();
    await page.locator("main footer button[type=submit]").click();
    await expect(page.locator("main [aria-invalid]").first()).toBeFocused();
  });
  const context = await browser.newContext({ storageState: stateOf("tenant") });
  const page = await context.newPage();
  await page.goto("/catalog/versions");
  await expect(row(page, "4.2.2").getByLabel("Version", { exact: true })).not.toBeEditable();
  await expect(page.getByRole("button", { name: "Save" })).toHaveCount(0);
  await context.close();
});

test("the defaults come back, and the list asks for a tag where no version is known", async ({ page }) => {
  await gotoLively(page, "/catalog/versions");
  await expect(row(page, "4.9")).toBeVisible();
  for (const version of ["4.9", "4.2.3", "4.2.2", "4.2.1", "4.2", "4.1"]) {
    await page.getByRole("button", { name: `Remove version ${version}`, exact: true }).press("Enter");
  }
  await expect(page.getByText("No versions: Find release asks for a tag instead.")).toBeVisible();
  await page.getByRole("button", { name: "Put in the defaults" }).click();
  await expect(page.getByText("as delivered")).toHaveCount(5);
  await expect(row(page, "4.9")).toHaveCount(0);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Versions saved.").first()).toBeVisible();
  await gotoLively(page, "/catalog/find");
  await expect(page.getByRole("radio", { name: "4.2.2 (image tag v0.1.4)" })).toBeChecked();
  await expect(page.getByRole("radio", { name: /^4\.9/ })).toHaveCount(0);
});
