import type { Page } from "@playwright/test";
import { importList } from "./import-list.ts";
import { stateOfJob } from "./job-state.ts";
import { openWizard } from "./job-wizard.ts";
import { untilLively } from "./lively.ts";
import { addTag, inspect } from "./skopeo.ts";
import { expect, readStack, stateOf, test } from "./stack.ts";

test.describe.configure({ mode: "serial" });
test.use({ storageState: stateOf("provider") });

// Small enough to be quick over the slow line, large enough to be caught in the middle; and none that an earlier job has
// brought to the registry, since what is there is mounted at once.
const slowImages = [
  ["sig-storage/csi-resizer", "v1.4.0"],
  ["sig-storage/csi-provisioner", "v2.2.2"],
  ["jetstack/cert-manager-webhook", "v1.11.1"],
  ["jetstack/cert-manager-cainjector", "v1.11.1"],
  ["cluster-api/kubeadm-bootstrap-controller", "v1.4.0"],
  ["kindest/node", "v1.27.1"],
];

test("a release is planned, started, watched without a reload, and pulled by an ordinary client", async ({
  page,
}) => {
  test.setTimeout(360_000);
  const { localHost } = readStack();
  await openWizard(page, { release: "Tanzu Kubernetes Grid v1", source: "Vendor", destination: "airgap" });
  await expect(page.getByText(`${localHost}/airgap/tkg/`).first()).toBeVisible();
  await page.getByRole("button", { name: "Plan", exact: true }).click();

  await expect(page.getByRole("heading", { name: /^Job #\d+/, level: 1 })).toBeVisible();
  // A reload would lose the mark.
  await page.evaluate(() => {
    document.documentElement.dataset.mark = "here";
  });
  await expect(page.getByText("The plan is ready")).toBeVisible({ timeout: 120_000 });
  await page.getByRole("button", { name: "Start copying" }).click();
  const seen = new Set<number>();
  await expect
    .poll(
      async () => {
        const bar = page.getByRole("progressbar").first();
        const share = await bar.getAttribute("aria-valuenow", { timeout: 1000 }).catch(() => null);
        if (share !== null) seen.add(Number(share));
        return stateOfJob(page).textContent();
      },
      { timeout: 180_000, intervals: [100] },
    )
    .toMatch(/: Succeeded$/);
  expect(seen.size).toBeGreaterThan(2);
  expect([...seen]).toEqual([...seen].toSorted((a, b) => a - b));
  expect(await page.evaluate(() => document.documentElement.dataset.mark)).toBe("here");

  const byTag = await inspect(`${localHost}/airgap/tkg/coredns:v1.8.6_vmware.17`);
  expect(JSON.parse(byTag)).toMatchObject({ manifests: [{}, {}] });
  await page.reload();
  await expect(stateOfJob(page)).toHaveText(/: Succeeded$/);
});

test("the same job again transfers nothing, and a comparison finds nothing amiss but a tag of nobody's", async ({
  page,
}) => {
  test.setTimeout(300_000);
  const { localHost } = readStack();
  await openWizard(page, { release: "Tanzu Kubernetes Grid v1", source: "Vendor", destination: "airgap" });
  await page.getByText("Options", { exact: true }).click();
  await page.getByLabel("Signatures, attestations and SBOMs").check();
  await page.getByLabel("Start right after planning").check();
  await page.getByRole("button", { name: "Plan", exact: true }).click();
  await expect(stateOfJob(page)).toHaveText(/: Succeeded$/, { timeout: 120_000 });
  await expect(page.getByText("No layers to transfer: the destination has them all.")).toBeVisible();
  await expect(page.getByText("with signatures and SBOMs")).toBeVisible();

  // What is there is what the source has, and more.
  await addTag(`${localHost}/airgap/tkg/coredns:v1.8.6_vmware.17`, `${localHost}/airgap/tkg/coredns:by-hand`);
  await page.getByRole("button", { name: "Compare with the source" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Compare", exact: true }).click();
  await expect(page.getByText(/^(\d+) of \1 images compared$/)).toBeVisible({ timeout: 120_000 });
  await expect(stateOfJob(page)).toHaveText(/: Succeeded$/);
  await expect(page.getByRole("button", { name: "Mirror again" })).toBeVisible();
  const lists = page.getByRole("navigation", { name: "What is listed" });
  await lists.getByRole("link", { name: "Extra tags 1" }).click();
  const extra = page.getByRole("row").filter({ hasText: "airgap/tkg/coredns:by-hand" });
  await expect(extra).toContainText("Unknown");
  await page.reload();
  await untilLively(page);
  await expect(extra).toBeVisible();
  const search = page.getByRole("searchbox", { name: "Search Extra tags" });
  await search.fill("no-such-tag");
  await expect(page.getByText("Nothing matches the filters")).toBeVisible();
  await search.fill("coredns:by");
  await expect(extra).toBeVisible();
  await lists.getByRole("link", { name: /^Images/ }).click();
  await expect(page.getByRole("row").nth(1)).toContainText("Same");
});

test("a job is cancelled in mid-copy, and a retry brings the rest", async ({ page }) => {
  test.setTimeout(180_000);
  const { localHost } = readStack();
  await addRelease(
    page,
    "Slow",
    slowImages.map(([path, tag]) => `registry.k8s.io ${path} ${tag}\n`).join(""),
  );
  await openWizard(page, { release: "Slow v1", source: "Slow vendor", destination: "slow" });
  await page.getByLabel("Start right after planning").check();
  await page.getByRole("button", { name: "Plan", exact: true }).click();
  const bar = page.getByRole("progressbar").first();
  await expect(stateOfJob(page)).toHaveText(/: Running$/, { timeout: 60_000 });
  await expect
    .poll(async () => Number(await bar.getAttribute("aria-valuenow")), { intervals: [100] })
    .toBeGreaterThan(0);
  await page.getByRole("button", { name: "Cancel job" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel job" }).click();
  await expect(stateOfJob(page)).toHaveText(/: Cancelled$/);
  await page.getByRole("button", { name: /^Retry what is not done/ }).click();
  // The job ends while somebody still thinks about it.
  await page.getByRole("button", { name: "Cancel job" }).click();
  const question = page.getByRole("alertdialog");
  await expect(question.getByRole("button", { name: "Keep it running" })).toBeVisible();
  await expect(question).toContainText("It ended while this question stood here", { timeout: 120_000 });
  await question.getByRole("button", { name: "Close" }).click();
  await expect(stateOfJob(page)).toHaveText(/: Succeeded$/);
  await expect(page.getByRole("button", { name: "Cancel job" })).toHaveCount(0);
  for (const [path, tag] of slowImages) await inspect(`${localHost}/slow/tkg/${path}:${tag}`);
});

test("an image that the source lacks fails the job with its cause, and the rest is copied", async ({
  page,
}) => {
  const { localHost } = readStack();
  await addRelease(page, "Missing", "pause:3.7\nno-such-image:v1\n");
  await openWizard(page, { release: "Missing v1", source: "Vendor", destination: "slow" });
  await page.getByLabel("Start right after planning").check();
  await page.getByRole("button", { name: "Plan", exact: true }).click();
  await expect(stateOfJob(page)).toHaveText(/: Failed$/, { timeout: 60_000 });
  await expect(page.getByText("Why images failed")).toBeVisible();
  await expect(page.getByText(/no-such-image/).first()).toBeVisible();
  await inspect(`${localHost}/slow/tkg/pause:3.7`);
  const log = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download log" }).click();
  await page.getByRole("menuitem", { name: "As text" }).click();
  expect((await log).suggestedFilename()).toMatch(/\.(txt|log)$/);
  await page.goto("/jobs?search=Missing");
  const row = page.getByRole("row").filter({ hasText: "Missing v1" });
  await expect(row.filter({ hasText: "Failed" })).toHaveCount(1);
});

test.describe("an auditor", () => {
  test.use({ storageState: stateOf("auditor") });

  test("reads jobs and their history, and finds no button that changes anything", async ({ page }) => {
    await page.goto("/jobs?search=Missing");
    await expect(page.getByRole("link", { name: "Start a job" })).toHaveCount(0);
    await page.getByRole("row").filter({ hasText: "Missing v1" }).getByRole("link").first().click();
    await expect(stateOfJob(page)).toHaveText(/: Failed$/);
    await expect(page.getByRole("button", { name: "Download log" })).toBeVisible();
    await expect(page.getByRole("button", { name: /^(Retry|Cancel job)/ })).toHaveCount(0);
    await page.goto("/jobs/new");
    await expect(page.getByRole("heading", { name: "Not found" })).toBeVisible();
  });
});

/** What is announced of a job's state. */
async function addRelease(page: Page, name: string, text: string): Promise<void> {
  await importList(page, name, text);
  await expect(page.getByRole("heading", { name: `${name} v1`, level: 1 })).toBeVisible();
}
