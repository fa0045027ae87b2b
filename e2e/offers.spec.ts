import type { Page } from "@playwright/test";
import { act } from "./belongings.ts";
import { followLink } from "./follow-link.ts";
import { importList } from "./import-list.ts";
import { gotoLively } from "./lively.ts";
import { openRequests } from "./panel-requests.ts";
import { expect, readStack, stateOf, test } from "./stack.ts";

test.describe.configure({ mode: "serial" });
test.use({ storageState: stateOf("provider") });

const organization = { name: "Offered.Org", displayName: "Offered to" };
const list = ["etcd:v3", "kube-apiserver:v1", "kube-proxy:v1", "grafana:v7", "velero:v1", "ako:v1"];
const release = "Offered list v1";

test.beforeAll(async () => {
  const provider = await openRequests("provider");
  await act(provider, "createOrganizationAction", organization);
});

test("of a release it is said for all what is required and withheld, many at once", async ({ page }) => {
  await importList(page, "Offered list", list.map((image) => `-i ${image}\n`).join(""));
  await expect(page.getByRole("heading", { name: release, level: 1 })).toBeVisible();
  await gotoLively(page, "/catalog/offer");
  await page.getByRole("searchbox", { name: "Search Releases" }).fill("offered LIST");
  await page.getByRole("button", { name: "Offer 1 found" }).click();
  await expect(page.getByText("1 release more")).toBeVisible();
  await page.getByRole("button", { name: `Components of ${release}` }).click();
  const dialog = page.getByRole("dialog", { name: `Components of ${release}` });
  await expect(dialog.getByText("3 components are needed for clusters to come up")).toBeVisible();
  await dialog.getByRole("button", { name: "Require 3 suggested" }).click();
  await expect(dialog.getByText("are required")).toBeVisible();
  await dialog.getByRole("searchbox").fill("a");
  for (const name of ["grafana:v7", "ako:v1"]) await dialog.getByRole("checkbox", { name }).check();
  await expect(dialog.getByText("2 marked")).toBeVisible();
  await dialog.getByRole("button", { name: "Withhold" }).click();
  await dialog.getByRole("searchbox").fill("");
  await dialog.getByLabel("Show").selectOption("Withheld");
  await expect(dialog.getByRole("listitem")).toHaveCount(2);
  await dialog.getByLabel("Show").selectOption("Required");
  await dialog.getByRole("checkbox", { name: "kube-proxy:v1" }).check();
  await dialog.getByRole("button", { name: "Make free" }).click();
  await expect(dialog.getByRole("listitem")).toHaveCount(2);
  await dialog.getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("listitem").filter({ hasText: release });
  await expect(row).toContainText("2 required");
  await expect(row).toContainText("2 withheld");
  await expect(page.getByText("1 release more · 4 components")).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Offer for all organizations saved.").first()).toBeVisible();
});

test("an organization gets an offer of its own, by keyboard alone", async ({ page }) => {
  const { localHost } = readStack();
  await gotoLively(page, `/organizations/${organization.name}`);
  await page.getByRole("link", { name: "Open the offer" }).click();
  await expect(page.getByText("As for all organizations").first()).toBeVisible();
  await page.getByRole("radio", { name: "As for all organizations" }).focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio", { name: "An offer of its own" })).toBeChecked();
  // Where it leads now is the shared destination; two down is a new base path.
  await tabTo(page, "The shared destination");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio", { name: "A new base path on a registry" })).toBeChecked();
  await tabTo(page, "Registry");
  await page.keyboard.type("Local");
  await tabTo(page, /^Base path/);
  await expect(page.getByRole("textbox", { name: "Base path" })).toHaveValue("offered.org");
  for (const path of ["tkg", "vmware-cloud-director", "tanzu_cli/plugins"]) {
    await expect(page.getByText(`${localHost}/offered.org/${path}`)).toBeVisible();
  }
  await tabTo(page, "Publish what is saved at once");
  await page.keyboard.press("Space");
  await tabTo(page, release);
  await tabTo(page, `Components of ${release}`);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("listitem").first()).toBeVisible();
  await tabTo(page, "tkg/grafana:v7");
  await page.keyboard.press("Space");
  await expect(dialog.getByText("1 marked")).toBeVisible();
  await tabTo(page, "Make free", "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: `Components of ${release}` })).toBeFocused();
  await tabTo(page, "Save");
  await page.keyboard.press("Enter");
  await expect(page.getByText(`Offer to ${organization.displayName} saved.`).first()).toBeVisible();
  await expect(page.getByRole("radio", { name: "An offer of its own" })).toBeChecked();
  await page.goto(`/organizations/${organization.name}`);
  await expect(page.getByText(`${localHost}/offered.org`).first()).toBeVisible();
});

test("what organizations use is not deleted, and they are named", async ({ page }) => {
  await gotoLively(page, "/catalog?search=Offered+list");
  await page.getByRole("link", { name: "Offered list" }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button").last().click();
  // Whose own offer was begun with this one for all is named between them.
  const named = new RegExp(`: all organizations, (?:.+, )?${organization.displayName}\\.`);
  await expect(page.getByRole("alertdialog").getByRole("alert")).toContainText(named);
});

test("each tenant chooses within what it is offered", async ({ page, browser }) => {
  await gotoLively(page, `/organizations/${organization.name}`);
  await page.getByRole("button", { name: "New user" }).first().click();
  const form = page.getByRole("dialog");
  await form.getByLabel("User name").fill("offered");
  await form.getByLabel("Full name").fill("Offered Administrator");
  await form.getByLabel("Role").selectOption({ label: "Tenant administrator" });
  await form.getByRole("button", { name: "Create user" }).click();
  const shown = page.getByRole("dialog", { name: "One-time link for offered" });
  await expect(shown).toContainText("/link?token=");
  const link = /https?:\/\/\S+\/link\?token=[\w-]{43}/.exec(await shown.innerText())?.[0] ?? "";

  const ofAll = await (await browser.newContext({ storageState: stateOf("tenant") })).newPage();
  await openSelection(ofAll);
  await expect(componentBoxes(ofAll)).toHaveCount(4);
  await expect(ofAll.getByRole("checkbox", { name: "etcd:v3" })).toBeDisabled();
  await expect(ofAll.getByRole("checkbox", { name: "kube-proxy:v1" })).toBeEnabled();

  const own = await followLink(browser, link);
  await openSelection(own);
  await expect(componentBoxes(own)).toHaveCount(5);
  await own.getByRole("checkbox", { name: "grafana:v7" }).uncheck();
  await own.getByRole("button", { name: "Save" }).click();
  // What is saved is published at once.
  await expect(own.getByText("Publishing has begun").first()).toBeVisible();
  await gotoLively(own, `/organizations/${organization.name}/offer`);
  await expect(own.getByText("You can look at the offer, not change it.")).toBeVisible();
  await expect(own.getByRole("button", { name: "Save" })).toHaveCount(0);
  await own.getByRole("button", { name: `Components of ${release}` }).click();
  await expect(own.getByRole("dialog").getByText("Withheld", { exact: true }).last()).toBeVisible();
  await own.goto("/catalog/offer");
  await expect(own).toHaveURL(new RegExp(`/organizations/${organization.name}/offer$`));
});

test("whoever saves an offer that somebody else has saved meanwhile goes on from there", async ({
  page,
  browser,
}) => {
  const address = `/organizations/${organization.name}/offer`;
  await gotoLively(page, address);
  const other = await (await browser.newContext({ storageState: stateOf("provider") })).newPage();
  await gotoLively(other, address);
  await other.getByLabel("Publish what is saved at once").uncheck();
  await other.getByRole("button", { name: "Save" }).click();
  await expect(other.getByText(`Offer to ${organization.displayName} saved.`).first()).toBeVisible();
  await page.getByRole("checkbox", { name: release }).uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Somebody has saved this offer in the meantime.")).toBeVisible();
  await page.getByRole("button", { name: "Load what holds now" }).click();
  await expect(page.getByLabel("Publish what is saved at once")).not.toBeChecked();
  await expect(page.getByText("1 release less")).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(`Offer to ${organization.displayName} saved.`).first()).toBeVisible();
});

test("an offer of its own is withdrawn after a word, and the one for all holds", async ({ page }) => {
  await gotoLively(page, `/organizations/${organization.name}/offer`);
  await page.getByRole("radio", { name: "As for all organizations" }).check();
  await page.getByRole("button", { name: "Withdraw its own offer…" }).click();
  const question = page.getByRole("alertdialog", {
    name: `Withdraw the offer of ${organization.displayName}?`,
  });
  await question.getByRole("button", { name: "Withdraw" }).click();
  await expect(question).toBeHidden();
  await expect(page.getByRole("link", { name: "Open the offer for all" })).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: release })).toContainText("2 withheld");
});

/** The selection of the release, by the way that a tenant takes. */
async function openSelection(page: Page): Promise<void> {
  await gotoLively(page, "/selection");
  await page.getByRole("link", { name: release }).click();
  await expect(page.getByRole("heading", { name: release, level: 1 })).toBeVisible();
}

const componentBoxes = (page: Page) =>
  page.getByRole("list", { name: "Components" }).getByRole("checkbox", { name: /:v\d$/ });

/** Presses Tab until what is so called has the focus. */
async function tabTo(page: Page, name: string | RegExp, key = "Tab"): Promise<void> {
  for (let press = 0; press < 80; press++) {
    await page.keyboard.press(key);
    if (await isFocused(page, name)) return;
  }
  throw new Error(`${key} never comes to ${String(name)}`);
}

async function isFocused(page: Page, name: string | RegExp): Promise<boolean> {
  const called = page.locator(":focus");
  const named = [
    called.and(page.getByLabel(name, { exact: true })),
    called.and(page.getByRole("button", { name, exact: true })),
  ];
  const counts = await Promise.all(named.map((each) => each.count()));
  return counts.some((count) => count > 0);
}
