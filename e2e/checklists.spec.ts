import type { Browser, Page } from "@playwright/test";
import { act, listOrganizationIds } from "./belongings.ts";
import { followLink } from "./follow-link.ts";
import { gotoLively, untilLively } from "./lively.ts";
import { openRequests } from "./panel-requests.ts";
import { expect, type RoleName, stateOf, test } from "./stack.ts";

// What has to be there before clusters are made: who ticks it, who sees it, and who does not.

test.describe.configure({ mode: "serial" });

const address = "/cluster-config/checklists";
const sts = "The VPC has an endpoint for the service sts.";
const certificate = "The registry has a certificate, signed by an authority or by itself.";
const storage = "A USB drive or other portable storage is at hand.";
const dhcp = "A DHCP server gives private IP addresses to new VMs.";

const listOf = (page: Page, name: string) => page.getByRole("list", { name });
const boxOf = (page: Page, list: string, item: string) =>
  listOf(page, list).getByRole("checkbox", { name: item });
const rowOf = (page: Page, list: string, item: string) =>
  listOf(page, list).getByRole("listitem").filter({ hasText: item });

async function openAs(browser: Browser, role: RoleName, query = ""): Promise<Page> {
  const page = await (await browser.newContext({ storageState: stateOf(role) })).newPage();
  await gotoLively(page, `${address}${query}`);
  return page;
}

test.describe("as a tenant", () => {
  test.use({ storageState: stateOf("tenant"), permissions: ["clipboard-read", "clipboard-write"] });

  test("items are ticked by a click or a key, and stay so", async ({ page }) => {
    await gotoLively(page, address);
    await expect(page.getByText("0 of 17")).toBeVisible();
    const tabs = page.getByRole("navigation", { name: "Cluster configuration" });
    await expect(tabs.locator("[aria-current=page]")).toHaveText(["Checklists"]);
    await boxOf(page, "On AWS", sts).check();
    await expect(page.getByText("1 of 17")).toBeVisible();
    await expect(rowOf(page, "On AWS", sts)).toContainText("Ticked by The tenant");
    await boxOf(page, "On vSphere", certificate).focus();
    await page.keyboard.press("Space");
    await expect(rowOf(page, "On vSphere", certificate)).toContainText("Ticked by The tenant");
    await expect(boxOf(page, "On vSphere", certificate)).toBeFocused();

    await page.reload();
    await expect(boxOf(page, "On AWS", sts)).toBeChecked();
    await expect(boxOf(page, "On vSphere", certificate)).toBeChecked();
    // The registry on AWS is another one.
    await expect(boxOf(page, "On AWS", certificate)).not.toBeChecked();
    await expect(page.getByRole("progressbar", { name: "On AWS" })).toHaveAttribute(
      "aria-valuetext",
      "1 of 17",
    );
  });

  test("the names of AWS services are copied with their region", async ({ page }) => {
    await gotoLively(page, address);
    await expect(rowOf(page, "On AWS", sts)).toContainText("com.amazonaws.REGION.sts");
    await page.getByLabel("AWS region").fill("ap-northeast-2");
    await page.getByRole("button", { name: "Copy com.amazonaws.ap-northeast-2.sts" }).click();
    await expect(page.getByText("Copied", { exact: true })).toBeAttached();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      "com.amazonaws.ap-northeast-2.sts",
    );
  });

  test("what does not reach the panel is not ticked, and why is said", async ({ page }) => {
    await gotoLively(page, address);
    await page.route("**/api/checklists/ticks", (route) => route.abort());
    await boxOf(page, "On vSphere", dhcp).click();
    await expect(rowOf(page, "On vSphere", dhcp).getByRole("alert")).toBeVisible();
    await expect(boxOf(page, "On vSphere", dhcp)).not.toBeChecked();
    await expect(page.getByText("1 of 8")).toBeVisible();
    await page.unroute("**/api/checklists/ticks");
    await boxOf(page, "On vSphere", dhcp).check();
    await expect(rowOf(page, "On vSphere", dhcp)).toContainText("Ticked by");
    await expect(rowOf(page, "On vSphere", dhcp).getByRole("alert")).toHaveCount(0);
  });

  test("what a browser fills in again is no tick of anybody", async ({ page }) => {
    await gotoLively(page, address);
    await boxOf(page, "For every environment", storage).check();
    await expect(rowOf(page, "For every environment", storage)).toContainText("Ticked by");
    await page.goto("/account");
    const tenant = await openRequests("tenant");
    const organizationId = (await listOrganizationIds(await openRequests("provider"))).get("hanbit");
    const data = { organizationId, environment: "general", item: "portable-storage", isTicked: false };
    expect((await tenant.post("/api/checklists/ticks", { data })).ok()).toBe(true);
    await page.goBack();
    await untilLively(page);
    // A moment in which what was filled in would be sent.
    await page.waitForTimeout(1000);
    await expect(boxOf(page, "For every environment", storage)).not.toBeChecked();
    await expect(page.getByText("0 of 4")).toBeVisible();
  });

  test("only pages that a tenant may open are named beside an item", async ({ page }) => {
    await gotoLively(page, address);
    const links = listOf(page, "On AWS").getByRole("link");
    await expect(links).toHaveText(["Registries"]);
  });
});

test("the provider sees what an organization has ticked, and has a list of its own beside", async ({
  browser,
}) => {
  const page = await openAs(browser, "provider");
  await expect(boxOf(page, "On AWS", sts)).not.toBeChecked();
  await expect(listOf(page, "On AWS").getByRole("link")).toHaveText([
    "Registries",
    "Container registry",
    "Certificates",
    "Doctor",
    "Doctor",
  ]);
  await page.getByLabel("Organization").selectOption("Hanbit Retail");
  await expect(page).toHaveURL(/\?organization=[\w-]{36}$/);
  await expect(boxOf(page, "On AWS", sts)).toBeChecked();
  await expect(rowOf(page, "On AWS", sts)).toContainText("Ticked by The tenant");
  // Somebody of the organization has the page open meanwhile, and ticks the same.
  const tenant = await openAs(browser, "tenant");
  await boxOf(page, "On AWS", certificate).check();
  await expect(rowOf(page, "On AWS", certificate)).toContainText("Ticked by Dana Provider");
  await boxOf(tenant, "On AWS", certificate).check();
  await expect(rowOf(tenant, "On AWS", certificate)).toContainText("Ticked by the service provider");
});

test("an auditor sees whose list is how far, and ticks nothing", async ({ browser }) => {
  const hanbit = (await listOrganizationIds(await openRequests("provider"))).get("hanbit");
  const page = await openAs(browser, "auditor", `?organization=${hanbit}`);
  await expect(page.getByText("2 of 17")).toBeVisible();
  await expect(rowOf(page, "On AWS", sts)).toContainText(`Done: ${sts}`);
  await expect(rowOf(page, "On AWS", sts)).toContainText("Ticked by The tenant");
  await expect(rowOf(page, "On vSphere", dhcp)).toContainText(`Done: ${dhcp}`);
  await expect(rowOf(page, "On vSphere", "jump box lets root")).toContainText("Not done:");
  await expect(page.getByRole("checkbox")).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^Start over/ })).toHaveCount(0);
});

test("another organization sees nothing of it", async ({ browser }) => {
  const provider = await openRequests("provider");
  await act(provider, "createOrganizationAction", { name: "haneul", displayName: "Haneul Air" });
  const ids = await listOrganizationIds(provider);
  const { url } = await act<{ url: string }>(provider, "createUserAction", {
    ...{ username: "of-haneul", displayName: "Somebody of Haneul", role: "tenant_admin" },
    organizationId: ids.get("haneul"),
  });
  const page = await followLink(browser, url);
  await page.goto(address);
  await expect(page.getByText("0 of 17")).toBeVisible();
  await expect(page.getByLabel("Organization")).toHaveCount(0);
  const foreign = await page.goto(`${address}?organization=${ids.get("hanbit")}`);
  expect(foreign?.status()).toBe(404);
});

test("a list starts over once that is confirmed, the others stay, and the trail has what was ticked", async ({
  browser,
}) => {
  const page = await openAs(browser, "tenant");
  const startOver = page.getByRole("button", { name: "Start over: On AWS" });
  await startOver.click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog).toContainText("2 ticks are taken back");
  await dialog.getByRole("button", { name: "Untick all" }).click();
  await expect(page.getByText("0 of 17")).toBeVisible();
  await expect(boxOf(page, "On AWS", sts)).not.toBeChecked();
  await expect(boxOf(page, "On vSphere", dhcp)).toBeChecked();
  await expect(startOver).toBeFocused();

  const answered = page.waitForResponse("**/api/checklists/ticks");
  await boxOf(page, "On vSphere", dhcp).uncheck();
  await expect(page.getByText("1 of 8")).toBeVisible();
  await answered;
  await page.reload();
  await expect(boxOf(page, "On vSphere", dhcp)).not.toBeChecked();

  const auditor = await (await browser.newContext({ storageState: stateOf("auditor") })).newPage();
  await auditor.goto("/audit?objectType=checklist&search=tenant");
  await expect(auditor.getByRole("row", { name: /Checklist started over.*aws/ })).toBeVisible();
  await expect(auditor.getByRole("row", { name: /unticked.*vsphere\/dhcp-server/ })).toBeVisible();
  await auditor.goto("/audit?action=checklist.clear");
  await auditor.locator("tbody a[aria-expanded]").first().click();
  await expect(auditor.locator("tbody table")).toContainText("endpoint-sts");
});

test("what is ticked quickly is kept, though the page is left at once", async ({ browser }) => {
  const page = await openAs(browser, "provider");
  await listOf(page, "On AWS").evaluate((list) => {
    for (const box of list.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) box.click();
    window.location.assign("/account");
  });
  await expect(page).toHaveURL(/\/account$/);
  const progress = page.getByRole("progressbar", { name: "On AWS" });
  await expect(async () => {
    await page.goto(address);
    expect(await progress.getAttribute("aria-valuetext")).toBe("17 of 17");
  }).toPass();
});
