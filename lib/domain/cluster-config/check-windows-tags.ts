import { tellMirror, type MirrorFinding } from "./mirror-rule.ts";
import { pauseImage, splitLocation, type MirroredImage } from "./mirrored-image.ts";
import { listWindowsRequests } from "./windows-entries.ts";
import type { WindowsHost } from "./windows-hosts.ts";

/** Whether Windows nodes can learn at a mirror what tags stand for, that of the pause image above all. */
export function checkWindowsTags(
  hosts: readonly WindowsHost[],
  images: readonly MirroredImage[],
): readonly MirrorFinding[] {
  const byHost = new Map(hosts.map((each) => [each.host, each]));
  const pauseName = `${pauseImage.source}:${pauseImage.tag}`;
  const pauseUrl = `https://${pauseImage.host}/v2/${pauseImage.repository}/manifests/${pauseImage.tag}`;
  const wanted = [
    { source: pauseImage.source, tag: pauseImage.tag },
    ...images.flatMap(({ source, tags: [tag] }) =>
      tag === undefined || source === pauseImage.source ? [] : [{ source, tag }],
    ),
  ];
  const findings = wanted.flatMap(({ source, tag }): readonly MirrorFinding[] => {
    const { host, repository } = splitLocation(source);
    const windowsHost = byHost.get(host);
    if (windowsHost === undefined) return [];
    const { mirrors, policy } = windowsHost;
    if (mirrors.length === 0 || mirrors.some(({ resolvesTags }) => resolvesTags)) return [];
    const [request] = listWindowsRequests(windowsHost, { repository, tag });
    const rule = policy === "NeverContactSource" ? "windows-tag-at-server" : "windows-tag-unresolved";
    const facts = { image: `${source}:${tag}`, host };
    return [tellMirror(rule, `${host}/hosts.toml`, facts, { url: request?.url })];
  });
  if (byHost.has(pauseImage.host)) return findings;
  return [
    tellMirror(
      "windows-pause-without-entry",
      `${pauseImage.host}/hosts.toml`,
      { image: pauseName },
      { url: pauseUrl },
    ),
    ...findings,
  ];
}
