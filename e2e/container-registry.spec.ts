import { resolve } from "node:path";
import type { Page } from "@playwright/test";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { type RegistryServer, startRegistry } from "#lib/testing/registry-server.ts";
import { act } from "./belongings.ts";
import { gotoLively } from "./lively.ts";
import { openRequests } from "./panel-requests.ts";
import { expect, folder, readStack, stateOf, test } from "./stack.ts";

test.describe.configure({ mode: "serial" });
test.use({ storageState: stateOf("provider") });

/** The vendor's images behind TLS of an authority that nobody knows yet. */
let registry: RegistryServer;
const authorityName = "Unheard-of CA";
const isOutdated = "This was judged with other certificates than the lists have now";
const organization = { name: "own.destination", displayName: "Own Destination Ltd" };

test.beforeAll(async () => {
  const authority = issueCertificate({ subject: authorityName, ca: true, keyUsage: ["keyCertSign"] });
  const server = issueCertificate({ subject: "127.0.0.1", issuer: authority, names: ["127.0.0.1"] });
  const tls = { cert: `${server.pem}${authority.pem}`, key: server.keyPem };
  registry = await startRegistry({ rootDir: resolve(folder, "vendor"), readOnly: true, tls });
});
test.afterAll(() => registry.stop());

const urlOf = (page: Page) => page.getByLabel("Container registry URL");
const trustIn = (page: Page, list: string) =>
  page.locator("dl > div").filter({ hasText: list }).locator("dd").first();

async function open(page: Page): Promise<void> {
  await gotoLively(page, "/settings/container-registry");
}

test("what cannot be a URL is said in words, with what was most likely meant", async ({ page }) => {
  await open(page);
  await urlOf(page).fill(`https://${registry.host}/tkg/`);
  await urlOf(page).blur();
  await expect(urlOf(page)).toHaveAttribute("aria-invalid", "true");
  for (const problem of ["Leave out the scheme", "Leave out the slash", "Leave out “tkg”"]) {
    await expect(page.getByText(problem)).toBeVisible();
  }
  await page.getByRole("button", { name: `Use ${registry.host}` }).click();
  await expect(urlOf(page)).toHaveValue(registry.host);
  for (const path of ["tkg", "vmware-cloud-director", "tanzu_cli/plugins"]) {
    await expect(page.getByText(`${registry.host}/${path}`, { exact: true })).toBeVisible();
  }
  // It is examined at once, since it is another than the one that is saved.
  await expect(page.getByText(/Clusters cannot pull from it/)).toBeVisible();
  await expect(trustIn(page, "Bootstrap VM certificates")).toHaveText("Not trusted");
  await expect(trustIn(page, "Cluster certificates")).toHaveText("Not trusted");
  await expect(page.getByText(`The registry sends a certificate that would make it trusted`)).toContainText(
    authorityName,
  );
});

test("a registry that wants credentials is named, and is not saved without a word", async ({ page }) => {
  const { lockedHost } = readStack();
  await open(page);
  await urlOf(page).fill(lockedHost);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const question = page.getByRole("alertdialog", { name: "Save although clusters cannot pull?" });
  await expect(question).toContainText("wants a user name and password");
  await question.getByRole("button", { name: "Cancel" }).click();
  await open(page);
  await expect(urlOf(page)).not.toHaveValue(lockedHost);
});

test("its authority is fetched into both lists, and then it is examined and saved", async ({ page }) => {
  await open(page);
  await urlOf(page).fill(registry.host);
  await urlOf(page).blur();
  await page.getByRole("link", { name: "Fetch the chain" }).click();
  await page.getByRole("button", { name: "Fetch", exact: true }).click();
  await expect(page.getByLabel(`Add “${authorityName}”`)).toBeChecked();
  await page.getByRole("button", { name: "Add 1 certificate" }).click();
  await expect(page).not.toHaveURL(/certificates\/new/);

  await gotoLively(page, `/settings/container-registry?url=${registry.host}`);
  await expect(page.getByText(isOutdated)).toBeVisible();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText(/^Saved as revision \d+$/)).toBeVisible();
  await expect(page.getByText("Clusters can pull from it", { exact: true })).toBeVisible();
  await expect(trustIn(page, "Cluster certificates")).toContainText(authorityName);
  await expect(page.getByText("Reboot the CSE server VM")).toBeVisible();
  await expect(page.getByRole("link", { name: registry.host }).first()).toBeVisible();

  await page.goto("/audit?action=server-config.save");
  await page.locator("tbody a[aria-expanded]").first().click();
  await expect(page.locator("tbody table")).toContainText("profiles[0].containerRegistryUrl");
});

test("the panel trusts it, too, by one click", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Add to this list" }).click();
  await expect(trustIn(page, "This panel")).toContainText(authorityName);
});

test("what was found and is gone is found anew, and asked anew; what was judged with other lists says so", async ({
  page,
}) => {
  const provider = await openRequests("provider");
  await open(page);
  await urlOf(page).fill(readStack().lockedHost);
  const found = page.waitForResponse(/\/api\/doctor\//);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const question = page.getByRole("alertdialog", { name: "Save although clusters cannot pull?" });
  await expect(question).toContainText("wants a user name and password");
  // As when it has grown too old while the question stands there.
  const { id } = (await (await found).json()) as { id: string };
  await act(provider, "deleteDoctorRunAction", { runId: id });
  const foundAnew = page.waitForResponse(/\/api\/doctor\//);
  await question.getByRole("button", { name: "Save although clusters cannot pull" }).click();
  await foundAnew;
  await expect(question).toContainText("wants a user name and password");
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText("Nobody has checked lately")).toHaveCount(0);

  const { pem } = issueCertificate({ subject: "One-sided CA", ca: true, keyUsage: ["keyCertSign"] });
  await act(provider, "addCertificatesAction", {
    ...{ certificates: [{ pem, name: "one-sided-ca" }], lists: ["cluster"] },
  });
  const check = page.getByRole("button", { name: "Check now" });
  await check.click();
  await expect(check).toBeEnabled();
  await expect(page.getByText(/Clusters cannot pull from it/)).toBeVisible();
  const warning = page.getByRole("listitem").filter({ hasText: "“one-sided-ca” stands in" });
  await warning.getByRole("button", { name: "Put it into “Bootstrap VM certificates”" }).click();
  await expect(page.getByText(isOutdated)).toBeVisible();
});

test("an organization gets a destination of its own, and not one within another's", async ({ page }) => {
  for (const { name, displayName } of [organization, { name: "nested", displayName: "Nested Ltd" }]) {
    await gotoLively(page, "/organizations");
    await page.getByRole("button", { name: "New organization" }).first().click();
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByLabel("Display name").fill(displayName);
    await page.getByRole("dialog").getByRole("button", { name: "Create organization" }).click();
    await expect(page.getByRole("heading", { name: displayName, level: 1 })).toBeVisible();
  }
  await gotoLively(page, "/settings/container-registry?search=Ltd");
  const dialog = await openDestination(page, organization.displayName);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole("row").filter({ hasText: organization.displayName });
  await expect(row).toContainText("Private");
  await expect(row).toContainText(`${registry.host}/${organization.name}`);

  const nested = await openDestination(page, "Nested Ltd");
  await nested.getByRole("textbox", { name: "Base path" }).fill(`${organization.name}/within`);
  await nested.getByRole("button", { name: "Save" }).click();
  await expect(nested).toContainText(`It lies within the path that ${organization.displayName} publishes to`);
  await page.goto(`/organizations/${organization.name}`);
  await expect(page.getByText(`${registry.host}/${organization.name}`).first()).toBeVisible();
});

test("an auditor sees what clusters pull from, and changes nothing", async ({ browser }) => {
  const page = await (await browser.newContext({ storageState: stateOf("auditor") })).newPage();
  await open(page);
  await expect(page.getByText(registry.host, { exact: true }).first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Save", exact: true })).toHaveCount(0);
});

async function openDestination(page: Page, of: string) {
  await page.getByRole("button", { name: `Actions for ${of}` }).click();
  await page.getByRole("menuitem", { name: "Change destination…" }).click();
  const dialog = page.getByRole("dialog", { name: `Destination of ${of}` });
  await dialog.getByRole("radio", { name: "A new base path on a registry" }).check();
  await dialog.getByLabel("Registry", { exact: true }).selectOption(await optionOf(dialog, registry.host));
  return dialog;
}

async function optionOf(dialog: ReturnType<Page["getByRole"]>, host: string): Promise<string> {
  const option = dialog.locator("option").filter({ hasText: `(${host})` });
  return (await option.first().getAttribute("value")) ?? "";
}
