import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { gotoLively } from "./lively.ts";
import { tellNothingOfOthers } from "./quiet-channel.ts";
import { expect, stateOf, test } from "./stack.ts";

test.use({ storageState: stateOf("provider") });

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A receiver on this machine, as somebody's chat or ticket system would be. */
async function startReceiver() {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => new Promise((resolve) => server.close(resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`, received, stop };
}

async function fillChannel(page: Page, name: string, url: string) {
  await gotoLively(page, "/notifications/new");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Web address").fill(url);
  await tellNothingOfOthers(page);
}

test("a webhook is made, its secret is shown once, and a test arrives signed with it", async ({ page }) => {
  const receiver = await startReceiver();
  await fillChannel(page, "Operators", receiver.url);
  await page.getByRole("button", { name: "Save" }).click();
  const dialog = page.getByRole("dialog", { name: "The secret of Operators" });
  const secret = await dialog.locator("code").innerText();
  expect(secret).toMatch(/^whsec_[\w-]{43}$/);
  await dialog.getByRole("button", { name: "I have copied it" }).click();

  await expect(page.getByRole("heading", { name: "Operators", level: 1 })).toBeVisible();
  await expect(page.getByText("Nothing has been sent yet")).toBeVisible();
  expect(await page.content()).not.toContain(secret);
  await page.getByRole("button", { name: "Send a test" }).click();
  await expect(page.getByText("The test has arrived")).toBeVisible();
  const deliveries = page.getByRole("table", { name: "Last deliveries" });
  await expect(deliveries.getByRole("row", { name: /A test from Drayage.*Delivered/ })).toBeVisible();

  const [only, ...others] = receiver.received;
  expect(others).toEqual([]);
  const [, time, mac] = /^t=(\d+),v1=(\w+)$/.exec(String(only?.headers["drayage-signature"])) ?? [];
  expect(mac).toBe(createHmac("sha256", secret).update(`${time}.${only?.body}`).digest("hex"));
  expect(JSON.parse(only?.body ?? "")).toMatchObject({ event: "test", summary: "A test from Drayage" });

  await page.getByRole("link", { name: "Edit" }).click();
  await expect(page.getByRole("heading", { name: "Edit Operators" })).toBeVisible();
  await expect(page.getByLabel("Secret", { exact: false }).first()).toHaveValue("");
  await page.getByRole("checkbox", { name: "A job is done" }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "Operators", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete channel" }).click();
  await expect(page.getByRole("heading", { name: "Notifications", level: 1 })).toBeVisible();
  await expect(page.getByRole("link", { name: "Operators" })).toHaveCount(0);
  await receiver.stop();
});

test("a wrong port is said plainly, with what to do", async ({ page }) => {
  const receiver = await startReceiver();
  await receiver.stop();
  await fillChannel(page, "Wrong port", receiver.url);
  await page.getByLabel("Secret", { exact: false }).first().fill("sixteen-signs-or-more");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "Wrong port", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "Send a test" }).click();
  const { host } = new URL(receiver.url);
  const alert = page.getByRole("alert").filter({ hasText: `${host} refuses connections.` });
  await expect(alert).toContainText("Nothing listens on that port, or a firewall rejects it.");
  const deliveries = page.getByRole("table", { name: "Last deliveries" });
  await expect(deliveries.getByText("Given up")).toBeVisible();
  await gotoLively(page, "/notifications");
  await expect(page.getByRole("row", { name: /Wrong port/ })).toContainText(`${host} refuses connections.`);

  // What was given up can be sent again by hand.
  await page.getByRole("link", { name: "Wrong port" }).click();
  await page.getByRole("button", { name: "Send again: A test from Drayage" }).click();
  await expect(page.getByText("It is sent again", { exact: true })).toBeVisible();
  await expect(deliveries.getByText("Trying again")).toBeVisible({ timeout: 30_000 });
  await expect(deliveries.getByText(/\d attempts, next attempt/)).toBeVisible();
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(deliveries.getByText("The channel “Wrong port” is paused or has stopped.")).toBeVisible();
});
