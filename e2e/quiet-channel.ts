import type { Page } from "@playwright/test";

/** In the form of a channel: it is told of nothing that the journeys beside this one do. */
export async function tellNothingOfOthers(page: Page): Promise<void> {
  for (const event of ["A job fails", "A comparison finds differences", "A schedule is skipped"])
    await page.getByRole("checkbox", { name: event, exact: true }).uncheck();
}
