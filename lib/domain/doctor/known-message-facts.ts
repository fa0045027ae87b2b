import { clusterFolders } from "../vcd/resolved-paths.ts";
import type { MessageFacts } from "./known-message.ts";

// A host as it stands in messages; every repetition is bounded and followed by what it cannot hold itself.
const host = String.raw`\[[0-9a-fA-F:.]{2,45}\](?::\d{1,5})?|[A-Za-z0-9][A-Za-z0-9._-]{0,252}(?::\d{1,5})?`;
const requestUrl = new RegExp(
  String.raw`https?://(?<host>${host})/v2/(?<repository>[a-z0-9][a-z0-9._/-]{0,254})/(?:manifests|blobs|tags)/(?<reference>\w[\w.-]{0,127}(?::[a-f0-9]{32,128})?)`,
);
const quotedImage = /(?:image|reference|Image|for) "(?:docker:\/\/)?(?<image>[^\s"]{1,500})"/;
const namedImage =
  /(?:docker:\/\/|Pulling image |for image |manifest for |access denied for |image: )(?<image>[^\s",;]{1,500})/;
const registryUrl = new RegExp(`https?://(?<host>${host})/v2/`);
const anyUrl = new RegExp(`https?://(?<host>${host})`);
const registryName = new RegExp(`(?:container registry|Host:) (?<host>${host})`);
const lookedUp = /lookup (?<name>[A-Za-z0-9_][A-Za-z0-9._-]{0,252})(?: on (?<server>\S{0,60}[^\s:]))?:? /;
const dialled =
  /dial tcp (?:[^\s]{1,80}->)?(?<address>(?:\[[0-9a-fA-F:.]{2,45}\]|\d{1,3}(?:\.\d{1,3}){3}):\d{1,5})/;
const validFor = /valid for (?<names>[^\n]{1,1500}), not (?<wanted>[^\s",)]{1,253})/;
const matches = /(?:wanted to match |certificate for )(?<wanted>[^\s",)]{1,253})/;
const altNames = /altnames: (?<names>[^\n"]{1,1500})/;
const clocks = /current time (?<now>[0-9T:.Z+-]{10,40}) is (?:after|before) (?<limit>[0-9T:.Z+-]{10,40})/;
const candidate = /candidate authority certificate "(?<subject>[^"\n]{1,300})"/;
const architecture = /(?:architecture "?|manifest for [a-z]{1,20}\/)(?<architecture>[a-z0-9]{2,20})/;

const maxNames = 50;

/** What a line names. @param line cut to a few thousand characters */
export function readMessageFacts(line: string): MessageFacts {
  // JSON logs have messages in quotes, and their quotes behind backslashes.
  const text = line.replaceAll('\\"', '"');
  const name = lookedUp.exec(text)?.groups;
  const times = clocks.exec(text)?.groups;
  const place = readPlace(text);
  const wanted = validFor.exec(text)?.groups ?? matches.exec(text)?.groups;
  const names = splitNames(wanted?.names ?? altNames.exec(text)?.groups?.names ?? "");
  const address = dialled.exec(text)?.groups?.address;
  const found = {
    ...place,
    ...(place.host === undefined && wanted?.wanted !== undefined && { host: wanted.wanted }),
    ...(place.host === undefined && name?.name !== undefined && { host: name.name }),
    ...(place.repository !== undefined && baseOf(place.repository)),
    address,
    server: name?.server,
    names: names.length === 0 ? undefined : names,
    subject: candidate.exec(text)?.groups?.subject,
    now: times?.now,
    limit: times?.limit,
    architecture: architecture.exec(text)?.groups?.architecture,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

type Place = Pick<MessageFacts, "host" | "repository" | "reference">;

/** The server that was asked, rather than the name of the image: a mirror may stand in between. */
function readPlace(text: string): Place {
  const request = requestUrl.exec(text)?.groups;
  if (request) return { ...request };
  const named = (quotedImage.exec(text) ?? namedImage.exec(text))?.groups?.image;
  const image = named === undefined ? {} : parseImage(named);
  const asked = (registryUrl.exec(text) ?? registryName.exec(text) ?? anyUrl.exec(text))?.groups?.host;
  return image.host === undefined && asked !== undefined ? { ...image, host: asked } : image;
}

/** `[host[:port]/]repository[:tag][@digest]`; what is no such thing names nothing. */
function parseImage(image: string): Place {
  const match =
    /^(?<name>[^@\s]{1,300}?)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>[a-z0-9]+:[a-f0-9]{32,128}))?[:,.]?$/.exec(
      image,
    )?.groups;
  if (!match?.name) return {};
  const reference = match.digest ?? match.tag;
  const slash = match.name.indexOf("/");
  const first = slash === -1 ? "" : match.name.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === "localhost";
  if (!isHost) return {};
  return {
    host: first,
    repository: match.name.slice(slash + 1),
    ...(reference !== undefined && { reference }),
  };
}

/** What stands before one of the folders that clusters look in. */
function baseOf(repository: string): Pick<MessageFacts, "base"> {
  for (const folder of clusterFolders) {
    if (repository.startsWith(`${folder}/`)) return { base: "" };
    const at = repository.indexOf(`/${folder}/`);
    if (at > 0) return { base: repository.slice(0, at) };
  }
  return {};
}

function splitNames(names: string): string[] {
  return names
    .split(",")
    .map((each) => each.trim().replace(/^(?:DNS|IP Address|IP):/, ""))
    .filter((each) => each !== "")
    .slice(0, maxNames);
}
