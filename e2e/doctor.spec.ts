import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { act } from "./belongings.ts";
import { gotoLively, untilLively } from "./lively.ts";
import { openRequests } from "./panel-requests.ts";
import { expect, lockedAccount, readStack, stateOf, test } from "./stack.ts";

const verdict = "Clusters can pull from here.";
const unknownAuthority = "x509: certificate signed by unknown authority";

test.describe("as the provider", () => {
  test.use({ storageState: stateOf("provider") });

  test("a registry of a private authority is examined, and once more with the authority's certificate", async ({
    page,
  }) => {
    const { secureHost, authorityPem } = readStack();
    await gotoLively(page, "/doctor");
    await page.getByLabel("Address").fill("https://harbor.example.com:444444");
    await examine(page).click();
    await expect(page.getByLabel("Address")).toBeFocused();
    await page.getByLabel("Address").fill(`https://${secureHost}/`);
    await examine(page).click();

    await expect(page.getByRole("heading", { name: `Examination of ${secureHost}` })).toBeVisible();
    await expect(page.getByText("cannot work with this registry")).toBeVisible();
    const trust = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "6. Trust" }) });
    await expect(trust).toContainText("comes from an authority that is not trusted");
    await expect(trust).toContainText("add it to the Bootstrap VM certificates and the Cluster certificates");
    await expect(page.getByText(`openssl s_client -connect ${secureHost}`)).toBeVisible();

    await page.getByRole("link", { name: "Doctor" }).last().click();
    await page.getByLabel("Address").fill(secureHost);
    await page.locator("main form summary").click();
    await page.getByLabel("Certificates to try").fill(authorityPem);
    await examine(page).click();
    await expect(page.getByText(verdict)).toBeVisible();
    await expect(trust).toContainText("Trusted for Bootstrap VM certificates");
    const first = page.url();
    await page.getByRole("button", { name: "Run again" }).click();
    await page.waitForURL((url) => url.pathname.startsWith("/doctor/") && url.href !== first);
    await expect(page.getByText(verdict)).toBeVisible();

    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete examination" }).click();
    await expect(page.getByRole("heading", { name: "Doctor", level: 1 })).toBeVisible();

    await page.goto(first);
    await untilLively(page);
    const runId = new URL(first).pathname.split("/").at(-1);
    await act(await openRequests("provider"), "deleteDoctorRunAction", { runId });
    await expect(async () => {
      // As when somebody comes back from another tab; what was read within a second is not read again.
      await page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
      await expect(page.getByText("This examination is not there any more.")).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await expect(page.getByRole("button", { name: "Run again" })).toHaveCount(0);
    await expect(trust).toContainText("Trusted for Bootstrap VM certificates");
    await page.getByRole("link", { name: "Go to Doctor" }).click();
    await expect(page.getByRole("heading", { name: "Doctor", level: 1 })).toBeVisible();
  });

  test("an error that is pasted leads to its cause, and to an examination that proves it", async ({
    page,
  }) => {
    const { secureHost } = readStack();
    await gotoLively(page, "/doctor");
    await page.getByLabel("Cloud Director endpoint").fill("vcd.example.com");
    const text = page.getByLabel("Message or log");
    await text.fill("kubelet is fine");
    await expect(page.getByText("Nothing known was found")).toBeVisible();
    await text.fill(
      [
        `Warning  Failed  89s  kubelet  Failed to pull image "${secureHost}/tkg/pause:3.7": failed to do request:`,
        `Head "https://${secureHost}/v2/tkg/pause/manifests/3.7": ${unknownAuthority}`,
        "\nWarning  Failed  89s  kubelet  Error: ErrImagePull",
      ].join(" "),
    );
    await expect(
      page.getByRole("heading", { name: `${secureHost} shows a certificate that is not trusted.` }),
    ).toBeVisible();
    await page.getByRole("button", { name: `Examine ${secureHost}` }).click();
    await expect(page.getByLabel("Address")).toHaveValue(secureHost);
    await expect(page.getByLabel("Cloud Director endpoint")).toHaveValue("vcd.example.com");
    await expect(examine(page)).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: `Examination of ${secureHost}` })).toBeVisible();
    await expect(page.getByText("See: Trust")).toBeVisible();
  });

  test("a stored registry is examined as it is set up, and no report has its password", async ({ page }) => {
    const { lockedHost, authorityPem } = readStack();
    const { username, password } = lockedAccount;
    const { id } = await act<{ id: string }>(await openRequests("provider"), "createRegistryAction", {
      ...{ name: "To be examined", host: lockedHost, organizationId: null, tlsMode: "verify" },
      ...{ caPem: authorityPem, username, password, description: "" },
    });
    await gotoLively(page, `/registries/${id}`);
    await page.getByRole("link", { name: "Examine" }).click();
    await expect(page.getByLabel("Registry", { exact: true })).toHaveValue(`${id} ${lockedHost}`);
    await examine(page).click();
    // The account is let in, where others are not.
    await expect(page.getByText("The registry takes no pushes at present").first()).toBeVisible();
    await expect(
      page.getByText(`https://${lockedHost} wants a user name and password of everybody`),
    ).toBeVisible();
    await expect(page.getByText("cannot work with this registry")).toBeVisible();

    const secrets = [password, Buffer.from(`${username}:${password}`).toString("base64")];
    for (const kind of ["For people (text)", "For programs (JSON)"]) {
      await page.getByRole("button", { name: "Export" }).click();
      const download = page.waitForEvent("download");
      await page.getByRole("menuitem", { name: kind }).click();
      const report = await readFile(await (await download).path(), "utf8");
      expect(report).toContain("authentication-basic-wanted");
      expect(report).toContain(lockedHost);
      for (const secret of [...secrets, "createdBy"]) expect(report).not.toContain(secret);
    }
  });
});

test.describe("as the auditor", () => {
  test.use({ storageState: stateOf("auditor") });

  test("examinations are read, but none is started, repeated or deleted", async ({ page }) => {
    const { localHost } = readStack();
    const { id } = await act<{ id: string }>(await openRequests("provider"), "startDoctorRunAction", {
      address: `${localHost}/for/the/auditor`,
    });
    await page.goto("/doctor");
    await expect(page.getByLabel("Message or log")).toBeVisible();
    await expect(examine(page)).toHaveCount(0);
    await page.getByRole("link", { name: `${localHost}/for/the/auditor` }).click();
    await expect(page).toHaveURL(`/doctor/${id}`);
    await expect(page.getByText("speaks plain HTTP on port")).toBeVisible();
    await expect(page.getByRole("button", { name: "Export" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Run again" })).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Delete" })).toHaveCount(0);
  });
});

const examine = (page: Page) => page.getByRole("button", { name: "Examine", exact: true });
