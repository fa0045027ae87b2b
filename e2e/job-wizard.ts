import type { Locator, Page } from "@playwright/test";
import { gotoLively } from "./lively.ts";
import { expect, readStack } from "./stack.ts";

interface Choices {
  release: string;
  source: string;
  destination: string;
}

/** Leads the wizard to its last step. */
export async function openWizard(page: Page, { release, source, destination }: Choices): Promise<void> {
  const { localHost } = readStack();
  await gotoLively(page, "/jobs/new");
  await page.getByRole("checkbox", { name: release }).check();
  await page.getByRole("button", { name: "Next", exact: true }).click();
  const sources = page.getByLabel("Source registry");
  await sources.selectOption(await optionWith(sources, `${source} (`));
  const destinations = page.getByLabel("Destination");
  await destinations.selectOption(await optionWith(destinations, `(${localHost}/${destination})`));
  await page.getByRole("button", { name: "Next", exact: true }).click();
  await expect(page.getByRole("button", { name: "Plan", exact: true })).toBeVisible();
}

/** The value of the option that begins or ends with a text. */
export async function optionWith(select: Locator, text: string): Promise<string> {
  await expect(select).toBeVisible();
  const options = await select
    .locator("option")
    .evaluateAll((all) =>
      all.map((each) => ({ value: (each as HTMLOptionElement).value, label: each.textContent })),
    );
  const found = options.find(({ label }) => label.startsWith(text) || label.endsWith(text));
  if (!found) throw new Error(`no option "${text}" among: ${options.map(({ label }) => label).join(", ")}`);
  return found.value;
}
