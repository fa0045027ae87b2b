import type { Locator, Page } from "@playwright/test";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { act } from "./belongings.ts";
import { holdReading } from "./hold-reading.ts";
import { gotoLively } from "./lively.ts";
import { openRequests } from "./panel-requests.ts";
import { expect, stateOf, test } from "./stack.ts";

test.describe.configure({ mode: "serial" });
test.use({ storageState: stateOf("provider") });

const dayMs = 86_400_000;
const authority = (subject: string, days: number) =>
  issueCertificate({
    ...{ subject, ca: true, keyUsage: ["keyCertSign"] },
    notAfter: new Date(Date.now() + days * dayMs),
  });
const cardOf = (page: Page, title: string): Locator =>
  page.locator("section").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
const namesIn = (page: Page, list: string) => cardOf(page, list).getByRole("listitem").getByRole("link");

/** Two lists in their order, as far as this journey has put something there. */
async function readLists(page: Page): Promise<string[][]> {
  await gotoLively(page, "/settings/certificates");
  const read = async (list: string) => {
    const names = await namesIn(page, list).allTextContents();
    return names.filter((name) => name.startsWith("rotating"));
  };
  return [await read("Bootstrap VM certificates"), await read("Cluster certificates")];
}

test("the overview leads to what ends next; it is replaced with an overlap, and the registry's turn is said", async ({
  page,
}) => {
  const provider = await openRequests("provider");
  const certificates = [{ pem: authority("Rotating CA", 1.5).pem, name: "rotating-ca" }];
  await act(provider, "addCertificatesAction", { certificates, lists: ["bootstrap_vm", "cluster"] });
  await gotoLively(page, "/");
  const line = cardOf(page, "Certificates that end next").getByRole("listitem").filter({
    hasText: "rotating-ca",
  });
  await expect(line).toContainText("Expires in 1 day");
  await expect(line).toContainText("Bootstrap VM certificates, Cluster certificates");
  await line.getByRole("link").click();
  await expect(page.getByRole("heading", { name: "rotating-ca", level: 1 })).toBeVisible();
  await cardOf(page, "Replacement").getByRole("link", { name: "Replace…" }).click();

  const next = authority("Rotating CA 2", 700);
  const text = page.getByLabel("Certificate", { exact: true });
  const submit = page.getByRole("button", { name: "Replace", exact: true });
  await text.fill(next.pem + next.keyPem);
  await page.getByRole("button", { name: "Read certificate" }).click();
  await expect(page.getByText("There is a private key in it: refused")).toBeVisible();
  await expect(text).toHaveValue("");
  await expect(submit).toBeDisabled();
  // What is pasted while another is being read neither goes nor is taken for it.
  const answer = await holdReading(page);
  await text.fill(authority("Not this one", 700).pem);
  await page.getByRole("button", { name: "Read certificate" }).click();
  await answer.asked;
  await text.fill(next.pem);
  answer.give();
  await expect(page.getByRole("button", { name: "Read certificate" })).toBeEnabled();
  await page.waitForLoadState("networkidle");
  await expect(text).toHaveValue(next.pem);
  await expect(submit).toBeDisabled();
  await page.getByRole("button", { name: "Read certificate" }).click();
  await expect(page.getByText("Nothing stands against trusting it.")).toBeVisible();
  await page.getByLabel("Name", { exact: true }).fill("rotating-ca");
  await submit.click();
  await expect(page.getByText("Another certificate has this name already.")).toBeVisible();
  await page.getByLabel("Name", { exact: true }).fill("rotating-ca-2");
  await page.getByLabel("Last day").fill("2020-01-01");
  await submit.click();
  await expect(page.getByText("Choose a day that is still to come.")).toBeVisible();
  await page.getByLabel("Last day").fill(new Date(Date.now() + dayMs).toISOString().slice(0, 10));
  await submit.click();
  await expect(page.getByText("“rotating-ca-2” takes the place of “rotating-ca”").first()).toBeVisible();

  const replacement = cardOf(page, "Replacement");
  await expect(replacement.locator("[aria-current=step]")).toContainText("Both are trusted");
  await expect(replacement.getByText("reboot the CSE server VM")).toBeVisible();
  await expect(cardOf(page, "History").getByText("Certificate replaced")).toBeVisible();
  const both = ["rotating-ca", "rotating-ca-2"];
  expect(await readLists(page)).toEqual([both, both]);
  // Whoever replaces it need not be told that it ends.
  await gotoLively(page, "/");
  await expect(page.getByRole("heading", { name: "Certificates that end next" })).toBeVisible();
  await expect(page.getByRole("link", { name: "rotating-ca", exact: true })).toHaveCount(0);
});

test("a replacement is cancelled, begun again with what is stored, and its overlap ended", async ({
  page,
}) => {
  await gotoLively(page, "/settings/certificates");
  await namesIn(page, "Cluster certificates").getByText("rotating-ca", { exact: true }).click();
  const replacement = cardOf(page, "Replacement");
  await replacement.getByRole("button", { name: "Cancel replacement" }).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByLabel("Bootstrap VM certificates").uncheck();
  await dialog.getByRole("button", { name: "Cancel replacement" }).click();
  await expect(replacement.getByRole("link", { name: "Replace…" })).toBeVisible();
  expect(await readLists(page)).toEqual([["rotating-ca", "rotating-ca-2"], ["rotating-ca"]]);

  await namesIn(page, "Cluster certificates").getByText("rotating-ca", { exact: true }).click();
  await replacement.getByRole("link", { name: "Replace…" }).click();
  await page.getByLabel("Take one that is stored here").check();
  const stored = page.getByLabel("Stored certificate");
  const option = stored.getByRole("option").filter({ hasText: "rotating-ca-2" });
  await stored.selectOption((await option.getAttribute("value")) ?? "");
  await page.getByRole("button", { name: "Replace", exact: true }).click();
  await replacement.getByRole("button", { name: "End overlap now" }).click();
  await dialog.getByRole("button", { name: "End overlap" }).click();
  await expect(page.getByText("“rotating-ca” was taken out of its lists").first()).toBeVisible();
  await expect(replacement.getByText("rotating-ca-2 has taken its place.")).toBeVisible();
  await expect(cardOf(page, "History").getByText("Overlap of certificates ended")).toBeVisible();
  expect(await readLists(page)).toEqual([["rotating-ca-2"], ["rotating-ca-2"]]);
});
