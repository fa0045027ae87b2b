import type { Locator, Page } from "@playwright/test";

/** What a job's page reads out of its state: `Job #3: Succeeded`. */
export const stateOfJob = (page: Page): Locator =>
  page.getByRole("status").filter({ hasText: /^Job #\d+: / });
