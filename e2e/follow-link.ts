import type { Browser, Page } from "@playwright/test";
import { gotoLively } from "./lively.ts";
import { expect, readPassword } from "./stack.ts";

/** Opens a one-time link in a browser without cookies, sets the password there, and is signed in. */
export async function followLink(browser: Browser, link: string): Promise<Page> {
  const page = await (await browser.newContext({ storageState: { cookies: [], origins: [] } })).newPage();
  await gotoLively(page, link);
  await page.getByLabel("New password", { exact: true }).fill(readPassword());
  await page.getByLabel("New password again").fill(readPassword());
  await page.getByRole("button", { name: "Set password and sign in" }).click();
  await expect(page.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
  return page;
}
