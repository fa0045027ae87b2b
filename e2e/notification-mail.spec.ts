import { createCertificateAuthority } from "#lib/testing/certificate-authority.ts";
import { startMailServer } from "#lib/testing/mail-server.ts";
import { gotoLively } from "./lively.ts";
import { tellNothingOfOthers } from "./quiet-channel.ts";
import { expect, stateOf, test } from "./stack.ts";

test.use({ storageState: stateOf("provider") });

const credentials = { username: "drayage", password: "a password of the mail server" };

test("mail goes encrypted to people in their language, and a wrong password is said plainly", async ({
  page,
}) => {
  const authority = await createCertificateAuthority();
  const certificate = await authority.issueServer(["127.0.0.1"]);
  const server = await startMailServer({ tls: { ...certificate, implicit: false }, credentials });
  await gotoLively(page, "/notifications/new");
  await page.getByLabel("Name", { exact: true }).fill("On call");
  await page.getByRole("radio", { name: "Mail" }).check();
  await page.getByLabel("Mail server").fill("127.0.0.1");
  await page.getByLabel("Port").fill(String(server.port));
  await page.getByLabel("User name").fill(credentials.username);
  await page.getByLabel("Password").fill(credentials.password);
  await page.getByLabel("Sender").fill("drayage@example.com");
  await page.getByLabel("Recipients").fill("ops@example.com, oncall@example.com");
  await page.getByLabel("Language").last().selectOption("한국어");
  await tellNothingOfOthers(page);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "On call", level: 1 })).toBeVisible();

  await page.getByRole("button", { name: "Send a test" }).click();
  const alert = page.getByRole("alert").first();
  await expect(alert).toContainText(`127.0.0.1:${server.port} is not signed by anyone that is trusted`);
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByLabel("CA certificate").fill(authority.cert);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Send a test" }).click();
  await expect(page.getByText("The test has arrived")).toBeVisible();
  expect(server.mails).toMatchObject([
    {
      ...{ secure: true, username: "drayage", sender: "drayage@example.com" },
      recipients: ["ops@example.com", "oncall@example.com"],
    },
  ]);

  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByLabel("Password").fill("a wrong password");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Send a test" }).click();
  await expect(alert).toContainText(`127.0.0.1:${server.port} does not accept user name and password.`);
  await expect(alert).toContainText("The server said: 535");
  expect(await page.content()).not.toContain("a wrong password");
  await server.stop();
});
