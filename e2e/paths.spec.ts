import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { importRelease } from "./belongings.ts";
import { gotoLively } from "./lively.ts";
import { checkAddresses } from "./look.ts";
import { openRequests } from "./panel-requests.ts";
import { expect, stateOf, test } from "./stack.ts";

test.describe.configure({ mode: "serial" });
test.use({ storageState: stateOf("provider") });

const rewrites = (page: Page) => page.locator("section").filter({ hasText: "Source rewrites" }).first();
const places = (page: Page) =>
  page.locator("section").filter({ hasText: "Places at the destination" }).first();

test("sources and places are edited with the way of an image in sight, and a release follows", async ({
  page,
}) => {
  const release = await importRelease(await openRequests("provider"), "Placed", "-i pause:3.7\n");
  await gotoLively(page, "/catalog");
  await page.getByRole("link", { name: "Sources and places" }).click();
  await expect(rewrites(page).getByLabel("Named as")).toHaveValue("projects.registry.vmware.com");
  await page.getByLabel("Kind of release").selectOption("tkg");
  await page.getByLabel("Image", { exact: true }).fill("projects.registry.vmware.com/tkg/pause:3.7");
  await expect(page.getByText("projects.packages.broadcom.com/tkg/pause:3.7")).toBeVisible();
  await expect(page.getByText("<base path>/tkg/pause:3.7")).toBeVisible();

  await rewrites(page).getByRole("button", { name: "Add rule" }).click();
  await rewrites(page).getByLabel("Named as").last().fill("vendor");
  await rewrites(page).getByLabel("Read from").last().fill("mirror.example.com");
  await expect(page.getByText("Write the registry’s host in front")).toBeVisible();
  await rewrites(page).getByLabel("Named as").last().fill("docker.io");
  await expect(page.getByText("Write the registry’s host in front")).toBeHidden();
  await rewrites(page).getByRole("button", { name: "Move docker.io up" }).press("Enter");
  await expect(rewrites(page).getByLabel("Named as").first()).toHaveValue("docker.io");
  await rewrites(page).getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Source rewrites saved.").first()).toBeVisible();

  await places(page).getByRole("button", { name: "Add place" }).click();
  await places(page).getByLabel("Place 2", { exact: true }).fill("flat/{name}");
  await expect(page.getByText("<base path>/flat/pause:3.7")).toBeVisible();
  await places(page).getByRole("button", { name: "Save for" }).click();
  await expect(
    page.getByText("Places for “Tanzu Kubernetes Grid” saved", { exact: false }).first(),
  ).toBeVisible();

  await gotoLively(page, `/catalog/${release}`);
  await page.getByRole("button", { name: "Work out places" }).click();
  await expect(page.getByRole("dialog").getByText("flat/pause")).toBeVisible();
  await page.getByRole("button", { name: "Change 1 image" }).click();
  await expect(page.getByText("1 image goes to another place now.").first()).toBeVisible();
  await page.getByRole("button", { name: "Work out places" }).click();
  await expect(page.getByText("everything goes where it goes already")).toBeVisible();
});

test("what is wrong, and what is inferred, is shown to everybody as it should be", async ({ browser }) => {
  test.setTimeout(240_000);
  await checkAddresses(browser, "provider", ["/catalog/paths"], async (page, address) => {
    await gotoLively(page, address);
    const inputs = page.locator("main ol input:not([type=checkbox])");
    await inputs.first().fill("vendor");
    await expect(page.locator("main [aria-invalid]").first()).toBeVisible();
  });
  const context = await browser.newContext({ storageState: stateOf("auditor") });
  const page = await context.newPage();
  await page.goto("/catalog/paths");
  await expect(rewrites(page).getByLabel("Named as").first()).not.toBeEditable();
  await expect(page.getByRole("button", { name: "Save" })).toBeHidden();
  await context.close();
});

test("the defaults come back", async ({ page }) => {
  await gotoLively(page, "/catalog/paths");
  await page.getByLabel("Kind of release").selectOption("tkg");
  await expect(places(page).getByText("own choice")).toBeVisible();
  await places(page).getByRole("button", { name: "Put in the defaults" }).click();
  await expect(places(page).getByText("own choice")).toBeHidden();
  await places(page).getByRole("button", { name: "Save for" }).click();
  await expect(page.getByText("saved", { exact: false }).first()).toBeVisible();
  await rewrites(page).getByRole("button", { name: "Remove docker.io" }).click();
  await rewrites(page).getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Source rewrites saved.").first()).toBeVisible();
});

test("lines of a dependencies.txt are switched, and the download is the file with nothing else changed", async ({
  page,
}) => {
  const text =
    "\uFEFF# CSE\r\nregistry.k8s.io pause 3.7\r\n#registry.k8s.io etcd v3\r\nnot a line at all\r\n";
  const requests = await openRequests("provider");
  const response = await requests.post(
    "/api/releases?kind=getting_started_airgapped&name=Lines&version=v1&source=registry.k8s.io&file=dependencies.txt",
    { data: text, headers: { "content-type": "text/plain" } },
  );
  const { id } = (await response.json()) as { id: string };
  await gotoLively(page, `/catalog/${id}`);
  await expect(page.getByText("Line 4 of dependencies.txt")).toBeVisible();
  await page.getByRole("link", { name: "Lines of the list" }).click();
  await expect(page.getByText("1 line is not understood")).toBeVisible();
  await page.getByLabel("Line 2: registry.k8s.io pause 3.7").uncheck();
  await page.getByLabel("Line 3: registry.k8s.io etcd v3").check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("dependencies.txt saved.").first()).toBeVisible();
  await expect(page.getByText("Edited", { exact: false }).first()).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("dependencies.txt");
  const changed = text
    .replace("registry.k8s.io pause", "#$&")
    .replace("#registry.k8s.io etcd", "registry.k8s.io etcd");
  expect(await readFile(await download.path(), "utf8")).toBe(changed);
});
