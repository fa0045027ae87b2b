import type { Page } from "@playwright/test";

/** Has the panel's next answer to what is to be read of certificates wait for a word. */
export async function holdReading(page: Page): Promise<{ asked: Promise<void>; give: () => void }> {
  const [asked, given] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await page.route(
    "**/api/certificates/preview",
    async (route) => {
      asked.resolve();
      await given.promise;
      // Nobody may wait for it any more.
      await route.continue().catch(() => undefined);
    },
    { times: 1 },
  );
  return { asked: asked.promise, give: given.resolve };
}
