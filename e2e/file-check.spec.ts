import { createHash } from "node:crypto";
import { mkdir, open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { gotoLively } from "./lively.ts";
import { expect, folder, stateOf, test } from "./stack.ts";

test.use({ storageState: stateOf("auditor") });

const files = join(folder, "files");
const content = "what was downloaded";
const hex = (algorithm: string) => createHash(algorithm).update(content).digest("hex");
const wrongMd5 = "0".repeat(32);

test.beforeAll(async () => {
  await mkdir(files, { recursive: true });
  await writeFile(join(files, "photon.ova"), content);
  await writeFile(join(files, "tanzu.tar.gz"), "something else");
});
test.afterAll(() => rm(files, { recursive: true, force: true }));

const card = (page: Page, name: string) =>
  page.locator("section section").filter({ has: page.getByRole("heading", { name }) });
const published = (page: Page) => page.getByLabel("Published checksums");
const told = (page: Page) => page.getByRole("status").filter({ hasText: ": " });

async function choose(page: Page, ...names: string[]): Promise<void> {
  await page.locator("input[type=file]").setInputFiles(names.map((name) => join(files, name)));
}

async function sparseFile(name: string, sizeBytes: number): Promise<string> {
  const file = await open(join(files, name), "w");
  await file.truncate(sizeBytes);
  await file.close();
  return name;
}

test("files match the values that a download page and a checksum file have for them, and are not uploaded", async ({
  page,
}) => {
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() !== "GET") sent.push(request.url());
  });
  await gotoLively(page, "/");
  await page.getByRole("navigation").getByRole("link", { name: "File check" }).click();
  await expect(page.getByText("No file chosen yet")).toBeVisible();
  await published(page).fill(`SHA1SUM: ${hex("sha1").toUpperCase()}\r\nMD5SUM: ${hex("md5")}`);
  await expect(page.getByText("2 values recognized")).toBeVisible();
  await choose(page, "photon.ova");
  const photon = card(page, "photon.ova");
  await expect(photon).toContainText("This is the file that was published");
  await expect(photon).toContainText("only SHA-256 is proof");
  await expect(told(page)).toHaveText("photon.ova: This is the file that was published");
  for (const algorithm of ["sha256", "sha1", "md5"]) await expect(photon).toContainText(hex(algorithm));
  await expect(photon.getByText("Match", { exact: true })).toHaveCount(2);

  await published(page).fill(`${hex("sha256")}  photon.ova\n${"a".repeat(64)}  photon.iso\n`);
  await expect(photon.getByText("Match", { exact: true })).toHaveCount(1);
  await choose(page, "tanzu.tar.gz");
  const tanzu = card(page, "tanzu.tar.gz");
  await expect(tanzu).toContainText("The pasted values are for 2 other files: photon.ova and photon.iso.");
  await page.getByRole("button", { name: "Remove photon.ova" }).click();
  await expect(photon).toHaveCount(0);
  expect(sent).toEqual([]);
});

test("a file that does not match says so, with the value that it should have", async ({ page }) => {
  await gotoLively(page, "/file-check");
  await choose(page, "photon.ova");
  const photon = card(page, "photon.ova");
  await expect(photon).toContainText("Paste the published checksums");
  await published(page).fill(`SHA-256: ${hex("sha256")}\nMD5: ${wrongMd5}`);
  await expect(photon).toContainText("This is not the file that was published");
  await expect(told(page)).toHaveText("photon.ova: This is not the file that was published");
  await expect(photon.getByText("Does not match")).toHaveCount(1);
  await expect(photon).toContainText(`Published: ${wrongMd5}`);

  await published(page).fill(hex("sha256").slice(1));
  await expect(published(page)).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText("Line 1: 63 digits. Some may be missing")).toBeVisible();
  await expect(photon).toContainText("Nothing to compare with");
});

test("a large file is read piece by piece, can be cancelled, tried again, and fails when it changes", async ({
  page,
}) => {
  test.setTimeout(240_000);
  // Larger than what is read before it is cancelled or changed, however fast that goes.
  const large = await sparseFile("large.iso", 8_000_000_000);
  const later = await sparseFile("later.iso", 200_000_000);
  await gotoLively(page, "/file-check");
  await choose(page, large, later);
  const bar = page.getByRole("progressbar", { name: "Reading large.iso" });
  await expect.poll(async () => Number(await bar.getAttribute("aria-valuenow"))).toBeGreaterThan(0);
  await expect(card(page, large)).toContainText(/[MG]iB of 7\.5 GiB.*[MG]iB\/s, .* left/s);
  await expect(card(page, later)).toContainText("Waiting for its turn");
  await page.getByRole("button", { name: "Cancel large.iso" }).click();
  await expect(card(page, large)).toContainText("Cancelled");
  await expect(card(page, later)).toContainText(
    createHash("sha256").update(Buffer.alloc(200_000_000)).digest("hex"),
    { timeout: 60_000 },
  );

  await page.getByRole("button", { name: "Try large.iso again" }).press("Enter");
  await expect(bar).toBeVisible();
  await sparseFile(large, 1_000_000);
  await expect(card(page, large)).toContainText("The file could not be read to its end", { timeout: 60_000 });
  await expect(told(page)).toHaveText("large.iso: The file could not be read to its end");

  // Of the same size, with other content; that is found once it was read to its end.
  const same = await sparseFile("same.iso", 1_000_000_000);
  await choose(page, same);
  await expect(page.getByRole("progressbar", { name: "Reading same.iso" })).toBeVisible();
  await writeFile(join(files, same), "x", { flag: "r+" });
  await expect(card(page, same)).toContainText("The file could not be read to its end", { timeout: 90_000 });
});

test("files are dropped anywhere on the page, or chosen by keyboard", async ({ page }) => {
  await gotoLively(page, "/file-check");
  const dropped = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "dropped.ova"));
    return data;
  }, content);
  await page.locator("h1").dispatchEvent("dragover", { dataTransfer: dropped });
  await expect(page.getByText("Drop to check")).toBeVisible();
  await page.locator("h1").dispatchEvent("drop", { dataTransfer: dropped });
  await expect(card(page, "dropped.ova")).toContainText(hex("md5"));

  const chooser = page.waitForEvent("filechooser");
  await page.locator("input[type=file]").focus();
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(join(files, "photon.ova"));
  await expect(card(page, "photon.ova")).toContainText(hex("sha256"));
});
