import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Browser, Locator, Page } from "@playwright/test";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { config42 } from "#lib/testing/vcdke-configs.ts";
import { act } from "./belongings.ts";
import { gotoLively } from "./lively.ts";
import { checkAddresses } from "./look.ts";
import { openRequests } from "./panel-requests.ts";
import { expect, readStack, stateOf, test } from "./stack.ts";

test.describe.configure({ mode: "serial" });
test.use({ storageState: stateOf("provider") });

test.beforeAll(async () => {
  const provider = await openRequests("provider");
  const first = await provider.get("/api/server-config/revisions/1");
  const template = { seen: null, draft: { kind: "new", version: "4.2.3" }, confirmed: [] };
  if (first.status() === 404) await act(provider, "saveConfigAction", template);
});

const random = randomBytes(18).toString("hex");
const token = `ghp_${random}`;

/** As Cloud Director may have it, with a version that is written wrong and a field that nobody here knows. */
function makeDocument(): string {
  const entity = JSON.parse(config42) as { profiles: [Record<string, unknown>] };
  const { pem } = issueCertificate({ subject: "Imported Root CA", ca: true });
  return JSON.stringify({ ...entity, customerNote: { keptBy: random } }, null, 2)
    .replace(
      /"certificateAuthorities": \[\s*"[^"]*"\s*\]/,
      `"certificateAuthorities": [${JSON.stringify(pem)}]`,
    )
    .replace(/("githubPersonalAccessToken": )"[^"]*"/, `$1"${token}"`)
    .replace('"v1.3.2"', '"1.3.2"');
}

test("a document is imported: what is wrong is mended at its field, and the difference is seen before", async ({
  page,
}) => {
  await gotoLively(page, "/settings/server/import");
  const document = page.getByRole("textbox", { name: "Document" });
  await document.fill('{\n  "profiles": [,\n');
  await expect(page.getByText("The document cannot be read at line 2, column 16.")).toBeVisible();
  await document.fill(makeDocument());
  const save = page.getByRole("button", { name: "Save as the configuration" });
  await expect(page.getByText("This has to be corrected before it can be saved")).toBeVisible();
  await expect(save).toBeDisabled();
  await page.getByRole("button", { name: "Use v1.3.2" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "customerNote.keptBy" })).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "GitHub token" }).last()).toContainText(
    "not shown",
  );
  await expect(page.getByText("Clusters would pull from harbor.example.com/air-gap")).toBeVisible();
  const question = page.getByRole("dialog", { name: "Can clusters pull from it?" });
  const inSpite = question.getByRole("button", { name: "Save although clusters cannot pull" });
  await save.click();
  await expect(question.getByText(/Clusters cannot pull from it/)).toBeVisible();
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(page).toHaveURL(/\/import$/);
  await save.click();
  await inSpite.click();
  await expect(
    page.getByRole("note").or(page.getByRole("status")).filter({ hasText: "is saved here" }),
  ).toContainText("Reboot the CSE server VM");
  await expect(page.getByText(token)).toHaveCount(0);
});

test("what is typed in one tab outlives the others, and is saved once its difference was seen", async ({
  page,
}) => {
  await gotoLively(page, "/settings/server?tab=sizing");
  const before = await revisionOn(page);
  await choose(page, "TKG large");
  await page.getByRole("tab", { name: "Machine health check" }).click();
  await expect(page).toHaveURL(/tab=healthCheck/);
  await page.getByLabel("Node startup timeout (s)").fill("900s");
  await page.getByLabel("Node not-ready timeout (s)").fill("ten");
  await expect(page.getByText("Enter one such as 900 or 900s.")).toBeVisible();
  await page.getByLabel("Node not-ready timeout (s)").fill("600");
  await page.getByRole("tab", { name: "Sizing policy" }).click();
  await expect(page.getByLabel("TKG large")).toBeChecked();
  const dialog = await review(page);
  await expect(dialog.getByText(`2 differences from revision ${before}`)).toBeVisible();
  await expect(dialog.getByRole("listitem").filter({ hasText: "Sizing policy" })).toContainText("TKG small");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(`Revision ${before + 1} is saved here`)).toBeVisible();
  await expect(page.getByText("No changes")).toBeVisible();
});

test("of two who edit at once the second is shown both, chooses, and loses nothing", async ({
  page,
  browser,
}) => {
  await gotoLively(page, "/settings/server?tab=sizing");
  const before = await revisionOn(page);
  await choose(page, "TKG extra-large");
  await page.getByRole("tab", { name: "Syslog" }).click();
  await page.getByLabel("Syslog host").fill("logs.example.com");
  await page.getByLabel("Syslog port").fill("514");

  const other = await openAs(browser, "provider", "/settings/server?tab=sizing");
  await choose(other, "TKG medium");
  await (await review(other)).getByRole("button", { name: "Save" }).click();
  await expect(other.getByText(`Revision ${before + 1} is saved here`)).toBeVisible();

  const dialog = await review(page);
  await expect(dialog.getByText("Somebody has saved in the meantime")).toBeVisible();
  const both = dialog.getByRole("group", { name: "Sizing policy" });
  await expect(both).toContainText("TKG medium");
  await expect(both).toContainText("TKG extra-large");
  await expect(dialog.getByRole("button", { name: "Save" })).toBeDisabled();
  await both.getByLabel("Theirs").check();
  await dialog.getByRole("button", { name: `Go on upon revision ${before + 1}` }).click();
  await expect(dialog.getByText(`2 differences from revision ${before + 1}`)).toBeVisible();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(`Revision ${before + 2} is saved here`)).toBeVisible();
  await expect(page.getByLabel("Syslog host")).toHaveValue("logs.example.com");
  await page.getByRole("tab", { name: "Sizing policy" }).click();
  await expect(page.getByLabel("TKG medium")).toBeChecked();
});

test("a revision is restored, the token stays away, and the download has none of the secrets", async ({
  page,
}) => {
  await gotoLively(page, "/settings/server?tab=github");
  const before = await revisionOn(page);
  await page.getByRole("button", { name: "Remove the token" }).click();
  await expect(page.getByText("1 field changed")).toBeVisible();
  await (await review(page)).getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(`Revision ${before + 1} is saved here`)).toBeVisible();

  await page.getByRole("link", { name: "Revisions", exact: true }).click();
  // As it was imported.
  await page.getByRole("button", { name: `Restore revision ${before - 3}` }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("The GitHub token stays as it is now")).toBeVisible();
  await expect(dialog.getByRole("listitem").filter({ hasText: "Sizing policy" })).toContainText("TKG small");
  await dialog.getByRole("button", { name: "Restore" }).click();
  await expect(page.getByText(`Revision ${before + 2} is saved here`)).toBeVisible();
  await gotoLively(page, "/settings/server?tab=github");
  await expect(page.getByText("No token is stored.")).toBeVisible();

  await page.getByRole("button", { name: "Download" }).click();
  const loading = page.waitForEvent("download");
  await page.getByRole("dialog").getByRole("link", { name: "Download" }).click();
  const text = readFileSync(await (await loading).path(), "utf8");
  expect(JSON.parse(text)).toMatchObject({ customerNote: { keptBy: random } });
  expect(text).toContain('"githubPersonalAccessToken": ""');
  expect(text).not.toContain(token);
});

test("neither a revision nor the offer for all leads clusters elsewhere without a word", async ({ page }) => {
  await page.goto("/settings/server");
  const before = await revisionOn(page);
  // However many there are by then.
  await gotoLively(page, "/settings/server/revisions?pageSize=100");
  // The first has the registry that answers no more.
  await page.getByRole("button", { name: "Restore revision 1", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Restore" }).click();
  const question = page.getByRole("dialog", { name: "Can clusters pull from it?" });
  await expect(question.getByRole("button", { name: "Save although clusters cannot pull" })).toBeVisible();
  await expect(question).toContainText("No cluster gets an image from projects.registry.vmware.com any more");
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(question).toBeHidden();

  await gotoLively(page, "/catalog/offer");
  await page.getByRole("radio", { name: "A new base path on a registry" }).check();
  await page.getByLabel("Registry", { exact: true }).selectOption({ label: await localOption(page) });
  await page.getByRole("textbox", { name: "Base path" }).fill("not-seen");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(question.getByText(/Clusters cannot pull from it/)).toBeVisible();
  await question.getByRole("button", { name: "Cancel" }).click();
  await page.goto("/settings/server");
  expect(await revisionOn(page)).toBe(before);
});

test("an auditor sees all of it and changes nothing", async ({ browser }) => {
  const page = await openAs(browser, "auditor", "/settings/server?tab=proxy");
  await expect(page.getByLabel("No proxy")).toHaveAttribute("readonly");
  await expect(page.getByRole("button", { name: "Review and save…" })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Import…" })).toHaveCount(0);
  await page.goto("/settings/server/revisions");
  await expect(page.getByRole("button", { name: /^Difference of/ }).first()).toBeVisible();
  await expect(page.getByRole("button", { name: /^Restore/ })).toHaveCount(0);
});

test("nothing of it shows a barrier, a missing text or one that runs over", async ({ browser }) => {
  test.setTimeout(240_000);
  const pages = ["/settings/server?tab=versions", "/settings/server?tab=github&saved=1"];
  await checkAddresses(browser, "provider", pages);
  await checkAddresses(browser, "provider", ["/settings/server/revisions"], async (page, address) => {
    await gotoLively(page, address);
    await page.locator("main li [aria-expanded=false]").first().click();
    await expect(page.locator("main li li").first()).toBeVisible();
    await page.locator("main section > div > ul > li").nth(1).locator("button").last().click();
    await expect(page.getByRole("dialog").locator("li").first()).toBeVisible();
  });
});

async function localOption(page: Page): Promise<string> {
  const option = page.locator("option").filter({ hasText: readStack().localHost });
  return (await option.first().textContent()) ?? "";
}

async function choose(page: Page, policy: string): Promise<void> {
  await page.getByLabel(policy).check();
  await expect(page.getByText("1 field changed")).toBeVisible();
}

async function review(page: Page): Promise<Locator> {
  await page.getByRole("button", { name: "Review and save…" }).click();
  return page.getByRole("dialog");
}

async function openAs(browser: Browser, role: "provider" | "auditor", address: string): Promise<Page> {
  const context = await browser.newContext({ storageState: stateOf(role) });
  const page = await context.newPage();
  await gotoLively(page, address);
  return page;
}

/** The number of the revision that holds. */
async function revisionOn(page: Page): Promise<number> {
  const name = await page.getByRole("link", { name: /^Revision \d+$/ }).innerText();
  return Number(/\d+/.exec(name)?.[0]);
}
