import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { act } from "./belongings.ts";
import { gotoLively } from "./lively.ts";
import { openRequests } from "./panel-requests.ts";
import { expect, readStack, stateOf, test } from "./stack.ts";

/** A mirror that does not end in the whole path, pause by digest only, and a policy that holds for more than is meant. */
const brokenSets = `apiVersion: config.openshift.io/v1
kind: ImageDigestMirrorSet
metadata:
  name: pause
spec:
  imageDigestMirrors:
    - source: mcr.microsoft.com/oss/kubernetes/pause
      mirrors:
        - harbor.example.com/windows/oss/kubernetes/pause
---
apiVersion: config.openshift.io/v1
kind: ImageTagMirrorSet
metadata:
  name: windows
spec:
  imageTagMirrors:
    - source: registry.access.redhat.com/ubi9/ubi-minimal
      mirrors:
        - harbor.example.com/windows/ubi-minimal
      mirrorSourcePolicy: NeverContactSource
`;
const asked =
  "https://harbor.example.com/v2/windows/ubi9/ubi-minimal/manifests/<tag>?ns=registry.access.redhat.com";
const pauseAsked = "https://mcr.microsoft.com/v2/oss/kubernetes/pause/manifests/3.9";

const text = (page: Page) => page.getByLabel("What to check");
const check = (page: Page) => page.getByRole("button", { name: "Check", exact: true });
const finding = (page: Page, title: string) => page.getByRole("listitem").filter({ hasText: title });
const told = (page: Page) => page.getByRole("status").filter({ hasText: /problems?, / });

for (const role of ["provider", "tenant"] as const) {
  test.describe(`as the ${role}`, () => {
    test.use({ storageState: stateOf(role) });

    test("broken mirror sets are pasted, and it is read why Windows nodes do not pull by them", async ({
      page,
    }) => {
      await gotoLively(page, "/cluster-config");
      await page.getByRole("link", { name: "Check", exact: true }).click();
      await expect(page.getByText("Nothing checked yet")).toBeVisible();
      await check(page).click();
      await expect(text(page)).toBeFocused();
      await expect(text(page)).toHaveAttribute("aria-invalid", "true");

      await text(page).fill(brokenSets);
      await page.getByLabel("The cluster has Windows nodes").check();
      await text(page).press("Control+Enter");
      // Whoever is mending goes on doing so.
      await expect(told(page)).toContainText("2 problems");
      await expect(text(page)).toBeFocused();
      await expect(page.getByText("This will not work as it is")).toBeVisible();

      const path = finding(page, "Windows nodes do not look for registry.access.redhat.com/ubi9/ubi-minimal");
      await expect(path).toContainText("ImageTagMirrorSet/windows spec.imageTagMirrors[0].mirrors[0]");
      await expect(path).toContainText("write harbor.example.com/windows/ubi9/ubi-minimal as the mirror");
      await expect(path).toContainText(asked);
      await expect(path.getByText("Problem", { exact: true })).toBeVisible();
      const tag = finding(
        page,
        "No mirror may tell Windows nodes what mcr.microsoft.com/oss/kubernetes/pause:3.9",
      );
      await expect(tag).toContainText(pauseAsked);
      await expect(
        finding(page, "Windows nodes get images of registry.access.redhat.com from the mirrors only"),
      ).toContainText("holds for the whole host");
      await expect(page.getByRole("heading", { name: "What Windows nodes ask" })).toBeVisible();

      // Mended, as it was said.
      const mended = brokenSets
        .replace("windows/ubi-minimal", "windows/ubi9/ubi-minimal")
        .replaceAll("ImageDigestMirrorSet", "ImageTagMirrorSet")
        .replace("imageDigestMirrors", "imageTagMirrors");
      await text(page).fill(mended);
      await expect(page.getByText("Something was changed since")).toBeVisible();
      await check(page).click();
      await expect(told(page)).toContainText("0 problems");
      await expect(page.getByRole("heading", { name: "Result" })).toBeFocused();
    });
  });
}

test.describe("as the provider, with files", () => {
  test.use({ storageState: stateOf("provider") });

  test("files are chosen, a hosts.toml is told its registry, and the findings are taken along", async ({
    page,
  }) => {
    await gotoLively(page, "/cluster-config/check");
    const file = (name: string, content: string | Buffer) => ({
      ...{ name, mimeType: "text/plain", buffer: Buffer.from(content) },
    });
    const hosts =
      '[host."https://harbor.example.com/v2/quay"]\n  capabilities = ["pull"]\n  override_path = true\n';
    await page
      .locator("input[type=file]")
      .setInputFiles([
        file("hosts.toml", hosts),
        file("sets.yaml", brokenSets),
        file("program.exe", Buffer.from([0xff, 0x00])),
        file("large.yaml", "a".repeat(600_000)),
      ]);
    await expect(page.getByText("program.exe is not plain text")).toBeVisible();
    await expect(page.getByText("large.yaml is larger than 512 KiB")).toBeVisible();
    await page.getByLabel("Registry that hosts.toml is for").fill("quay.io");
    await page.getByLabel("The cluster has Windows nodes").check();
    await check(page).click();
    await expect(page.getByRole("heading", { name: "quay.io/hosts.toml" })).toBeVisible();
    await expect(page.getByRole("heading", { name: "sets.yaml" })).toBeVisible();
    await expect(page.getByText("https://quay.io/v2/<repository>/manifests/<digest>")).toBeVisible();
    await expect(page.getByText(asked)).toBeVisible();

    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download as JSON" }).click();
    const report = JSON.parse(await readFile(await (await download).path(), "utf8")) as object[];
    expect(report).toContainEqual({
      rule: "windows-path-differs",
      severity: "error",
      object: "sets.yaml ImageTagMirrorSet/windows spec.imageTagMirrors[0].mirrors[0]",
      message: expect.stringContaining("They know mirrors for whole hosts only"),
      url: asked,
    });
    await page.getByText("The same on the command line").click();
    await expect(
      page.getByText("cluster-config lint -f quay.io/hosts.toml -f sets.yaml", { exact: false }),
    ).toContainText("--windows --never-source");
    await page.getByRole("button", { name: "Remove sets.yaml" }).click();
    await expect(page.getByText("Something was changed since")).toBeVisible();
  });

  test("more files than can be sent at once are not sent, which is said as they are chosen", async ({
    page,
  }) => {
    await gotoLively(page, "/cluster-config/check");
    let sentCount = 0;
    await page.route("**/api/cluster-config/check", (route) => {
      sentCount += 1;
      return route.continue();
    });
    const chooser = page.locator("input[type=file]");
    const buffer = Buffer.from(`${brokenSets}# ${"a".repeat(500_000)}`);
    const names = ["a.yaml", "b.yaml", "c.yaml", "d.yaml", "e.yaml"];
    await chooser.setInputFiles(names.map((name) => ({ name, mimeType: "text/plain", buffer })));
    await expect(page.getByText(/takes 2\.4 MiB as it is sent, .+ more than the 2\.0 MiB/)).toBeVisible();
    await expect(chooser).toHaveAttribute("aria-invalid", "true");
    await check(page).click();
    await expect(chooser).toBeFocused();

    await page.getByRole("button", { name: "Remove e.yaml" }).click();
    await expect(page.getByText(/more than the 2\.0 MiB/)).toBeHidden();
    expect(sentCount).toBe(0);
    await check(page).click();
    await expect(page.getByRole("heading", { name: "d.yaml" })).toBeVisible();
    expect(sentCount).toBe(1);
  });

  test("examples are put in, and what stood there can be had back", async ({ page }) => {
    await gotoLively(page, "/cluster-config/check");
    await text(page).fill("my own");
    await page.getByRole("button", { name: "TkgServiceConfiguration, base64 twice" }).click();
    await expect(text(page)).toHaveValue(/kind: TkgServiceConfiguration/);
    await text(page).press("Control+Enter");
    await expect(finding(page, "base64")).toBeVisible();
    await page.getByRole("button", { name: "hosts.toml", exact: true }).click();
    await expect(page.getByLabel("Registry that this hosts.toml is for")).toHaveValue("quay.io");
    await check(page).click();
    await expect(page.getByRole("heading", { name: "quay.io/hosts.toml" })).toBeVisible();
    await page.getByRole("button", { name: "Broken ImageTagMirrorSet" }).click();
    await expect(page.getByLabel("The cluster has Windows nodes")).toBeChecked();
    for (let step = 0; step < 3; step++) await text(page).press("Control+z");
    await expect(text(page)).toHaveValue("my own");
  });
});

test("nothing is asked of a destination that is another's, and no more is read than may be sent", async () => {
  const [provider, tenant] = [await openRequests("provider"), await openRequests("tenant")];
  const { id } = await act<{ id: string }>(provider, "createRegistryAction", {
    ...{ name: "Nobody else’s", host: "nobody.example.com", organizationId: null, tlsMode: "verify" },
    ...{ caPem: "", username: "", password: "", description: "" },
  });
  const { id: destinationId } = await act<{ id: string }>(provider, "createDestinationAction", {
    ...{ registryId: id, basePath: "mine" },
  });
  const ask = (requests: typeof provider, data: object) =>
    requests.post("/api/cluster-config/check", { data });
  const question = { texts: [{ path: "sets.yaml", text: brokenSets }], destinationId };
  expect((await ask(provider, question)).status()).toBe(200);
  expect((await ask(tenant, question)).status()).toBe(404);
  const refused = await ask(tenant, { texts: [{ text: "a".repeat(3_000_000) }] });
  expect([refused.status(), await refused.text()]).toEqual([413, expect.stringContaining("body-too-large")]);
  const { baseUrl } = readStack();
  const elsewhere = await tenant.post(`${baseUrl}/api/cluster-config/check`, {
    ...{ data: { texts: question.texts }, headers: { origin: "https://elsewhere.example.com" } },
  });
  expect(elsewhere.status()).toBe(403);
});
