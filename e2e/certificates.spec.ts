import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { dumpDatabase } from "./dump-database.ts";
import { holdReading } from "./hold-reading.ts";
import { gotoLively } from "./lively.ts";
import { expect, logFile, readStack, stateOf, test } from "./stack.ts";

test.describe.configure({ mode: "serial" });
test.use({ storageState: stateOf("provider") });

const bootstrap = "Bootstrap VM certificates";
const cluster = "Cluster certificates";
const panel = "Trusted by this panel";

const listOf = (page: Page, title: string): Locator =>
  page.locator("section").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
const namesIn = (page: Page, title: string) => listOf(page, title).getByRole("listitem").getByRole("link");

test("the chain of a registry is fetched, and its authority goes into both lists", async ({ page }) => {
  const { secureHost } = readStack();
  await gotoLively(page, `/settings/certificates/new?server=https://${secureHost}/v2/`);
  await page.getByRole("button", { name: "Fetch" }).click();
  await expect(page.getByRole("heading", { name: `What ${secureHost} presents` })).toBeVisible();
  await expect(page.getByText("not trusted", { exact: true })).toHaveCount(3);
  await expect(page.getByText("Suggested", { exact: true })).toHaveCount(1);
  await expect(page.getByLabel("Add “Example Private CA”")).toBeChecked();
  await expect(page.getByLabel("Add “127.0.0.1”")).not.toBeChecked();
  await expect(page.getByLabel(bootstrap)).toBeChecked();
  await expect(page.getByLabel(cluster)).toBeChecked();
  await expect(page.getByLabel(panel)).not.toBeChecked();
  const name = page.getByLabel("Name", { exact: true });
  await name.fill("not a name");
  await page.getByRole("button", { name: "Add 1 certificate" }).click();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await name.fill("journey-ca");
  await page.getByRole("button", { name: "Add 1 certificate" }).click();
  await expect(page.getByText("1 certificate added").first()).toBeVisible();
  for (const list of [bootstrap, cluster]) await expect(namesIn(page, list).last()).toHaveText("journey-ca");
  await expect(namesIn(page, panel).filter({ hasText: "journey-ca" })).toHaveCount(0);
});

test("one that is in one list only is named, moved by keyboard, and mended with one click", async ({
  page,
}) => {
  const other = issueCertificate({ subject: "Journey Extra", ca: true, keyUsage: ["keyCertSign"] });
  await gotoLively(page, "/settings/certificates/new");
  await page.getByLabel("Paste", { exact: true }).check();
  await page.getByLabel("Certificates", { exact: true }).fill(`Our new CA:\r\n${other.pem}`);
  await expect(page.getByText("Journey Extra").first()).toBeVisible();
  // What has taken its place and was not read yet is not what would be added.
  const answer = await holdReading(page);
  await page.getByLabel("Certificates", { exact: true }).fill(`${other.pem}\n`);
  expect(await page.getByRole("button", { name: "Add 1 certificate" }).isDisabled()).toBe(true);
  answer.give();
  await expect(page.getByRole("button", { name: "Add 1 certificate" })).toBeEnabled();
  await page.getByLabel(bootstrap).uncheck();
  await page.getByRole("button", { name: "Add 1 certificate" }).click();
  await expect(namesIn(page, cluster).last()).toHaveText("journey-extra");
  const up = listOf(page, cluster).getByRole("button", { name: "Move journey-extra up" });
  await up.focus();
  await page.keyboard.press("Enter");
  await expect(namesIn(page, cluster).last()).toHaveText("journey-ca");
  // Whoever moves one far presses again and again.
  await expect(up).toBeFocused();
  const warning = page.getByText(`“journey-extra” stands in “${cluster}” only.`);
  await expect(warning).toBeVisible();
  await page
    .getByRole("listitem")
    .filter({ has: warning })
    .getByRole("button", { name: `Put it into “${bootstrap}”` })
    .click();
  await expect(namesIn(page, bootstrap).last()).toHaveText("journey-extra");
  await expect(warning).toBeHidden();
});

test("what is said of a name stays with its certificate, and a source keeps what it was given", async ({
  page,
}) => {
  const [first, second] = ["Journey First", "Journey Second"].map((subject) =>
    issueCertificate({ subject, ca: true, keyUsage: ["keyCertSign"] }),
  );
  const pasted = `${first?.pem}${second?.pem}`;
  await gotoLively(page, "/settings/certificates/new");
  const paste = page.getByLabel("Paste", { exact: true });
  const file = page.getByLabel("File", { exact: true });
  const text = page.getByLabel("Certificates", { exact: true });
  const names = page.getByLabel("Name", { exact: true });
  await paste.check();
  await text.fill(pasted);
  await names.last().fill("not a name");
  await page.getByRole("button", { name: "Add 2 certificates" }).click();
  await expect(names.last()).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Add “Journey First”").uncheck();
  await expect(names).toHaveCount(1);
  await expect(names).toHaveAttribute("aria-invalid", "true");

  await file.check();
  const buffer = Buffer.from(first?.pem ?? "");
  const named = { name: "ca.pem", mimeType: "application/x-pem-file", buffer };
  await page.getByLabel("Choose files").setInputFiles([named, named]);
  const found = page.getByRole("heading", { name: "Found in" });
  await expect(found).toHaveText(["Found in ca.pem", "Found in ca.pem (2)"]);
  await paste.check();
  await expect(text).toHaveValue(pasted);
  await expect(page.getByLabel("Add “Journey Second”")).toBeChecked();
  await file.check();
  await expect(found).toHaveText(["Found in ca.pem", "Found in ca.pem (2)"]);
});

test("a private key is refused in whatever form, and stands in no row, log or trail", async ({ page }) => {
  const { pem, key, keyPem } = issueCertificate({ subject: "Disclosed", ca: true });
  const der = key.export({ type: "pkcs8", format: "der" });
  const refusal = page.getByText("There is a private key in it", { exact: false }).first();
  await gotoLively(page, "/settings/certificates/new");
  await page.getByLabel("Paste", { exact: true }).check();
  const text = page.getByLabel("Certificates", { exact: true });
  const sec1 = key.export({ type: "sec1", format: "pem" }).toString();
  const encrypted = key.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" });
  const given = [pem + keyPem, keyPem, sec1, encrypted.toString(), der.toString("base64")];
  for (const each of given) {
    await text.fill("");
    await expect(refusal).toBeHidden();
    await text.fill(each);
    await expect(refusal).toBeVisible();
    await expect(page.getByRole("button", { name: "Add", exact: true })).toBeDisabled();
  }
  await page.getByLabel("File", { exact: true }).check();
  await expect(refusal).toBeHidden();
  await page.getByLabel("Choose files").setInputFiles([
    { name: "server.pem", mimeType: "application/x-pem-file", buffer: Buffer.from(`${pem}${keyPem}`) },
    { name: "server.der", mimeType: "application/octet-stream", buffer: der },
  ]);
  await expect(page.getByRole("heading", { name: "Found in server.der" })).toBeVisible();
  await expect(page.getByText("Disclosed", { exact: true })).toHaveCount(0);

  const kept = dumpDatabase() + readFileSync(logFile, "utf8");
  expect(kept).toContain("journey-extra");
  const pieces = [keyPem, sec1, encrypted.toString()].flatMap((each) => each.split("\n").slice(1, -2));
  pieces.push(der.toString("hex"), der.toString("base64"), "Disclosed");
  expect(pieces.filter((piece) => piece === "" || kept.includes(piece))).toEqual([]);
});

test("a certificate gets another name, says what it becomes on a node, and is deleted out of its lists", async ({
  page,
}) => {
  await gotoLively(page, "/settings/certificates?search=journey-extra");
  await page.getByRole("link", { name: "journey-extra" }).first().click();
  await page.getByRole("button", { name: "Rename…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("journey-ca");
  await dialog.getByRole("button", { name: "Rename" }).click();
  await expect(dialog.getByText("Another certificate has this name already.")).toBeVisible();
  await dialog.getByLabel("Name").fill("journey-renamed");
  await dialog.getByRole("button", { name: "Rename" }).click();
  await expect(page.getByRole("heading", { name: "journey-renamed", level: 1 })).toBeVisible();
  await expect(page.getByText("/etc/ssl/certs/tkg-journey-renamed.pem", { exact: true })).toBeVisible();
  await expect(
    page.getByText(/^ls -l \/usr\/local\/share\/ca-certificates\/custom_certificate_\d+\.crt$/),
  ).toBeVisible();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const question = page.getByRole("alertdialog");
  await expect(question.getByText(`${bootstrap}, ${cluster}`)).toBeVisible();
  await question.getByRole("button", { name: "Take out and delete" }).click();
  await expect(page.getByRole("heading", { name: "Certificates", level: 1 })).toBeVisible();
  await expect(namesIn(page, cluster).filter({ hasText: "journey-renamed" })).toHaveCount(0);
  await expect(namesIn(page, bootstrap).last()).toHaveText("journey-ca");
});
