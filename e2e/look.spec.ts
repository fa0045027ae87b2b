import type { APIRequestContext, Page } from "@playwright/test";
import { mayRole } from "#lib/auth/permissions.ts";
import { config42 } from "#lib/testing/vcdke-configs.ts";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import {
  act,
  type Belongings,
  findOfferedRelease,
  importRelease,
  listOrganizationIds,
  makeBelongings,
} from "./belongings.ts";
import { gotoLively } from "./lively.ts";
import { checkAddresses } from "./look.ts";
import { looseName, type MadeBundles, makeBundles } from "./make-bundles.ts";
import { listPages, openRequests } from "./panel-requests.ts";
import { pushList } from "./push-list.ts";
import { addTag } from "./skopeo.ts";
import { expect, readStack, roleOf, roles, stateOf, test } from "./stack.ts";

/** Hundreds of pages, on a machine that may be busy: what hangs is told by the limits of its steps. */
const lookTimeoutMs = 900_000;

const jobTimeoutMs = 120_000;

test.describe.configure({ mode: "serial" });
// What is wrong is named with its address; recording hundreds of pages would double the time.
test.use({ trace: "off" });

let belongings: Belongings;
let release: string;
/** What the organization chooses from. */
let offered: string;
/** A plan that waits for a word. */
let planned: string;
/** A comparison that found an image missing and a tag beside. */
let compared: string;
let bundles: MadeBundles;
/** A certificate whose successor is there already. */
let replaced: string;
/** A release that was found, with an image that its source lacks; and one that its source does not know. */
let found: { id: string; releaseId: string };
let unknown: { id: string; releaseId: string };

test.beforeAll(async () => {
  test.setTimeout(lookTimeoutMs);
  const provider = await openRequests("provider");
  const organization = { name: "hanbit", id: (await listOrganizationIds(provider)).get("hanbit") ?? "" };
  release = await importRelease(provider, "Partly there", "-i pause:3.7\n-i no-such-image:v1\n");
  belongings = await makeBelongings(provider, organization, release, { purpose: "failed" });
  offered = await findOfferedRelease(provider, "hanbit");
  await saveSelection(provider, organization, offered);
  const held = { purpose: "planned", holdAfterPlanning: true };
  planned = (await makeBelongings(provider, organization, release, held)).job;
  // It has its turn after what other journeys have asked for before.
  const waitForJob = (job: string, state: string) =>
    expect.poll(() => readState(provider, job), { timeout: jobTimeoutMs }).toBe(state);
  await waitForJob(belongings.job, "failed");
  await waitForJob(planned, "planned");
  const image = `${readStack().localHost}/failed-hanbit/tkg/pause`;
  await addTag(`${image}:3.7`, `${image}:by-hand`);
  const repeated = { jobId: belongings.job, kind: "verify" };
  compared = (await act<{ id: string }>(provider, "repeatJobAction", repeated)).id;
  await waitForJob(compared, "failed");
  const { vendorHost } = readStack();
  await pushList([`${vendorHost}/tkg pause 3.7`, `${vendorHost}/tkg no-such-image v1`], {
    folder: "looked-at",
    tag: "v1",
  });
  const find = (name: string, request: object) =>
    act<typeof found>(provider, "findReleaseAction", {
      ...{ name, version: "v1", source: `${vendorHost}/looked-at`, request },
    });
  found = await find("Found", { kind: "getting_started_airgapped", tag: "v1" });
  unknown = await find("Unknown", { kind: "getting_started_airgapped", tag: "v2" });
  await waitForJob(found.id, "failed");
  await waitForJob(unknown.id, "failed");
  replaced = await addReplaced(provider);
  // Nobody listens there, which its page then says.
  await act(provider, "testChannelAction", { channelId: belongings.channel });
  bundles = await makeBundles(provider, await importRelease(provider, "In a bundle"));
  await waitForJob(bundles.plannedExport, "planned");
});

for (const role of roles) {
  test(`no page shows the ${role} a barrier, a missing text or one that runs over`, async ({ browser }) => {
    test.setTimeout(lookTimeoutMs);
    const { organization, registry, job, schedule, channel, run, certificate } = belongings;
    const bundle = bundles.sound;
    const values: Readonly<Record<string, string>> = {
      organization,
      registry,
      job,
      schedule,
      channel,
      run,
      certificate,
      release,
      bundle,
      topic: "openshift",
    };
    const pages = listPages()
      .filter(({ permissions }) => permissions.every((one) => mayRole(roleOf[role], one)))
      .map(({ path }) => path.replace("/selection/[release]", `/selection/${offered}`))
      .map((path) => path.replace(/\[(\w+)\]/g, (_, name: string) => values[name] ?? name));
    await checkAddresses(browser, role, [...pages, "/no-such-page"]);
  });

  test(`nothing that jobs leave behind shows the ${role} a barrier, a missing text or one that runs over`, async ({
    browser,
  }) => {
    test.setTimeout(lookTimeoutMs);
    const jobs = [planned, compared, `${compared}?list=extra`].map((job) => `/jobs/${job}`);
    const lookUps = [found, unknown].flatMap(({ id, releaseId }) => [
      `/catalog/${releaseId}`,
      // The provider's own jobs are none of a tenant's business.
      ...(role === "tenant" ? [] : [`/jobs/${id}`]),
    ]);
    const others = mayRole(roleOf[role], "bundle.read")
      ? [
          ...[bundles.damaged, bundles.uploading, bundles.uploadingLoose].map((id) => `/bundles/${id}`),
          `/jobs/${bundles.plannedExport}`,
        ]
      : [];
    await checkAddresses(browser, role, [...jobs, ...lookUps, ...others, "/jobs/no-such-job"]);
  });
}

test.describe("behind a click", () => {
  /** Language is no help here: what is clicked is found by what it is. */
  const clicks: Readonly<Record<string, (page: Page) => Promise<void>>> = {
    "/catalog/import": async (page) => {
      await page.locator("main button[type=submit]").click();
      await expect(page.locator("[aria-invalid]").first()).toBeFocused();
    },
    "/catalog/import?preview": async (page) => {
      await page.locator("main input[value=list]").check();
      await page.locator("main input[value=paste]").check();
      const digest = `sha256:${"a".repeat(64)}`;
      const list = [
        "nginx:1.27",
        "-b quay.io/a/b:v1",
        `quay.io/c:v1@${digest}`,
        "projects.registry.vmware.com/c:v1",
      ];
      await page.locator("main textarea").fill(list.join("\n"));
      await expect(page.locator("main tbody tr")).toHaveCount(3);
      await expect(page.locator("main").getByRole("note")).toHaveCount(2);
    },
    "/catalog/import?empty": async (page) => {
      await page.locator("main input[value=paste]").check();
      await page.locator("main textarea").fill("# nothing");
      await expect(page.locator("main").getByRole("status")).toHaveCount(1);
    },
    "/catalog/find": async (page) => {
      await page.locator("main input[value=tkg]").check();
      const { vendorHost } = readStack();
      await page.locator("main form select").first().selectOption(vendorHost);
      await page.locator("main button[type=submit]").click();
      await expect(page.locator("[aria-invalid]").first()).toBeFocused();
      const lookUps = page.locator("main form button[type=button]");
      await lookUps.first().click();
      await page.locator("main form select").nth(1).selectOption({ index: 1 });
      await lookUps.nth(1).click();
      await expect(page.locator("main fieldset ul input[type=checkbox]").first()).toBeVisible();
    },
    "/catalog/find?plugins": async (page) => {
      await page.locator("main input[value=tanzu_plugins]").check();
      const { vendorHost } = readStack();
      await page.locator("main form select").first().selectOption(vendorHost);
      await page.locator("main form button[type=button]").first().click();
      await expect(page.locator("main fieldset ul select").first()).toBeVisible();
    },
    "/catalog/find?away": async (page) => {
      await page.locator("main input[value=tanzu_plugins]").check();
      await page.locator("main input.font-mono").first().fill("127.0.0.1:9/tanzu_cli/plugins");
      await page.locator("main form button[type=button]").first().click();
      await expect(page.locator("main form").getByRole("alert")).toBeVisible();
    },
    "/catalog/offer": async (page) => {
      await page.locator("main li button").first().click();
      await expect(page.getByRole("dialog").locator("li").first()).toBeVisible();
    },
    "/organizations/hanbit/offer": async (page) => {
      await page.locator("main input[value=own]").check();
      await page.locator("main input[value=new]").check();
      await page.locator("main button[type=submit]").click();
      await expect(page.locator("[aria-invalid]").first()).toBeFocused();
    },
    "/registries/new": async (page) => {
      await page.locator("main details summary").click();
      await page.locator("main button[type=submit]").click();
      await expect(page.locator("[aria-invalid]").first()).toBeFocused();
    },
    "/file-check": async (page) => {
      const file = (name: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from("hello") });
      await page.locator("input[type=file]").setInputFiles([file("hello.ova"), file("other.ova")]);
      const sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
      const lines = [`${sha256}  hello.ova`, `${"0".repeat(32)}  other.ova`, "a".repeat(128), "b".repeat(63)];
      await page.locator("main textarea").fill(lines.join("\n"));
      await page.locator("main details summary").click();
      await expect(page.locator("main section dl")).toHaveCount(2);
    },
    "/cluster-config/check": async (page) => {
      await page.locator("main [role=group] button").first().click();
      await page.locator("main button[type=submit]").click();
      await expect(page.locator("#check-result")).toBeFocused();
      await page.locator("main details summary").click();
    },
    "/cluster-config/check?files": async (page) => {
      await page.locator("main [role=group] button").nth(1).click();
      const file = (name: string, content: string) => ({
        ...{ name, mimeType: "text/plain", buffer: Buffer.from(content) },
      });
      await page
        .locator("input[type=file]")
        .setInputFiles([
          file("hosts.toml", "[host"),
          file("pod.yaml", "kind: Pod"),
          file("odd.yaml", "\u0000"),
        ]);
      await expect(
        page.locator("main").getByRole("alert").or(page.locator("main ul code")).first(),
      ).toBeVisible();
      await page.locator("main button[type=submit]").click();
      await expect(page.locator("main h2 code")).toHaveCount(3);
    },
    "/cluster-config/check?nothing": async (page) => {
      await page.locator("main button[type=submit]").click();
      await expect(page.locator("[aria-invalid]").first()).toBeFocused();
    },
    // Of one that nobody else writes, checks or deletes meanwhile.
    "/bundles?search=looked-at-damaged": async (page) => {
      await page.locator("tbody button").first().click();
      await page.getByRole("menuitem").last().click();
      await expect(page.getByRole("alertdialog").locator("p").first()).toBeVisible();
    },
    "/bundles/upload": async (page) => {
      const file = (name: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from("hello") });
      await page.locator("input[type=file]").setInputFiles([file("bundle.json"), file("SHA256SUMS")]);
      await page.locator("main button[type=submit]").click();
      await expect(page.locator("[aria-invalid]").first()).toBeFocused();
    },
    "/bundles/upload?loose=true": async (page) => {
      await page.locator("main button[type=submit]").click();
      await expect(page.locator("main").getByRole("alert")).toBeVisible();
    },
    "/bundles#store-files": async (page) => {
      await page.locator("#store-files tbody tr").filter({ hasText: looseName }).locator("button").click();
      await page.getByRole("alertdialog").locator("button").last().click();
      // An export is going to take it along.
      await expect(page.getByRole("alertdialog").getByRole("alert")).toBeVisible();
    },
    "/settings/container-registry": async (page) => {
      await page.locator("main input.font-mono").fill("https://Harbor.example.com/tkg/");
      await page.locator("main button[type=submit]").click();
      await expect(page.locator("[aria-invalid]").first()).toBeFocused();
    },
    "/settings/container-registry?locked": async (page) => {
      await page.locator("main input.font-mono").fill(readStack().lockedHost);
      await page.locator("main button[type=submit]").click();
      await expect(page.getByRole("alertdialog")).toBeVisible();
    },
    "/settings/container-registry?steps": async (page) => {
      await page.locator("main input.font-mono").fill(readStack().secureHost);
      await page.locator("main input.font-mono").blur();
      await expect(page.locator("main details")).toBeVisible();
      await page.locator("main details summary").click();
    },
    "/settings/container-registry?destination": async (page) => {
      await page.locator("tbody button").first().click();
      await page.getByRole("menuitem").first().click();
      await expect(page.getByRole("dialog").locator("input[type=radio]").first()).toBeVisible();
    },
    "/settings/server/import": async (page) => {
      await page.locator("main textarea").fill('{"profiles": [');
      await expect(page.locator("main").getByRole("alert")).toBeVisible();
    },
    "/settings/server/import?mend": async (page) => {
      const wrong = config42.replace('"v1.3.2"', '"1.3.2"').replace('"900"', '"15m"');
      await page.locator("main textarea").fill(wrong);
      await expect(page.locator("main [aria-invalid]").first()).toBeVisible();
    },
    "/schedules/new": async (page) => {
      await page.locator("main input[value=own]").check();
      await page.locator("main input[value=verify]").check();
      await page.locator("main input.font-mono").last().fill("* * * * *");
      await page.locator("main button[type=submit]").click();
      await expect(page.locator("[aria-invalid]").first()).toBeFocused();
    },
    "/notifications/new": async (page) => {
      await page.locator("main input[value=smtp]").check();
      await page.locator("main input[value=none]").check();
      for (const box of await page.locator("main input[name=events]").all()) await box.uncheck();
      await page.locator("main button[type=submit]").click();
      await expect(page.locator("[aria-invalid]").first()).toBeFocused();
    },
    "/notifications": async (page) => {
      await page.locator("tbody button").first().click();
      await page.getByRole("menuitem").last().click();
      await expect(page.getByRole("alertdialog").locator("p").first()).toBeVisible();
    },
    "/settings/certificates": async (page) => {
      await page.locator("tbody button").first().click();
      await page.getByRole("menuitem").last().click();
      await expect(page.getByRole("alertdialog").locator("p").first()).toBeVisible();
    },
    "/settings/certificates/new": async (page) => {
      await page.locator("main form input[type=text]").fill(readStack().secureHost);
      await page.locator("main form button[type=button]").first().click();
      // Nobody adds the server's own, so it has no name yet.
      await page.locator("main section footer input[type=checkbox]").first().check();
      await page.locator("main section footer input[type=text]").first().fill("not a name");
      await page.locator("main button[type=submit]").click();
      await expect(page.locator("[aria-invalid]").first()).toBeFocused();
    },
    "/settings/certificates/new?paste": async (page) => {
      await page.locator("main input[value=paste]").check();
      const { pem } = issueCertificate({ version: 1, notAfter: new Date(Date.now() - 86_400_000) });
      await page.locator("main textarea").fill(`remarks\n${pem}${pem}-----END PKCS7-----\n`);
      await expect(page.locator("main section dl")).toHaveCount(1);
    },
    "/cluster-config/tkg-management": async (page) => {
      const boxes = page.locator("main form input[type=checkbox]");
      for (const box of await boxes.all()) await box.check();
      await page.locator("main form fieldset button").last().click();
      await page.locator("main form fieldset input[type=text]").last().fill("https://not-a-registry");
      await expect(page.locator("main form [aria-invalid]").first()).toBeVisible();
    },
    "/cluster-config/openshift": async (page) => {
      for (const box of await page.locator("main form > div > label input[type=checkbox]").all())
        await box.check();
      // What is missing, with the button that plans it.
      await expect(page.locator("main [role=status] button")).toBeVisible();
    },
    "/cluster-config/workload": async (page) => {
      await page.locator("main form input[list]").fill("pause:3.7");
      for (const field of await page.locator("main form input").all()) {
        if ((await field.inputValue()) === "") await field.fill("robot");
      }
      await page.locator("main section section button").first().click();
      await expect(page.locator("main pre").first()).toBeVisible();
    },
    "/cluster-config/checklists": async (page) => {
      await page.locator("main li input[type=checkbox]").first().check();
      await expect(page.locator("main li time").first()).toBeVisible();
    },
    "/cluster-config/checklists?over": async (page) => {
      await page.locator("main li input[type=checkbox]").first().check();
      await page.locator("main footer button").first().click();
      await expect(page.getByRole("alertdialog").locator("p").first()).toBeVisible();
    },
    "/users": async (page) => {
      await page.locator("main header button").click();
      await expect(page.getByRole("dialog")).toBeVisible();
    },
    // Of an entry that has something to show, whatever others do meanwhile.
    "/audit?action=organization.create": async (page) => {
      await page.locator("tbody a[aria-expanded]").first().click();
      await expect(page.locator("tbody table")).toBeVisible();
    },
  };

  test("nothing shows a barrier, a missing text or one that runs over", async ({ browser }) => {
    test.setTimeout(lookTimeoutMs);
    await checkAddresses(browser, "provider", Object.keys(clicks), async (page, address) => {
      await gotoLively(page, address);
      await clicks[address]?.(page);
    });
    const certificate = `/settings/certificates/${replaced}`;
    await checkAddresses(
      browser,
      "provider",
      [certificate, `${certificate}?cancel`],
      async (page, address) => {
        await gotoLively(page, address);
        const buttons = page.locator("main section:has([aria-current=step]) button");
        await buttons.nth(address.endsWith("?cancel") ? 1 : 0).click();
        await expect(page.getByRole("alertdialog").locator("p").first()).toBeVisible();
      },
    );
    const replace = `/settings/certificates/${belongings.certificate}/replace`;
    await checkAddresses(browser, "provider", [replace], async (page, address) => {
      await gotoLively(page, address);
      const { pem } = issueCertificate({ subject: "Weak", key: "rsa1024", hash: "sha1" });
      await page.locator("main textarea").fill(`remarks\n${pem}`);
      await page.locator("main form button[type=button]").first().click();
      await expect(page.locator("main form dl")).toBeVisible();
      await page.locator("main input[type=date]").fill("");
      await page.locator("main button[type=submit]").click();
      await expect(page.locator("[aria-invalid]").first()).toBeFocused();
    });
    const selection = `/organizations/hanbit/selection/${offered}`;
    await checkAddresses(browser, "provider", [selection, `${selection}?text`], async (page, address) => {
      await gotoLively(page, address);
      const view = page.locator("main [aria-pressed=false]");
      if (address.endsWith("?text")) await view.click();
      else await page.locator("main li input[type=checkbox]").nth(1).click();
      await page.locator("main section").last().locator("li button").first().click();
      await expect(page.locator(address.endsWith("?text") ? "main pre" : "main .bg-selected")).toBeVisible();
    });
    const wizard = `/jobs/new?release=${release}`;
    await checkAddresses(browser, "provider", [`${wizard}#1`, `${wizard}#2`], async (page, address) => {
      // The fragment alone would load nothing.
      await page.goto("about:blank");
      await gotoLively(page, address);
      await page.locator("main button[type=submit]").click();
      const selects = page.locator("main form select");
      await expect(selects).toHaveCount(3);
      if (address.endsWith("#1")) return;
      await selects.nth(1).selectOption({ index: 1 });
      await selects.nth(2).selectOption({ index: 1 });
      await page.locator("main button[type=submit]").click();
      await expect(page.locator("main table")).toBeVisible();
      await page.locator("main details summary").click();
    });
    const bundleWizard = `/bundles/export?release=${release}`;
    await checkAddresses(
      browser,
      "provider",
      [`${bundleWizard}#1`, `${bundleWizard}#2`],
      async (page, address) => {
        await page.goto("about:blank");
        await gotoLively(page, address);
        await page.locator("main button[type=submit]").click();
        const selects = page.locator("main form select");
        await expect(selects).toHaveCount(2);
        await page.locator("main button[type=submit]").click();
        await expect(page.locator("[aria-invalid]").first()).toBeVisible();
        if (address.endsWith("#1")) return;
        await selects.nth(0).selectOption({ index: 1 });
        await selects.nth(1).selectOption({ index: 1 });
        await page.locator("main button[type=submit]").click();
        await page.locator("main input[name=volume]").last().check();
        await page.locator("main fieldset ul input[type=checkbox]").first().check();
        await page.locator("main details summary").click();
      },
    );
    const resumed = [bundles.uploading, bundles.uploadingLoose].map((id) => `/bundles/upload?bundle=${id}`);
    await checkAddresses(browser, "provider", resumed, async (page, address) => {
      await gotoLively(page, address);
      const other = { name: "other.tar", mimeType: "text/plain", buffer: Buffer.from("hello") };
      await page.locator("input[type=file]").setInputFiles(other);
      await expect(page.locator("main code").filter({ hasText: "other.tar" })).toBeVisible();
    });
  });
});

async function readState(provider: APIRequestContext, job: string): Promise<string> {
  return ((await (await provider.get(`/api/jobs/${job}`)).json()) as { state: string }).state;
}

/** Only this panel trusts it: what clusters trust is the business of other journeys. */
async function addReplaced(provider: APIRequestContext): Promise<string> {
  const authority = (subject: string) => issueCertificate({ subject, ca: true, keyUsage: ["keyCertSign"] });
  const { added } = await act<{ added: { id: string }[] }>(provider, "addCertificatesAction", {
    ...{ certificates: [{ pem: authority("Leaving CA").pem, name: "leaving-ca" }], lists: ["panel"] },
  });
  const certificateId = added[0]?.id ?? "";
  await act(provider, "replaceCertificateAction", {
    ...{ certificateId, until: new Date(Date.now() + 86_400_000).toISOString() },
    replacement: { kind: "new", pem: authority("Coming CA").pem, name: "coming-ca" },
  });
  return certificateId;
}

/** Makes what an organization would begin with its first revision. */
async function saveSelection(
  requests: APIRequestContext,
  organization: { id: string; name: string },
  releaseId: string,
): Promise<void> {
  const page = await (
    await requests.get(`/organizations/${organization.name}/selection/${releaseId}`)
  ).text();
  const seen = /\\"offered\\":\\"([0-9a-f]{64})/.exec(page)?.[1];
  await act(requests, "saveSelectionAction", {
    ...{ organizationId: organization.id, releaseId, revision: 0, offered: seen },
    ...{ turnedOn: [], turnedOff: [] },
  });
}

test.describe("by keyboard", () => {
  test.use({ storageState: stateOf("provider") });

  test("a dialog that a menu opens keeps the focus and gives it back", async ({ page }) => {
    await gotoLively(page, "/organizations");
    const menu = page.locator("tbody button").first();
    await menu.focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("menuitem").first()).toBeFocused();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await expect(dialog).toBeVisible();
    for (let press = 0; press < 6; press++) {
      await page.keyboard.press("Tab");
      await expect(dialog.locator(":focus")).toHaveCount(1);
    }
    await page.keyboard.press("Escape");
    await expect(menu).toBeFocused();
  });

  test("the first key leads past the navigation", async ({ page }) => {
    await gotoLively(page, "/account");
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: "Skip to content" })).toBeInViewport();
    await page.keyboard.press("Enter");
    await expect(page.locator("#content")).toBeFocused();
  });
});

test("to whoever is signed out, no page shows a barrier, a missing text or one that runs over", async ({
  browser,
}) => {
  test.setTimeout(lookTimeoutMs);
  const person = { username: "newcomer", displayName: "New Comer", role: "auditor", organizationId: null };
  const { url } = await act<{ url: string }>(await openRequests("provider"), "createUserAction", person);
  await checkAddresses(browser, null, ["/sign-in", "/setup", "/link", url, "/no-such-page"]);
});
