import type { Browser, Page } from "@playwright/test";
import { act, listOrganizationIds } from "./belongings.ts";
import { followLink } from "./follow-link.ts";
import { stateOfJob } from "./job-state.ts";
import { optionWith } from "./job-wizard.ts";
import { gotoLively } from "./lively.ts";
import { openRequests } from "./panel-requests.ts";
import { inspect, listTags } from "./skopeo.ts";
import { expect, readStack, stateOf, test } from "./stack.ts";

// Two organizations choose differently of one release, publish, and one of them takes something away again.

test.describe.configure({ mode: "serial" });
test.use({ storageState: stateOf("provider") });

const organizations = [
  { name: "mirae", displayName: "Mirae Telecom" },
  { name: "nuri", displayName: "Nuri Bank" },
];
const [mirae, nuri] = organizations as [(typeof organizations)[0], (typeof organizations)[0]];
const images = ["tkg/etcd:v3.5.6_vmware.6", "tkg/pause:3.7", "tkg/coredns:v1.8.6_vmware.17"];
const [etcd, pause, coredns] = images as [string, string, string];
const release = "Choice v1";

/** Of each organization's administrator. */
const pages = new Map<string, Page>();
const pageOf = ({ name }: { name: string }): Page => {
  const page = pages.get(name);
  if (!page) throw new Error(`nobody of ${name} has signed in`);
  return page;
};

test.beforeAll(async ({ browser }) => {
  const provider = await openRequests("provider");
  for (const organization of organizations) await act(provider, "createOrganizationAction", organization);
  const ids = await listOrganizationIds(provider);
  for (const { name } of organizations) {
    pages.set(name, await signInSomebody(browser, provider, name, ids.get(name) ?? ""));
  }
});

test("a release is imported, and offered to two organizations, each with a place of its own", async ({
  page,
}) => {
  const { vendorHost } = readStack();
  await gotoLively(page, "/catalog/import");
  await page.getByRole("radio", { name: "List", exact: true }).check();
  await page.getByLabel("Name", { exact: true }).fill("Choice");
  await page.getByLabel("Version").fill("v1");
  await page.getByLabel("Paste text").check();
  await page
    .getByRole("textbox", { name: "List of images" })
    .fill(images.map((image) => `${vendorHost}/${image}\n`).join(""));
  await page.getByRole("button", { name: "Import release" }).click();
  await expect(page.getByRole("heading", { name: release, level: 1 })).toBeVisible();

  for (const { name, displayName } of organizations) {
    await gotoLively(page, `/organizations/${name}/offer`);
    await page.getByRole("radio", { name: "An offer of its own" }).check();
    await page.getByRole("radio", { name: "A new base path on a registry" }).check();
    const registries = page.getByLabel("Registry", { exact: true });
    await registries.selectOption(await optionWith(registries, "Local ("));
    await page.getByRole("textbox", { name: "Base path" }).fill(`choice/${name}`);
    await page.getByRole("checkbox", { name: release }).check();
    await page.getByRole("button", { name: `Components of ${release}` }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("checkbox", { name: etcd }).check();
    await dialog.getByRole("button", { name: "Require", exact: true }).click();
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText(`Offer to ${displayName} saved.`).first()).toBeVisible();
  }
});

test("each chooses differently, and what clusters need cannot be turned off", async () => {
  for (const [organization, off] of [
    [mirae, coredns],
    [nuri, pause],
  ] as const) {
    const page = pageOf(organization);
    await openSelection(page);
    await expect(page.getByRole("checkbox", { name: etcd })).toBeDisabled();
    await page.getByRole("checkbox", { name: off }).uncheck();
    await save(page, 1);
  }
});

test("both publish, and each destination holds exactly its selection", async () => {
  test.setTimeout(180_000);
  for (const organization of organizations) await publish(pageOf(organization), organization);
  expect(await listStanding(mirae)).toEqual([etcd, pause].toSorted());
  expect(await listStanding(nuri)).toEqual([etcd, coredns].toSorted());
});

test("one turns a component off and takes it away; the other still has what it chose", async () => {
  test.setTimeout(180_000);
  // Both have it, each at its own place.
  const page = pageOf(nuri);
  await openSelection(page);
  await page.getByRole("checkbox", { name: coredns }).uncheck();
  await page.getByRole("checkbox", { name: pause }).check();
  await save(page, 2);
  await publish(page, nuri);
  expect(await listStanding(nuri)).toEqual(images.toSorted());

  await gotoLively(page, `/organizations/${nuri.name}/publish`);
  await page.getByRole("link", { name: "Clean up 1 image" }).click();
  await expect(page.getByRole("heading", { name: "Clean up", level: 1 })).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: coredns })).toContainText("No longer selected");
  await page.getByRole("button", { name: "Make the plan" }).click();
  await expect(page.getByRole("heading", { name: "The plan is ready" })).toBeVisible({ timeout: 60_000 });
  await page.route("**/api/jobs/*/prune", (route) => route.abort());
  await page.reload();
  const again = page.getByRole("button", { name: "Try again" });
  await expect(again).toBeVisible();
  await page.unroute("**/api/jobs/*/prune");
  await again.click();
  await expect(again).toBeHidden();
  // Nothing goes before somebody says so.
  expect(await listStanding(nuri)).toEqual(images.toSorted());
  // An index, and its images for two platforms.
  const going = page.getByRole("row").filter({ hasText: "choice/nuri/tkg/coredns" });
  await expect(going.filter({ hasText: "Planned" })).toHaveCount(3);
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(stateOfJob(page)).toHaveText(/: Succeeded$/, { timeout: 60_000 });
  await expect(going.filter({ hasText: "Deleted" })).toHaveCount(3);

  expect(await listStanding(nuri)).toEqual([etcd, pause].toSorted());
  expect(await listStanding(mirae)).toEqual([etcd, pause].toSorted());
  const { localHost } = readStack();
  for (const { name } of organizations) await inspect(`${localHost}/choice/${name}/${pause}`);
  await page.goto(`/organizations/${nuri.name}/prune`);
  await expect(page.getByText("There is nothing to clean up")).toBeVisible();
});

test("what has been taken away comes back when it is chosen and published again", async () => {
  test.setTimeout(180_000);
  const page = pageOf(nuri);
  await openSelection(page);
  await page.getByRole("checkbox", { name: coredns }).check();
  await save(page, 3);
  await publish(page, nuri);
  expect(await listStanding(nuri)).toEqual(images.toSorted());
});

test("neither sees anything of the other's", async () => {
  const page = pageOf(mirae);
  for (const part of ["offer", "selection", "publish", "prune"]) {
    const response = await page.goto(`/organizations/${nuri.name}/${part}`);
    expect([part, response?.status()]).toEqual([part, 404]);
  }
  await page.goto("/jobs");
  await expect(page.getByText(`choice/${mirae.name}`).first()).toBeVisible();
  await expect(page.getByText(`choice/${nuri.name}`)).toHaveCount(0);
});

async function signInSomebody(
  browser: Browser,
  provider: Awaited<ReturnType<typeof openRequests>>,
  name: string,
  organizationId: string,
): Promise<Page> {
  const person = { username: `of-${name}`, displayName: `Somebody of ${name}`, role: "tenant_admin" };
  const { url } = await act<{ url: string }>(provider, "createUserAction", { ...person, organizationId });
  return followLink(browser, url);
}

async function openSelection(page: Page): Promise<void> {
  await gotoLively(page, "/selection");
  await page.getByRole("link", { name: release }).click();
  await expect(page.getByRole("heading", { name: release, level: 1 })).toBeVisible();
}

async function save(page: Page, revision: number): Promise<void> {
  await page.getByRole("button", { name: "Save" }).click();
  await expect(
    page.getByText(`Selection of ${release} saved as revision ${revision}.`).first(),
  ).toBeVisible();
}

async function publish(page: Page, { name }: { name: string }): Promise<void> {
  await gotoLively(page, `/organizations/${name}/publish`);
  await page.getByRole("button", { name: /^Publish/ }).click();
  await expect(stateOfJob(page)).toHaveText(/: Succeeded$/, { timeout: 90_000 });
}

/** What an ordinary client finds of the release at an organization's destination. */
async function listStanding({ name }: { name: string }): Promise<string[]> {
  const { localHost } = readStack();
  const found = await Promise.all(
    images.map(async (image) => {
      const repository = image.slice(0, image.lastIndexOf(":"));
      const tags = await listTags(`${localHost}/choice/${name}/${repository}`);
      return tags.map((tag) => `${repository}:${tag}`);
    }),
  );
  return found.flat().toSorted();
}
