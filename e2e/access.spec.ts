import { mayRole } from "#lib/auth/permissions.ts";
import {
  type Belongings,
  findOfferedRelease,
  importRelease,
  listOrganizationIds,
  makeBelongings,
} from "./belongings.ts";
import { beginUpload } from "./make-bundles.ts";
import {
  callAction,
  findAction,
  listActions,
  listPages,
  listRoutes,
  openRequests,
  readFirstEvent,
} from "./panel-requests.ts";
import { expect, type RoleName, roleOf, roles, test } from "./stack.ts";

test.describe.configure({ mode: "serial" });

const plannedPublishing = {
  ...{ name: "Tried", cron: "0 3 * * *", timeZone: "UTC" },
  work: { kind: "publish" },
};

/** Of a release that is not there. */
const seenSelection = {
  releaseId: "00000000-0000-4000-8000-000000000000",
  revision: 0,
  offered: "0".repeat(64),
};

let bundle: string;
let own: Belongings;
let foreign: Belongings;
let foreignOrganizationId: string;
let release: string;
let offered: string;

test.beforeAll(async () => {
  const provider = await openRequests("provider");
  const organizations = await listOrganizationIds(provider);
  release = await importRelease(provider, "One image");
  const belongings = (name: string) =>
    makeBelongings(provider, { id: organizations.get(name) ?? "", name }, release);
  bundle = await beginUpload(provider, "walked-through");
  own = await belongings("hanbit");
  foreign = await belongings("sakura");
  offered = await findOfferedRelease(provider, "hanbit");
  foreignOrganizationId = organizations.get("sakura") ?? "";
});

test("the walk finds pages, routes and actions, and each names its permission", () => {
  expect(listPages().length).toBeGreaterThan(10);
  expect(listRoutes().length).toBeGreaterThan(5);
  expect(listActions().length).toBeGreaterThan(15);
  expect(listPages().filter(({ permissions }) => permissions.length === 0)).toEqual([]);
});

test("whoever is signed out gets no page, no data and no deed", async () => {
  const nobody = await openRequests(null);
  for (const { path } of listPages()) {
    const response = await nobody.get(fill(path, own));
    expect([path, response.status()]).toEqual([path, 307]);
    expect(response.headers().location).toContain("/sign-in");
  }
  for (const { path, method } of listRoutes()) {
    const response = await nobody.fetch(fill(path, own), { method });
    expect([path, response.status()]).toEqual([path, 401]);
  }
  for (const action of listActions()) {
    const result = await callAction(nobody, action, {});
    expect([action.name, result]).toMatchObject([action.name, { ok: false, error: { code: "signed-out" } }]);
  }
});

for (const role of roles) {
  test(`the ${role} sees and does what the table of permissions says, and no more`, async () => {
    const requests = await openRequests(role);
    for (const { path, permissions } of listPages()) {
      const allowed = permissions.every((permission) => mayRole(roleOf[role], permission));
      const response = await requests.get(fill(path, own));
      expect([path, response.status()]).toEqual([path, allowed ? statusOf(path, role) : 404]);
    }
    for (const { path, method, permission } of listRoutes()) {
      const allowed = mayRole(roleOf[role], permission);
      if (allowed && isEventStream(path)) {
        const { event, data } = await readFirstEvent(role, fill(path, own));
        expect([path, event, (data as { id: string }).id]).toEqual([path, "snapshot", own.job]);
        continue;
      }
      const status = (await requests.fetch(fill(path, own), { method })).status();
      if (!allowed) expect([path, status]).toEqual([path, 403]);
      else expect([path, [401, 403, 500].includes(status)]).toEqual([path, false]);
    }
  });

  test(`the ${role} is heard or refused by every action, whatever it is sent`, async () => {
    const requests = await openRequests(role);
    const inputs = harmlessInputs(role);
    // A new action needs a line there.
    expect(
      listActions()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(Object.keys(inputs).toSorted());
    for (const action of listActions()) {
      const allowed = mayRole(roleOf[role], action.permission);
      // An empty input stops an allowed action after the check of who calls it, and before it does anything.
      const code = allowed ? "invalid-input" : "not-allowed";
      const empty = await callAction(requests, action, null);
      expect([action.name, empty]).toMatchObject([action.name, { ok: false, error: { code } }]);
      const input = inputs[action.name];
      if (input === undefined) continue;
      const result = await callAction(requests, action, input);
      const outcome = result.ok ? "done" : result.error.code;
      const heard = ["done", "not-found", "wrong-password"];
      expect([action.name, outcome, (allowed ? heard : ["not-allowed"]).includes(outcome)]).toEqual([
        action.name,
        outcome,
        true,
      ]);
    }
  });
}

test("another organization's things do not exist for a tenant, whatever address is typed", async () => {
  const tenant = await openRequests("tenant");
  const named = ({ path }: { path: string }) => /\[(organization|registry|job|schedule)\]/.test(path);
  const mayTenant = (permissions: readonly Parameters<typeof mayRole>[1][]) =>
    permissions.every((permission) => mayRole("tenant_admin", permission));
  const pages = listPages().filter((page) => named(page) && mayTenant(page.permissions));
  const routes = listRoutes().filter((route) => named(route) && mayTenant([route.permission]));
  expect(pages.length).toBeGreaterThan(2);
  expect(routes.length).toBeGreaterThan(3);
  for (const { path } of pages) {
    expect([path, (await tenant.get(fill(path, own))).status()]).toEqual([path, statusOf(path, "tenant")]);
    expect([path, (await tenant.get(fill(path, foreign))).status()]).toEqual([path, 404]);
  }
  for (const { path, method } of routes) {
    expect([path, (await tenant.fetch(fill(path, foreign), { method })).status()]).toEqual([path, 404]);
  }
  const stream = await tenant.get(`/api/jobs/events?job=${foreign.job}`);
  expect(stream.status()).toBe(404);
});

test("another organization's things cannot be changed by a tenant, nor seen in any list", async () => {
  const tenant = await openRequests("tenant");
  const inputs: Record<string, unknown> = {
    cancelJobAction: { jobId: foreign.job },
    clearChecklistAction: { organizationId: foreignOrganizationId, environment: "general" },
    confirmJobAction: { jobId: foreign.job },
    deleteScheduleAction: { scheduleId: foreign.schedule },
    pauseScheduleAction: { scheduleId: foreign.schedule },
    resumeScheduleAction: { scheduleId: foreign.schedule },
    runScheduleAction: { scheduleId: foreign.schedule },
    updateScheduleAction: { ...plannedPublishing, scheduleId: foreign.schedule },
    restoreSelectionAction: { ...seenSelection, organizationId: foreignOrganizationId, restoredRevision: 1 },
    retryJobAction: { jobId: foreign.job },
    saveSelectionAction: {
      ...{ ...seenSelection, organizationId: foreignOrganizationId, turnedOn: [], turnedOff: [] },
    },
    // Organizations own no destination that an address could name.
    startPruneAction: { organizationId: foreignOrganizationId, destinationId: seenSelection.releaseId },
  };
  // These are about the caller's own account or organization, whatever they are sent.
  const ownOnly = [
    "changeLocaleAction",
    "changePasswordAction",
    "createScheduleAction",
    "signOutOtherSessionsAction",
    "startPublishAction",
  ];
  const callable = listActions().filter(
    ({ name, permission }) => mayRole("tenant_admin", permission) && !ownOnly.includes(name),
  );
  // A new action that tenants may call needs a line above.
  expect(callable.map(({ name }) => name).toSorted()).toEqual(Object.keys(inputs).toSorted());
  for (const action of callable) {
    const result = await callAction(tenant, action, inputs[action.name]);
    expect([action.name, result]).toMatchObject([action.name, { ok: false, error: { code: "not-found" } }]);
  }
  for (const isTicked of [true, false]) {
    const tick = { environment: "general", item: "portable-storage", isTicked };
    const data = { ...tick, organizationId: foreignOrganizationId };
    expect((await tenant.post("/api/checklists/ticks", { data })).status()).toBe(404);
  }
  for (const path of [
    "/",
    "/jobs",
    "/registries",
    "/organizations",
    "/users",
    "/schedules",
    "/cluster-config/check",
    "/cluster-config/checklists",
    `/organizations/${own.organization}/selection`,
    "/jobs?search=sakura",
  ]) {
    const page = await (await tenant.get(path)).text();
    expect([path, page.includes("Sakura"), page.includes(foreign.job)]).toEqual([path, false, false]);
  }
});

test("a request from another site changes nothing", async () => {
  const provider = await openRequests("provider");
  const origin = "https://evil.example";
  const route = await provider.post("/api/releases?kind=list&name=evil&version=1", {
    headers: { origin },
    data: "-i pause:3.7\n",
  });
  expect(route.status()).toBe(403);
  const action = findAction("createOrganizationAction");
  const input = { name: "evil", displayName: "Evil" };
  await expect(callAction(provider, action, input, { origin })).rejects.toThrow();
  expect(await (await provider.get("/organizations?search=evil")).text()).not.toContain("Evil");
});

/** What a page answers to whom it is meant for. */
function statusOf(path: string, role: RoleName): number {
  if (path === "/settings") return 307;
  // They lead a tenant to its own.
  return ["/selection", "/catalog/offer"].includes(path) && role === "tenant" ? 307 : 200;
}

function isEventStream(path: string): boolean {
  return path.endsWith("/events") && !path.includes("[task]");
}

/** Of every action a complete input that does no harm, most naming what is not there; undefined where any would do harm. */
function harmlessInputs(role: RoleName): Record<string, unknown> {
  const id = "00000000-0000-4000-8000-000000000000";
  const connection = { host: "127.0.0.1:9", tlsMode: "plain_http", caPem: "", username: "", password: "" };
  const registry = { ...connection, name: `Tried by ${role}`, description: "", organizationId: null };
  const user = { displayName: `Tried by ${role}`, role: "auditor", organizationId: null };
  const chosen = "a password of some length";
  const channel = {
    ...{ kind: "webhook", url: "http://127.0.0.1:9/", locale: "en", events: ["certificate_expiring"] },
  };
  return {
    // None that could be added is known without making one.
    addCertificatesAction: undefined,
    arrangeReleaseAction: { releaseId: id },
    cancelJobAction: { jobId: id },
    cancelReplacementAction: { certificateId: id, lists: [] },
    changeLocaleAction: { locale: "en" },
    changePasswordAction: { currentPassword: "a wrong one", password: chosen, passwordAgain: chosen },
    checkBundleAction: { bundleId: id },
    // Nobody listens there, which it finds out at once.
    checkContainerRegistryAction: { url: "127.0.0.1:9" },
    clearChecklistAction: { organizationId: id, environment: "general" },
    confirmJobAction: { jobId: id },
    createChannelAction: { ...channel, name: `Tried by ${role}` },
    createDestinationAction: { registryId: id, basePath: "" },
    createOrganizationAction: { name: `tried-by-${role}`, displayName: `Tried by ${role}` },
    createRegistryAction: registry,
    // A tenant's would be made.
    createScheduleAction: role === "tenant" ? undefined : { ...plannedPublishing, organizationId: id },
    createUserAction: { ...user, username: `tried-by-${role}` },
    createUserLinkAction: { id },
    deleteBundleAction: { bundleId: id },
    deleteCertificateAction: { certificateId: id, lists: [] },
    deleteChannelAction: { channelId: id },
    deleteDestinationAction: { id },
    deleteDoctorRunAction: { runId: id },
    deleteOfferAction: { organizationId: id, seen: null },
    deleteRegistryAction: { id },
    deleteReleaseAction: { id },
    deleteScheduleAction: { scheduleId: id },
    deleteStoreFileAction: { storeId: id, name: "tried.ova" },
    endOverlapAction: { certificateId: id },
    // It would make a release, and ask a registry for it.
    findReleaseAction: undefined,
    moveInListAction: { certificateId: id, list: "panel", direction: "up" },
    pauseChannelAction: { channelId: id },
    pauseScheduleAction: { scheduleId: id },
    probeRegistryAction: { id },
    putIntoListsAction: { certificateIds: [id], lists: ["panel"] },
    refreshReleaseAction: { releaseId: id },
    renameCertificateAction: { certificateId: id, name: "tried" },
    renameOrganizationAction: { id, displayName: "x" },
    repeatDoctorRunAction: { runId: id },
    repeatJobAction: { jobId: id, kind: "verify" },
    replaceCertificateAction: {
      ...{ certificateId: id, replacement: { kind: "known", certificateId: id }, until: null },
    },
    resendNotificationAction: { deliveryId: id },
    restoreSelectionAction: { ...seenSelection, organizationId: id, restoredRevision: 1 },
    resumeChannelAction: { channelId: id },
    resumeScheduleAction: { scheduleId: id },
    retryJobAction: { jobId: id },
    runScheduleAction: { scheduleId: id },
    saveOfferAction: {
      ...{ organizationId: id, seen: null, place: { kind: "shared" }, readsFrom: "own_registries" },
      ...{ publishOnSave: false, offered: [], withdrawn: [], required: [], withheld: [], free: [] },
      confirmed: [],
    },
    // It is refused, since nobody has seen that revision; others are not heard at all.
    saveContainerRegistryAction:
      role === "provider" ? undefined : { url: "127.0.0.1:9", seen: 1_000_000, confirmed: [] },
    // There is one configuration, which journeys change.
    saveConfigAction:
      role === "provider"
        ? undefined
        : { seen: null, draft: { kind: "restore", revision: 1 }, confirmed: [] },
    // A journey edits the table meanwhile.
    saveCseVersionsAction: role === "provider" ? undefined : { versions: [] },
    // A journey edits the table meanwhile, too; the rules of this kind it leaves alone.
    saveRewritesAction: role === "provider" ? undefined : { rewrites: [] },
    saveRulesAction: {
      kind: "list",
      rules: [{ id: "list", match: "**", targets: ["{path}"] }],
    },
    saveSelectionAction: { ...seenSelection, organizationId: id, turnedOn: [], turnedOff: [] },
    scanStoreAction: { storeId: id },
    setOrganizationEnabledAction: { id, enabled: false },
    setUserEnabledAction: { id, enabled: false },
    // Other journeys hold sessions of the same people.
    signOutOtherSessionsAction: undefined,
    signOutUserAction: { id },
    startDoctorRunAction: { registryId: id, address: "127.0.0.1:9" },
    startExportAction: { name: "tried", storeId: id, releaseIds: [id], sourceRegistryId: id },
    startImportAction: { bundleId: id, destinationId: id },
    startJobAction: { releaseIds: [id], sourceRegistryId: id, destinationId: id },
    startPruneAction: { organizationId: null, destinationId: id },
    // A tenant's is its own, whatever is sent.
    startPublishAction: role === "tenant" ? undefined : { organizationId: id },
    switchLinesAction: {
      releaseId: id,
      digest: "0".repeat(64),
      lines: [{ number: 1, enabled: true }],
    },
    takeOutOfListAction: { certificateId: id, list: "panel" },
    testChannelAction: { channelId: id },
    testConnectionAction: { ...connection, id: null },
    trustKeyAction: { bundleId: id, fingerprint: "0".repeat(64), name: "x" },
    updateChannelAction: { ...channel, name: `Tried by ${role}`, channelId: id },
    updateRegistryAction: { ...registry, id },
    updateScheduleAction: { ...plannedPublishing, scheduleId: id },
    updateUserAction: { ...user, id },
  };
}

/** The address of a page or route that names these things. */
function fill(
  path: string,
  { organization, registry, job, schedule, channel, run, certificate }: Belongings,
): string {
  const nothing = "00000000-0000-4000-8000-000000000000";
  const there = {
    organization,
    registry,
    job,
    schedule,
    channel,
    run,
    certificate,
    release,
    bundle,
    file: "walked-through.tar",
    topic: "openshift",
  };
  const values: Record<string, string> = { ...there, task: nothing, store: nothing, revision: "1" };
  if (/\/(?:selections?|offer)\/\[release\]/.test(path)) values.release = offered;
  const filled = path.replace(/\[(\w+)\]/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`what is [${name}] in ${path}?`);
    return value;
  });
  return filled === "/api/jobs/events" ? `${filled}?job=${job}` : filled;
}
