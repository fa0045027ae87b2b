import { mkdirSync } from "node:fs";
import type { BrowserContext, Page } from "@playwright/test";
import { openWizard } from "./job-wizard.ts";
import { expect, readStack, stateOf, test } from "./stack.ts";

const folder = "docs/screenshots";
const locales = ["en", "ko", "ja"];

test.use({ storageState: stateOf("provider"), viewport: { width: 1280, height: 860 } });
test.beforeAll(() => {
  mkdirSync(folder, { recursive: true });
});

test("a mirroring job, watched live, and the overview beside it", async ({ page, context }) => {
  test.setTimeout(300_000);
  await openWizard(page, {
    release: "Tanzu Kubernetes Grid v1",
    source: "Slow vendor",
    destination: "airgap",
  });
  await page.getByLabel("Start right after planning").check();
  await page.getByRole("button", { name: "Plan", exact: true }).click();
  const bar = page.getByRole("progressbar").first();
  await expect(page.getByText("Running").first()).toBeVisible({ timeout: 120_000 });
  await expect
    .poll(async () => Number(await bar.getAttribute("aria-valuenow")), { timeout: 120_000 })
    .toBeGreaterThan(25);
  const job = page.url();
  await takeInEveryLanguage(page, context, job, "job-running");
  await prefer(context, "drayage_theme", "dark");
  await take(page, job, "job-running-dark-en");
  await prefer(context, "drayage_theme", "light");
  await takeInEveryLanguage(page, context, "/", "overview");
  await takeInEveryLanguage(page, context, "/registries", "registries");
});

test("what OpenShift needs for what was mirrored", async ({ page, context }) => {
  test.setTimeout(300_000);
  await openWizard(page, { release: "Tanzu Kubernetes Grid v1", source: "Vendor", destination: "airgap" });
  await page.getByLabel("Start right after planning").check();
  await page.getByRole("button", { name: "Plan", exact: true }).click();
  await page.getByRole("link", { name: "Configure clusters" }).click({ timeout: 240_000 });
  await page.getByRole("link", { name: "OpenShift", exact: true }).click();
  await expect(page.getByText("kind: ImageDigestMirrorSet")).toBeVisible();
  await takeInEveryLanguage(page, context, page.url(), "cluster-config");
});

test("the settings of the CSE server, of a registry that clusters can pull from", async ({
  page,
  context,
}) => {
  test.setTimeout(180_000);
  const { secureHost } = readStack();
  await page.goto(`/settings/certificates/new?server=${secureHost}`);
  await page.getByRole("button", { name: "Fetch", exact: true }).click();
  await page.getByRole("button", { name: "Add 1 certificate" }).click();
  await expect(page).not.toHaveURL(/certificates\/new/);
  const settings = "/settings/container-registry";
  await page.goto(settings);
  await page.getByLabel("Container registry URL").fill(secureHost);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText(/^Saved as revision/)).toBeVisible({ timeout: 60_000 });
  await takeInEveryLanguage(page, context, settings, "container-registry");
  await takeInEveryLanguage(page, context, "/settings/certificates", "certificates");
  await takeInEveryLanguage(page, context, "/settings/server", "server-configuration");
});

async function takeInEveryLanguage(
  page: Page,
  context: BrowserContext,
  address: string,
  name: string,
): Promise<void> {
  for (const locale of locales) {
    await prefer(context, "drayage_locale", locale);
    await take(page, address, `${name}-${locale}`);
  }
  await prefer(context, "drayage_locale", "en");
}

async function take(page: Page, address: string, name: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  // Live figures arrive a moment after the first paint.
  await page.waitForTimeout(1500);
  await page.screenshot({ path: `${folder}/${name}.png` });
}

async function prefer(context: BrowserContext, name: string, value: string): Promise<void> {
  await context.addCookies([{ name, value, url: readStack().baseUrl }]);
}
