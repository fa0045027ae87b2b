import type { Page } from "@playwright/test";
import { expect, readPassword, stateOf, test } from "./stack.ts";

test.use({ storageState: stateOf("provider") });

/** Until the word that is returned. */
async function holdScripts(page: Page): Promise<() => void> {
  const scripts = Promise.withResolvers<undefined>();
  await page.route("**/_next/static/**/*.js", async (route) => {
    await scripts.promise;
    await route.continue();
  });
  return () => scripts.resolve(undefined);
}

// As behind a slow line, or when a browser fills in again what stood in the fields before the page was loaded anew.
test("what is entered before the scripts of a page are there counts as what comes later does", async ({
  page,
}) => {
  const letScriptsCome = await holdScripts(page);
  await page.goto("/notifications/new", { waitUntil: "commit" });
  await page.getByLabel("Name").fill("Filled in early");
  await page.getByLabel("CA certificate").fill("no certificate");
  const events = page.getByRole("group", { name: "Told of" }).getByRole("checkbox");
  const before = await events.evaluateAll((boxes) => boxes.map((box) => (box as HTMLInputElement).checked));
  for (const [index, isChecked] of before.entries()) await events.nth(index).setChecked(!isChecked);
  await page.getByLabel("Language").last().selectOption("한국어");
  await page.getByRole("radio", { name: "Mail" }).check();
  await expect(page.getByLabel("Mail server")).toHaveCount(0);
  letScriptsCome();

  await expect(page.getByLabel("Mail server")).toBeVisible();
  await page.getByLabel("Mail server").fill("127.0.0.1");
  await page.getByLabel("Sender").fill("drayage@example.com");
  await page.getByLabel("Recipients").fill("ops@example.com");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByLabel("CA certificate")).toHaveAttribute("aria-invalid");
  await page.getByLabel("CA certificate").fill("");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "Filled in early", level: 1 })).toBeVisible();
  await page.getByRole("link", { name: "Edit" }).click();
  await expect(page.getByRole("heading", { name: "Edit Filled in early", level: 1 })).toBeVisible();
  await expect(page.getByLabel("Language").last()).toHaveValue("ko");
  for (const [index, isChecked] of before.entries()) {
    await expect(events.nth(index)).toBeChecked({ checked: !isChecked });
  }

  await page.getByRole("link", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete channel" }).click();
  await expect(page.getByRole("heading", { name: "Notifications", level: 1 })).toBeVisible();
});

test("a form that is sent before the scripts are there is sent once they are, and once however often", async ({
  page,
}) => {
  const letScriptsCome = await holdScripts(page);
  await page.goto("/notifications/new", { waitUntil: "commit" });
  await page.getByLabel("Name").fill("Sent early");
  const save = page.getByRole("button", { name: "Save" });
  await save.click();
  await save.click();
  letScriptsCome();
  const url = page.getByLabel("Web address");
  await expect(url).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Name")).toHaveValue("Sent early");
  await expect(page).toHaveURL(/\/notifications\/new$/);

  const letThemComeAgain = await holdScripts(page);
  await page.goto("/notifications/new", { waitUntil: "commit" });
  await page.getByLabel("Name").fill("Sent early");
  await url.fill("https://hooks.example.com/early");
  await save.click();
  await save.click();
  letThemComeAgain();
  await page.getByRole("button", { name: "I have copied it" }).click();
  await expect(page.getByRole("heading", { name: "Sent early", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete channel" }).click();
  await expect(page.getByRole("heading", { name: "Notifications", level: 1 })).toBeVisible();
  await expect(page.getByRole("link", { name: "Sent early" })).toHaveCount(0);
});

test("what is pasted to be checked before the scripts are there is checked once they are", async ({
  page,
}) => {
  const letScriptsCome = await holdScripts(page);
  await page.goto("/cluster-config/check", { waitUntil: "commit" });
  await page
    .getByLabel("What to check")
    .fill(
      [
        "apiVersion: config.openshift.io/v1",
        "kind: ImageTagMirrorSet",
        "metadata: { name: windows }",
        "spec:",
        "  imageTagMirrors:",
        "    - source: registry.access.redhat.com/ubi9/ubi-minimal",
        "      mirrors: [harbor.example.com/windows/ubi-minimal]",
      ].join("\n"),
    );
  await page.getByRole("button", { name: "Check", exact: true }).click();
  letScriptsCome();
  await expect(page.getByRole("status").filter({ hasText: /problems?, / })).toBeVisible();
  await expect(page).toHaveURL(/\/cluster-config\/check$/);
});

test("a password that is changed before the scripts are there is judged once they are", async ({ page }) => {
  const letScriptsCome = await holdScripts(page);
  const sent: string[] = [];
  page.on("request", (request) => sent.push(`${request.url()} ${request.postData()}`));
  await page.goto("/account", { waitUntil: "commit" });
  await page.locator("input[name=currentPassword]").fill("typed-early");
  await page.locator("input[name=password]").fill("too short");
  await page.getByRole("button", { name: "Change password" }).click();
  const before = sent.length;
  letScriptsCome();
  await expect(page.locator("input[name=password]")).toHaveAttribute("aria-invalid", "true");
  await expect(page.locator("input[name=currentPassword]")).toHaveValue("typed-early");
  expect(sent.slice(0, before).filter((request) => request.includes("typed-early"))).toEqual([]);
  await expect(page).toHaveURL(/\/account$/);
});

test.describe("somebody who signs in before the scripts of the page are there", () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test("is signed in once they are, without a password in an address", async ({ page }) => {
    const letScriptsCome = await holdScripts(page);
    const addresses: string[] = [];
    page.on("request", (request) => addresses.push(request.url()));
    await page.goto("/sign-in?next=/jobs", { waitUntil: "commit" });
    await page.getByLabel("User name").fill("auditor");
    await page.locator("input[name=password]").fill(readPassword());
    await page.getByRole("button", { name: "Sign in" }).click();
    letScriptsCome();
    await expect(page.getByRole("heading", { name: "Jobs", level: 1 })).toBeVisible();
    expect(addresses.filter((address) => address.includes(readPassword()))).toEqual([]);
  });

  test("is told what is wrong, and keeps what was typed", async ({ page }) => {
    const letScriptsCome = await holdScripts(page);
    await page.goto("/sign-in", { waitUntil: "commit" });
    await page.getByLabel("User name").fill("auditor");
    await page.locator("input[name=password]").press("Enter");
    letScriptsCome();
    await expect(page.locator("input[name=password]")).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByLabel("User name")).toHaveValue("auditor");
    await page.locator("input[name=password]").fill(readPassword());
    await page.locator("input[name=password]").press("Enter");
    await expect(page.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
  });
});
