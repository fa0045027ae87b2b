import { tellMirror, type MirrorFinding } from "./mirror-rule.ts";
import { formatMirrorUrl, listWindowsRequests, type WindowsEntry } from "./windows-entries.ts";
import { formatServer, mergeForWindows, type WindowsHost } from "./windows-hosts.ts";

/** Above it, chance is not tried out. */
const maxObjectsInTurn = 50;
/** Enough to know what is meant; a sentence of thousands is none. */
const maxNamed = 20;
const unique = (texts: readonly string[]) => [...new Set(texts)];
const list = (texts: readonly string[]) => {
  const each = unique(texts);
  return [...each.slice(0, maxNamed), ...(each.length > maxNamed ? ["…"] : [])].join(", ");
};

/** What is amiss where entries fall together on one host of a Windows node. */
export function checkWindowsHosts(
  hosts: readonly WindowsHost[],
  entries: readonly WindowsEntry[],
): readonly MirrorFinding[] {
  const byHost = Map.groupBy(entries, ({ host }) => host);
  return hosts
    .filter(({ host }) => !host.startsWith("*"))
    .flatMap((host) => {
      const group = byHost.get(host.host) ?? [];
      return [...checkFile(host, group), ...checkScope(host, group), ...checkPolicy(host, group)];
    });
}

const nameFile = ({ host }: WindowsHost) => `${host}/hosts.toml`;

/** An address of the host itself, or of what is asked last. */
function findLastUrl(host: WindowsHost, [entry]: readonly WindowsEntry[]): string | undefined {
  const repository = entry?.path === undefined || entry.path === "" ? "<repository>" : entry.path;
  const reference = entry?.set.kind === "ImageDigestMirrorSet" ? { digest: "<digest>" } : { tag: "<tag>" };
  const requests = listWindowsRequests(host, { repository, ...reference });
  return requests.filter(({ url }) => url.includes("/manifests/")).at(-1)?.url;
}

function checkFile(host: WindowsHost, group: readonly WindowsEntry[]): readonly MirrorFinding[] {
  const { mirrors, policy } = host;
  const object = nameFile(host);
  const url = findLastUrl(host, group);
  if (mirrors.length === 0) {
    const severity = group.some(({ entry }) => entry.mirrorSourcePolicy === "NeverContactSource")
      ? "error"
      : "warning";
    return [tellMirror("windows-empty-file", object, { host: host.host }, { url, severity })];
  }
  const findings: MirrorFinding[] = [];
  const repeated = mirrors.find(({ location }, index) => mirrors[index - 1]?.location === location);
  if (repeated !== undefined) {
    const written = group.flatMap((each) =>
      each.mirrors.filter(({ location }) => location === repeated.location),
    );
    const facts = {
      host: host.host,
      table: `[host."${formatServer(repeated.location)}"]`,
      mirrors: list(written.map((each) => each.written)),
    };
    findings.push(tellMirror("windows-duplicate-table", object, facts, { url }));
  }
  const asked = unique(mirrors.map(({ location }) => location));
  const written = unique(group.flatMap((each) => each.mirrors.map(({ location }) => location)));
  if (asked.some((location, index) => location !== written[index])) {
    const facts = { host: host.host, written: list(written), asked: list(asked) };
    findings.push(tellMirror("windows-order-lost", object, facts));
  }
  if (host.host === "docker.io" && policy !== "NeverContactSource") {
    findings.push(tellMirror("windows-docker-server", object, { server: formatServer(host.host) }, { url }));
  }
  return findings;
}

function checkScope(host: WindowsHost, group: readonly WindowsEntry[]): readonly MirrorFinding[] {
  const [first] = host.mirrors;
  if (first === undefined) return [];
  const object = nameFile(host);
  const sources = list(group.map(({ entry }) => entry.source));
  const findings: MirrorFinding[] = [];
  const own = (each: WindowsEntry) => each.mirrors.some(({ location }) => location === first.location);
  const stranger = group.find((each) => each.mirrors.length > 0 && !own(each));
  if (stranger !== undefined) {
    const facts = { host: host.host, sources, source: stranger.entry.source, mirror: first.location };
    const reference = first.resolvesTags ? "<tag>" : "<digest>";
    const url = formatMirrorUrl(first.location, stranger, reference);
    findings.push(tellMirror("windows-spill-over", object, facts, { url }));
  }
  const [example] = group;
  if (example !== undefined && group.every(({ path }) => path !== "")) {
    const rule = host.policy === "NeverContactSource" ? "windows-never-whole-host" : "windows-whole-host";
    const url = formatMirrorUrl(
      first.location,
      { ...example, path: "" },
      first.resolvesTags ? "<tag>" : "<digest>",
    );
    findings.push(tellMirror(rule, object, { host: host.host, sources }, { url }));
  }
  return findings;
}

function checkPolicy(host: WindowsHost, group: readonly WindowsEntry[]): readonly MirrorFinding[] {
  const never = group.find(({ entry }) => entry.mirrorSourcePolicy === "NeverContactSource");
  if (never === undefined || host.mirrors.length === 0) return [];
  const facts = { host: host.host, source: never.entry.source };
  if (host.policy !== "NeverContactSource") {
    const url = findLastUrl(host, [never]);
    return [tellMirror("windows-policy-lost", nameFile(host), facts, { url })];
  }
  const objects = [...new Set(group.map(({ set }) => set))];
  if (objects.length > maxObjectsInTurn) return [];
  const isLost = objects.some((first) => {
    const turned = mergeForWindows([first, ...objects.filter((set) => set !== first)]);
    return turned.find((each) => each.host === host.host)?.policy !== "NeverContactSource";
  });
  return isLost ? [tellMirror("windows-policy-by-chance", nameFile(host), facts)] : [];
}
