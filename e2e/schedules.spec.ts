import { optionWith } from "./job-wizard.ts";
import { gotoLively } from "./lively.ts";
import { expect, readStack, stateOf, test } from "./stack.ts";

test.use({ storageState: stateOf("provider") });

test("a schedule is made, run at once, told with its job, and paused", async ({ page }) => {
  test.setTimeout(240_000);
  await gotoLively(page, "/schedules/new");
  await page.getByLabel("Name").fill("Compare each week");
  await page.getByRole("radio", { name: "Compare" }).check();
  await page.getByRole("checkbox", { name: "Tanzu Kubernetes Grid v1" }).check();
  const destinations = page.getByLabel("Destination", { exact: true });
  await destinations.selectOption(await optionWith(destinations, `(${readStack().localHost}/airgap)`));
  const paths = page.getByRole("region", { name: "Images" });
  await expect(paths.getByText(`${readStack().localHost}/airgap/tkg/`).first()).toBeVisible();
  await page.getByRole("radio", { name: "Every week" }).check();
  await page.getByLabel("Day of the week").selectOption("Monday");
  await page.getByLabel("Time zone").selectOption("Asia/Seoul");
  await expect(page.getByRole("list", { name: "Next runs" }).getByRole("listitem")).toHaveCount(5);
  await page.getByRole("button", { name: "Save" }).click();

  await expect(page.getByRole("heading", { name: "Compare each week", level: 1 })).toBeVisible();
  await expect(page.getByText("Every Monday at 03:00 (0 3 * * 1)")).toBeVisible();
  await page.getByRole("button", { name: "Run now" }).click();
  const history = page.getByRole("table", { name: "History" });
  const job = history.getByRole("link", { name: /^#\d+$/ });
  await expect(job).toBeVisible({ timeout: 120_000 });
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByText("None until it is resumed")).toBeVisible();
  await job.click();
  await expect(page.getByRole("heading", { name: /^(Job|Comparison) #\d+/, level: 1 })).toBeVisible();
});
