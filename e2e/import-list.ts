import type { Page } from "@playwright/test";
import { gotoLively } from "./lively.ts";

/** Pastes a list into the form that makes a release of it, as version v1, and sends it. */
export async function importList(page: Page, name: string, text: string): Promise<void> {
  await gotoLively(page, "/catalog/import");
  await page.getByLabel("Tanzu Kubernetes Grid", { exact: true }).check();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Version").fill("v1");
  await page.getByLabel("Paste text").check();
  await page.getByLabel("List of images").fill(text);
  await page.getByRole("button", { name: "Import release" }).click();
}
