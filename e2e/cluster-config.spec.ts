import { readFile } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { createReadStream } from "node:fs";
import { buffer } from "node:stream/consumers";
import type { Download, Page } from "@playwright/test";
import { extract } from "tar-stream";
import { parseAllDocuments } from "yaml";
import { act, importRelease, listOrganizationIds } from "./belongings.ts";
import { stateOfJob } from "./job-state.ts";
import { gotoLively } from "./lively.ts";
import { openRequests } from "./panel-requests.ts";
import { expect, readStack, stateOf, test } from "./stack.ts";

test.describe.configure({ mode: "serial" });

/** Of an organization, with an image of its own. */
const organization = "hanbit";
let destination: string;
let job: string;

test.beforeAll(async () => {
  const provider = await openRequests("provider");
  const { vendorHost, localHost } = readStack();
  const organizationId = (await listOrganizationIds(provider)).get(organization) ?? null;
  const registry = (name: string, host: string) =>
    act<{ id: string }>(provider, "createRegistryAction", {
      ...{ name, host, organizationId, tlsMode: "plain_http", caPem: "" },
      ...{ username: "", password: "", description: "" },
    });
  const source = await registry("Vendor for clusters", vendorHost);
  const target = await registry("Registry for clusters", localHost);
  const basePath = "clusters";
  const place = { registryId: target.id, basePath };
  destination = (await act<{ id: string }>(provider, "createDestinationAction", place)).id;
  const release = await importRelease(
    provider,
    "For clusters",
    "-i pause:3.7\n-i coredns:v1.8.6_vmware.17\n",
  );
  const started = await act<{ id: string }>(provider, "startJobAction", {
    ...{ releaseIds: [release], sourceRegistryId: source.id, sourceBasePath: "" },
    ...{ destinationId: destination, organizationId },
  });
  job = started.id;
});

test.describe("a tenant", () => {
  test.use({ storageState: stateOf("tenant") });

  test("goes from a finished job to an archive of what OpenShift needs for what was really mirrored", async ({
    page,
  }) => {
    const { localHost } = readStack();
    await gotoLively(page, `/jobs/${job}`);
    await expect(stateOfJob(page)).toHaveText(/: Succeeded$/, { timeout: 60_000 });
    await page.getByRole("link", { name: "Configure clusters" }).click();
    await expect(page.getByRole("heading", { name: "Cluster configuration", level: 1 })).toBeVisible();
    await expect(page.getByLabel("Destination")).toHaveValue(destination);
    await page.getByRole("link", { name: "OpenShift", exact: true }).click();
    await expect(page.getByText("2 images are known to have been mirrored there.")).toBeVisible();
    await expect(page.getByText("nothing is wrong with them")).toBeVisible();
    await page.getByLabel("Images are pulled by tag, too").check();
    await page.getByLabel("When no mirror answers").selectOption("NeverContactSource");
    await expect(page.getByText("kind: ImageTagMirrorSet")).toBeVisible();

    const files = await unpack(await download(page, "Download all as an archive"));
    expect([...files.keys()]).toEqual(["openshift/README.md", "openshift/mirror-sets.yaml"]);
    const source = (name: string) => ({
      source: `projects.registry.vmware.com/tkg/${name}`,
      mirrors: [`${localHost}/clusters/tkg/${name}`],
      mirrorSourcePolicy: "NeverContactSource",
    });
    const sets = parseAllDocuments(files.get("openshift/mirror-sets.yaml") ?? "").map(
      (one) => one.toJSON() as { kind: string; spec: object },
    );
    expect(sets).toMatchObject([
      { kind: "ImageDigestMirrorSet", spec: { imageDigestMirrors: [source("coredns"), source("pause")] } },
      { kind: "ImageTagMirrorSet", spec: { imageTagMirrors: [source("coredns"), source("pause")] } },
    ]);
    const readme = files.get("openshift/README.md");
    expect(readme).toContain(`for ${localHost}/clusters.`);
    expect(readme).toContain("oc apply -f mirror-sets.yaml");
  });

  test("cannot take along what was made of the form before", async ({ page, context }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await gotoLively(page, `/cluster-config/openshift?destination=${destination}`);
    const card = page.getByRole("region", { name: "mirror-sets.yaml" });
    const copy = card.getByRole("button", { name: "Copy mirror-sets.yaml" });
    const save = card.getByRole("button", { name: "Download mirror-sets.yaml" });
    const note = page.getByText("The form has changed: this is being made anew");
    await expect(card).toContainText("name: drayage");
    await expect(copy).toBeEnabled();
    await expect(note).toBeHidden();

    const held = Promise.withResolvers<undefined>();
    await page.route("**/api/cluster-config/openshift", async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.getByLabel("Name of the objects").fill("anew");
    await expect(copy).toBeDisabled();
    await expect(copy).toHaveAttribute("title", /^The form has changed/);
    await expect(save).toBeDisabled();
    await expect(card).toContainText("name: drayage");
    await expect(note).toBeVisible();
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    await page.evaluate(() => navigator.clipboard.writeText("nothing of it"));
    await copy.focus();
    await page.keyboard.press("Enter");
    await expect(copy).toBeFocused();

    held.resolve(undefined);
    await expect(card).toContainText("name: anew");
    await expect(copy).toBeEnabled();
    await expect(copy).toBeFocused();
    await expect(note).toBeHidden();
    expect(await clipboard()).toBe("nothing of it");
    await page.keyboard.press("Enter");
    await expect(page.getByText("Copied", { exact: true })).toBeAttached();
    expect(await clipboard()).toContain("name: anew");
  });

  test("keeps a password out of sight, and takes it along in one file", async ({ page }) => {
    await gotoLively(page, `/cluster-config/workload?destination=${destination}`);
    await expect(page.getByText("Fill in to have it made:")).toContainText("User name, Password, Image");
    await page.getByLabel("User name").fill("robot");
    await page.getByLabel("Password").fill("s3cr3t");
    await page.getByLabel("Image", { exact: true }).fill("tkg/pause:3.7");
    const secret = page.getByRole("region", { name: "pull-secret.yaml" });
    await expect(secret.getByText("has a password")).toBeVisible();
    await expect(secret.getByText("dockerconfigjson")).toBeHidden();
    await secret.getByRole("button", { name: "Show" }).click();
    await expect(secret.getByText("kubernetes.io/dockerconfigjson")).toBeVisible();
    const name = "Download pull-secret.yaml";
    const content = await readFile(await (await download(page, name)).path(), "utf8");
    const { data } = parseAllDocuments(content)[0]?.toJSON() as { data: Record<string, string> };
    const { localHost } = readStack();
    const auth = Buffer.from("robot:s3cr3t").toString("base64");
    const config = Buffer.from(data[".dockerconfigjson"] ?? "", "base64").toString();
    expect(JSON.parse(config)).toMatchObject({ auths: { [localHost]: { auth } } });
    await page.getByLabel("Namespace").fill("Not a name");
    await expect(page.getByText("Use lower-case letters, digits and “-”")).toBeVisible();
    await expect(secret).toBeHidden();
  });

  test("finds nothing at another's address, nor at one that is none", async ({ page }) => {
    const nobody = "00000000-0000-4000-8000-000000000000";
    for (const path of [`/cluster-config/openshift?destination=${nobody}`, "/cluster-config/nothing"]) {
      await page.goto(path);
      await expect(page.getByRole("heading", { name: "Not found", level: 1 })).toBeVisible();
    }
  });
});

test.describe("a provider", () => {
  test.use({ storageState: stateOf("provider") });

  test("sees what Windows nodes ask, and plans the image that they lack with one click", async ({ page }) => {
    const { localHost } = readStack();
    await gotoLively(page, `/cluster-config/hosts-toml?destination=${destination}`);
    await page.getByLabel("Nodes", { exact: true }).selectOption("windows");
    await page.getByLabel("Images are pulled by tag, too").check();
    const file = page.getByRole("region", { name: "registries/projects.registry.vmware.com/hosts.toml" });
    await expect(file).toContainText(`https://${localHost}/v2/clusters`);
    await expect(page.getByText("mcr.microsoft.com/oss/kubernetes/pause:3.9 is not where")).toBeVisible();
    await expect(page.getByText(`It belongs at ${localHost}/clusters/oss/kubernetes/pause.`)).toBeVisible();
    await page.getByRole("button", { name: "Add it to a plan" }).click();
    await expect(page.getByRole("heading", { name: /^Job #\d+/, level: 1 })).toBeVisible();
    await expect(page.getByText("mcr.microsoft.com/oss/kubernetes/pause:3.9").first()).toBeVisible();
    // Where it is brought to, whether or not its source can be reached from here.
    await expect(
      page.getByRole("row").filter({ hasText: "clusters/oss/kubernetes/pause:3.9" }),
    ).toBeVisible();
  });
});

test.describe("a form of several registries", () => {
  test.use({ storageState: stateOf("provider") });

  test("is told by their names which of them lack an address", async ({ page }) => {
    await gotoLively(page, `/cluster-config/tkg-management?destination=${destination}`);
    const add = page.getByRole("button", { name: "Add a registry" });
    for (let count = 0; count < 3; count++) await add.click();
    await page.getByLabel("Registry 2", { exact: true }).fill("harbor.example.com/tools");
    await expect(page.getByText("Fill in to have it made:")).toHaveText(
      "Fill in to have it made: Registry 1, Registry 3.",
    );
  });
});

test.describe("on a bad line", () => {
  test.use({ storageState: stateOf("provider") });

  test("what did not get through is asked again by a button, without a change of the form", async ({
    page,
  }) => {
    await page.route("**/api/cluster-config/openshift", (route) => route.abort());
    await gotoLively(page, `/cluster-config/openshift?destination=${destination}`);
    const retry = page.getByRole("button", { name: "Try again" });
    await expect(page.getByText("The panel cannot be reached.")).toBeVisible();
    await page.unroute("**/api/cluster-config/openshift");
    await retry.click();
    await expect(page.getByText("kind: ImageDigestMirrorSet")).toBeVisible();
    await expect(retry).toBeHidden();
    // Whoever goes on by keys does so at what was made, not at the top of the page.
    await page.keyboard.press("Tab");
    await expect(page.getByRole("button", { name: "Download all as an archive" })).toBeFocused();
  });

  test("a destination stays chosen while its page is on the way", async ({ page }) => {
    await gotoLively(page, `/cluster-config/openshift?destination=${destination}`);
    const chooser = page.getByLabel("Destination", { exact: true });
    const other = await chooser.locator(`option:not([value="${destination}"])`).first().getAttribute("value");
    const [asked, allowed] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    await page.route("**/cluster-config/openshift?*", async (route) => {
      asked.resolve(undefined);
      await allowed.promise;
      await route.continue();
    });
    await chooser.selectOption(other);
    await asked.promise;
    await expect(chooser).toHaveValue(other ?? "");
    allowed.resolve(undefined);
    await expect(page).toHaveURL(new RegExp(`destination=${other}$`));
    await expect(chooser).toHaveValue(other ?? "");
  });
});

test.describe("an auditor", () => {
  test.use({ storageState: stateOf("auditor") });

  test("sees what is made without secrets, and is told why there is nothing with one", async ({ page }) => {
    await page.goto(`/cluster-config/openshift?destination=${destination}`);
    await expect(page.getByText("kind: ImageDigestMirrorSet")).toBeVisible();
    await expect(page.getByLabel("Password")).toBeHidden();
    await page.goto(`/cluster-config/workload?destination=${destination}`);
    await expect(page.getByText("This has a password in it")).toBeVisible();
    await expect(page.getByLabel("Password")).toBeHidden();
  });
});

async function download(page: Page, button: string): Promise<Download> {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).click(),
  ]);
  return file;
}

/** By their names; `tar` itself would ask where to put them. */
async function unpack(archive: Download): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const entries = createReadStream(await archive.path())
    .pipe(createGunzip())
    .pipe(extract());
  for await (const entry of entries) files.set(entry.header.name, (await buffer(entry)).toString());
  return files;
}
