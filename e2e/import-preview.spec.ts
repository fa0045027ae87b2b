import type { Page } from "@playwright/test";
import { gotoLively } from "./lively.ts";
import { expect, stateOf, test } from "./stack.ts";

test.describe.configure({ mode: "serial" });
test.use({ storageState: stateOf("provider") });

const digest = `sha256:${"a".repeat(64)}`;
const list = [
  "# from a colleague",
  "quay.io/jetstack/cert-manager-controller:v1.11.1",
  "nginx:1.27",
  `registry.k8s.io/pause:3.9@${digest}`,
  "what is all of this",
  "-b projects.registry.vmware.com/tkg/packages/core/repo:v1",
].join("\n");

const preview = (page: Page) =>
  page.locator("section").filter({ has: page.getByRole("heading", { name: "What will be read" }) });

async function openForm(page: Page, kind: string, name: string): Promise<void> {
  await gotoLively(page, "/catalog/import");
  await page.getByLabel(kind, { exact: true }).check();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Version").fill("v1");
  await page.getByLabel("Paste text").check();
}

test("a pasted list is shown as it would be read, bad lines by their numbers, and nothing is stored", async ({
  page,
}) => {
  await openForm(page, "List", "Previewed");
  await page.getByLabel("List of images").fill(list);
  await expect(preview(page).getByText("3 components")).toBeVisible();
  await expect(preview(page).getByText("Nothing is stored yet.")).toBeVisible();
  const row = preview(page).getByRole("row").filter({ hasText: "cert-manager-controller" });
  await expect(row).toContainText("quay.io/jetstack/cert-manager-controller:v1.11.1");
  await expect(row.getByRole("cell").last()).toHaveText("jetstack/cert-manager-controller:v1.11.1");
  const bundle = preview(page).getByRole("row").filter({ hasText: "packages/core/repo" });
  await expect(bundle).toContainText("Bundle");
  await expect(bundle).toContainText("read from projects.packages.broadcom.com/tkg/packages/core/repo:v1");
  await expect(preview(page).getByText("2 lines cannot be read").first()).toBeVisible();
  await expect(preview(page).getByText("Line 3 of the pasted list is not valid: nginx:1.27")).toBeVisible();
  await expect(preview(page).getByText("Perhaps meant: docker.io/library/nginx:1.27")).toBeVisible();
  await expect(preview(page).getByText("Line 5 of the pasted list is not valid")).toBeVisible();
  await expect(preview(page).getByText("1 line names a tag beside its digest")).toBeVisible();
  await expect(preview(page).getByText("Line 4: 3.9")).toBeVisible();
  expect(await (await page.request.get("/catalog?search=Previewed")).text()).not.toContain("Previewed v1");

  await page.getByLabel("Default source").fill("docker.io/library");
  await expect(preview(page).getByText("1 line cannot be read").first()).toBeVisible();
  await expect(preview(page).getByText("4 components")).toBeVisible();
});

test("it is refused with a bad line until that is left out, and the release says what it lacks", async ({
  page,
}) => {
  await openForm(page, "List", "Left out");
  await page.getByLabel("List of images").fill(list);
  const leaveOut = page.getByLabel("Leave out the 2 lines that cannot be read");
  await expect(leaveOut).not.toBeChecked();
  await page.getByRole("button", { name: "Import release" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Line 3" })).toContainText(
    "docker.io/library/nginx",
  );
  await leaveOut.press("Space");
  await page.getByRole("button", { name: "Import release" }).click();
  await expect(page.getByRole("heading", { name: "Left out v1", level: 1 })).toBeVisible();
  await expect(page.getByText("Line 3 of the pasted list is not valid")).toBeVisible();
  await expect(page.getByText("Line 5 of the pasted list is not valid")).toBeVisible();
  const pinned = page.getByRole("row").filter({ hasText: "registry.k8s.io/pause" });
  await expect(pinned).toContainText("@sha256:aaaa");
  await expect(page.getByRole("row")).toHaveCount(4);
});

test("a dependencies.txt keeps lines that nobody understands, and a file is previewed as well", async ({
  page,
}) => {
  await openForm(page, "Getting started, air-gapped", "Kept lines");
  await page.getByLabel("From a file").check();
  const text =
    "registry.k8s.io cluster-api/kubeadm v1\r\n#registry.k8s.io etcd v3\r\nfor every thing there is\r\n";
  await page.locator("input[type=file]").setInputFiles({
    name: "dependencies.txt",
    mimeType: "text/plain",
    buffer: Buffer.from(text),
  });
  await expect(preview(page).getByText("2 components")).toBeVisible();
  await expect(preview(page).getByText("1 of them is off")).toBeVisible();
  await expect(preview(page).getByText("They stay in the document as they are")).toBeVisible();
  await expect(preview(page).getByRole("checkbox")).toHaveCount(0);
  const row = preview(page).getByRole("row").filter({ hasText: "kubeadm" });
  const places = row.getByRole("cell").last().getByRole("listitem");
  await expect(places).toHaveText([
    "vmware-cloud-director/cluster-api/kubeadm:v1",
    "vmware-cloud-director/kubeadm:v1 inferred",
  ]);
  await page.getByRole("button", { name: "Import release" }).click();
  await expect(page.getByRole("heading", { name: "Kept lines v1", level: 1 })).toBeVisible();
  await expect(page.getByText("Line 3 of dependencies.txt is not valid")).toBeVisible();
  const flat = page.getByRole("list", { name: "Further places" }).getByRole("listitem");
  await expect(flat).toHaveText("vmware-cloud-director/kubeadm inferred");
});

test("what is too large, and a list without an image, are told before anything is sent", async ({ page }) => {
  await openForm(page, "List", "Huge");
  await page.getByLabel("List of images").fill("# nothing\n");
  await expect(preview(page).getByText("The list has no image that can be read.")).toBeVisible();
  await page.getByLabel("From a file").check();
  await expect(preview(page)).toHaveCount(0);
  const buffer = Buffer.alloc(5 * 1024 * 1024, "-i pause:3.7\n");
  await page.locator("input[type=file]").setInputFiles({ name: "huge.txt", mimeType: "text/plain", buffer });
  await expect(preview(page).getByText("huge.txt")).toBeVisible();
});
