import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { tkgImageList } from "#lib/demo/vendor-lists.ts";
import { followLink } from "./follow-link.ts";
import { importList } from "./import-list.ts";
import { optionWith } from "./job-wizard.ts";
import { checkAddresses } from "./look.ts";
import { gotoLively } from "./lively.ts";
import { expect, passwordFile, readPassword, readStack, signIn, stateOf, test } from "./stack.ts";

test.describe.configure({ mode: "serial" });

const organizations = [
  { name: "hanbit", displayName: "Hanbit Retail" },
  { name: "sakura", displayName: "Sakura Logistics" },
];

test("a set-up link with a wrong token makes no account", async ({ page }) => {
  await page.goto("/setup?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  await expect(page.getByRole("heading", { name: "This set-up link does not work" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Create account and sign in" })).toHaveCount(0);
});

test("the set-up page shows no barrier, no missing text and none that runs over", async ({ browser }) => {
  await checkAddresses(browser, null, [readStack().setupUrl]);
});

test("whoever is signed out is led to sign-in, which says that no account exists", async ({ page }) => {
  await page.goto("/registries");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fregistries$/);
  await expect(page.getByText("No account exists yet")).toBeVisible();
});

test("the set-up link makes the first account, once", async ({ page, browser }) => {
  writeFileSync(passwordFile, randomBytes(15).toString("base64url"), { mode: 0o600 });
  const { setupUrl } = readStack();
  await gotoLively(page, setupUrl);
  await page.getByLabel("User name").fill("provider");
  await page.getByLabel("Full name").fill("Dana Provider");
  await page.getByLabel("New password", { exact: true }).fill("short");
  await page.getByLabel("New password again").fill("short");
  await page.getByRole("button", { name: "Create account and sign in" }).click();
  await expect(page.getByLabel("New password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("New password", { exact: true }).fill(readPassword());
  await page.getByLabel("New password again").fill(readPassword());
  await page.getByRole("button", { name: "Create account and sign in" }).click();
  await expect(page.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
  await page.context().storageState({ path: stateOf("provider") });

  const stranger = await (await newVisitor(browser)).newPage();
  await stranger.goto(setupUrl);
  await expect(stranger.getByRole("heading", { name: "The first account exists already" })).toBeVisible();
});

test.describe("as the provider", () => {
  test.use({ storageState: stateOf("provider") });

  test("organizations and users are made, and each user sets a password by a link that works once", async ({
    page,
    browser,
  }) => {
    for (const { name, displayName } of organizations) {
      await gotoLively(page, "/organizations");
      await page.getByRole("button", { name: "New organization" }).first().click();
      await page.getByLabel("Name", { exact: true }).fill(name);
      await page.getByLabel("Display name").fill(displayName);
      await page.getByRole("dialog").getByRole("button", { name: "Create organization" }).click();
      await expect(page.getByRole("heading", { name: displayName, level: 1 })).toBeVisible();
    }
    await gotoLively(page, "/users");
    const tenantLink = await createUser(page, "tenant", "Tenant administrator", "Hanbit Retail");
    const auditorLink = await createUser(page, "auditor", "Auditor");
    await openLink(browser, tenantLink, "tenant");
    await openLink(browser, auditorLink, "auditor");

    const late = await (await newVisitor(browser)).newPage();
    await late.goto(tenantLink);
    await expect(late.getByRole("heading", { name: "This one-time link does not work" })).toBeVisible();
  });

  test("a registry is checked before it is saved, and a wrong port is said in plain words", async ({
    page,
  }) => {
    const { vendorHost } = readStack();
    await page.goto("/");
    await expect(page.getByRole("link", { name: /source registry/i }).first()).toBeVisible();
    await gotoLively(page, "/registries/new");
    await page.getByLabel("Name", { exact: true }).fill("Vendor");
    const host = page.getByLabel("Host", { exact: true });
    const save = page.getByRole("button", { name: "Save registry" });
    for (const wrong of [`http://${vendorHost}`, `${vendorHost}/`]) {
      await host.fill(wrong);
      await save.click();
      await expect(host).toHaveAttribute("aria-invalid", "true");
    }
    await page.getByLabel("Plain HTTP").check();
    await host.fill("127.0.0.1:9");
    await page.getByRole("button", { name: "Test connection" }).click();
    await expect(page.getByRole("alert").filter({ hasText: "127.0.0.1:9" })).toBeVisible();
    await host.fill("no-such-host.invalid");
    await page.getByRole("button", { name: "Test connection" }).click();
    await expect(page.getByRole("alert").filter({ hasText: "no-such-host.invalid" })).toBeVisible();
    await host.fill(vendorHost);
    await page.getByRole("button", { name: "Test connection" }).click();
    await expect(page.getByText("The registry answers")).toBeVisible();
    await save.click();
    await expect(page.getByRole("heading", { name: "Vendor", level: 1 })).toBeVisible();
  });

  test("the local registry gets a destination, whose three paths are shown", async ({ page }) => {
    const { localHost, slowVendorHost, crawlingVendorHost } = readStack();
    await addRegistry(page, "Slow vendor", slowVendorHost);
    await addRegistry(page, "Crawling vendor", crawlingVendorHost);
    await addRegistry(page, "Local", localHost);
    for (const basePath of ["airgap", "hanbit", "slow"]) {
      await page.getByLabel("Base path").fill(basePath);
      await expect(page.getByText(`${localHost}/${basePath}/vmware-cloud-director`).first()).toBeVisible();
      await page.getByRole("button", { name: "Add destination" }).click();
      await expect(page.getByRole("cell", { name: `${localHost}/${basePath}` }).first()).toBeVisible();
    }
  });

  test("a list with a malformed line is refused by its number, and nothing of it is kept", async ({
    page,
  }) => {
    await importList(page, "Broken", "-i pause:3.7\nthis is not an image\n");
    await expect(page.getByRole("alert").filter({ hasText: "2" })).toContainText("this is not an image");
    await importList(page, "Empty", "# nothing\n");
    await expect(page.getByRole("alert").filter({ hasText: "pasted list" })).toBeVisible();
    await page.goto("/catalog");
    await expect(page.getByText("No releases yet")).toBeVisible();
  });

  test("a list of 30 MB is refused with a clear message", async ({ page }) => {
    await gotoLively(page, "/catalog/import");
    await page.getByLabel("Name", { exact: true }).fill("Huge");
    await page.getByLabel("Version").fill("v1");
    await page.getByLabel("From a file").check();
    await page.locator("input[type=file]").setInputFiles({
      name: "huge.txt",
      mimeType: "text/plain",
      buffer: Buffer.alloc(30 * 1024 * 1024, "-i pause:3.7\n"),
    });
    await page.getByRole("button", { name: "Import release" }).click();
    await expect(page.getByRole("alert").filter({ hasText: "huge.txt" })).toBeVisible();
    await page.goto("/catalog");
    await expect(page.getByText("No releases yet")).toBeVisible();
  });

  test("a release of 222 images is imported", async ({ page }) => {
    await importList(page, "Tanzu Kubernetes Grid", tkgImageList);
    await expect(page.getByRole("heading", { name: "Tanzu Kubernetes Grid v1", level: 1 })).toBeVisible();
    await expect(page.getByText("222").first()).toBeVisible();
  });

  test("the release is offered to all organizations", async ({ page }) => {
    await gotoLively(page, "/catalog");
    await page.getByRole("link", { name: "Offer for all" }).click();
    await expect(page.getByRole("heading", { name: "Offer for all organizations", level: 1 })).toBeVisible();
    await page.getByRole("button", { name: "Save" }).click();
    const destinations = page.getByLabel("Existing destination");
    await expect(destinations).toBeFocused();
    await expect(destinations).toHaveAttribute("aria-invalid", "true");
    const { localHost } = readStack();
    await destinations.selectOption(await optionWith(destinations, `(${localHost}/airgap)`));
    await expect(page.getByText(`${localHost}/airgap/tkg`)).toBeVisible();
    await page.getByRole("checkbox", { name: "Tanzu Kubernetes Grid v1" }).check();
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Offer for all organizations saved.").first()).toBeVisible();
    await expect(page.getByText("1 of 1 offered")).toBeVisible();
  });
});

test("each role signs in, also through a second host name", async ({ browser }) => {
  const { baseUrl, otherUrl } = readStack();
  for (const username of ["provider", "tenant", "auditor"]) {
    for (const address of [baseUrl, otherUrl]) {
      const context = await newVisitor(browser);
      const page = await context.newPage();
      await signIn(page, username, address);
      expect(new URL(page.url()).origin).toBe(address);
      await expect(page.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
      await context.close();
    }
  }
});

/** A browser of its own, without the cookies that the file's tests start with. */
function newVisitor(browser: Browser): Promise<BrowserContext> {
  return browser.newContext({ storageState: { cookies: [], origins: [] } });
}

async function createUser(
  page: Page,
  username: string,
  role: string,
  organization?: string,
): Promise<string> {
  await page.getByRole("button", { name: "New user" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("User name").fill(username);
  await dialog.getByLabel("Full name").fill(`The ${username}`);
  await dialog.getByLabel("Role").selectOption({ label: role });
  if (organization !== undefined) {
    await dialog.getByLabel("Organization").selectOption({ label: organization });
  }
  await dialog.getByRole("button", { name: "Create user" }).click();
  const shown = page.getByRole("dialog", { name: `One-time link for ${username}` });
  await expect(shown).toContainText("/link?token=");
  const link = /https?:\/\/\S+\/link\?token=[\w-]{43}/.exec(await shown.innerText())?.[0] ?? "";
  await shown.getByRole("button", { name: "Done" }).click();
  return link;
}

async function openLink(browser: Browser, link: string, role: "tenant" | "auditor"): Promise<void> {
  const context = (await followLink(browser, link)).context();
  await context.storageState({ path: stateOf(role) });
  await context.close();
}

async function addRegistry(page: Page, name: string, host: string): Promise<void> {
  await gotoLively(page, "/registries/new");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Host", { exact: true }).fill(host);
  await page.getByLabel("Plain HTTP").check();
  await page.getByRole("button", { name: "Save registry" }).click();
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
}
