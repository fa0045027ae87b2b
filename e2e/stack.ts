import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Page, test as base } from "@playwright/test";

export const folder = ".cache/e2e/stack";
export const stackFile = join(folder, "stack.json");
/** What the panel and its workers write while the journeys are made. */
export const logFile = join(folder, "panel.log");
/** A folder for bundles beside the panel's own, called `disk`, which can be taken away. */
export const diskFolder = join(folder, "disk");

/** What runs while the journeys are made. */
export interface Stack {
  baseUrl: string;
  /** The same panel under a second host name. */
  otherUrl: string;
  setupUrl: string;
  vendorHost: string;
  /** The vendor's registry behind a slow line. */
  slowVendorHost: string;
  /** The same behind a line on which even small documents take their time. */
  crawlingVendorHost: string;
  localHost: string;
  /** The vendor's images once more, behind TLS of a private authority, which is sent along with the chain. */
  secureHost: string;
  /** The same, which lets nobody in but `lockedAccount`. */
  lockedHost: string;
  /** The authority's certificate, in PEM. */
  authorityPem: string;
}

export const lockedAccount = { username: "robot", password: "secret" };

export function readStack(): Stack {
  return JSON.parse(readFileSync(stackFile, "utf8")) as Stack;
}

export const roles = ["provider", "tenant", "auditor"] as const;
export type RoleName = (typeof roles)[number];
/** As the table of permissions names them. */
export const roleOf = { provider: "provider", tenant: "tenant_admin", auditor: "auditor" } as const;

/** Cookies of a signed-in role, written by the first visit. */
export const stateOf = (role: RoleName): string => join(folder, `${role}.json`);

/** One password for all accounts of a run; made anew for each. */
export const passwordFile = join(folder, "password");
export const readPassword = (): string => readFileSync(passwordFile, "utf8");

/** Tests that start at the panel; `test.use({ storageState: stateOf("provider") })` signs a whole file in. */
export const test = base.extend({
  // Playwright wants the first argument destructured.
  // eslint-disable-next-line no-empty-pattern
  baseURL: async ({}, use) => {
    await use(readStack().baseUrl);
  },
});

export { expect } from "@playwright/test";

export async function signIn(page: Page, username: string, baseUrl = ""): Promise<void> {
  await page.goto(`${baseUrl}/sign-in`);
  await page.getByLabel("User name").fill(username);
  await page.locator("input[name=password]").fill(readPassword());
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}
