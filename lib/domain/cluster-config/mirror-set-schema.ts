import { z } from "zod";
import { mirrorSetApiVersion, mirrorSourcePolicies } from "./mirror-set.ts";

// The patterns of types_image_digest_mirror_set.go (openshift/api, config/v1): the same language, but `-+` for its `[-]*`,
// which may match nothing and would make JavaScript try every way to cut a word in two.
const domainComponent = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const location =
  `(?:${domainComponent}(?:\\.${domainComponent})*(?::[0-9]+)?)` +
  "(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*";
const mirrorPattern = new RegExp(`^${location}$`);
const sourcePattern = new RegExp(`^(?:\\*(?:\\.${domainComponent})+|${location})$`);
/** Of custom resources (RFC 1123 subdomain), as Kubernetes checks it. */
const namePattern = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
const maxLocationLength = 512;

const text = z.string().max(maxLocationLength);
const entry = z.strictObject({
  source: text.regex(sourcePattern),
  // `listType=set`: the API server refuses a set with an item twice.
  mirrors: z
    .array(text.regex(mirrorPattern))
    .nullish()
    .superRefine((mirrors, context) => {
      for (const [index, mirror] of mirrors?.entries() ?? []) {
        if (mirrors?.indexOf(mirror) !== index) {
          context.addIssue({ code: "custom", path: [index], params: { repeated: mirror } });
        }
      }
    }),
  mirrorSourcePolicy: z.enum(mirrorSourcePolicies).nullish(),
});
const metadata = z.looseObject({ name: z.string().max(253).regex(namePattern) });
const status = z.unknown().optional();
const apiVersion = z.literal(mirrorSetApiVersion);

/** What the API server takes, by kind; fields that it would drop without a word are refused, too. */
export const mirrorSetSchemas = {
  ImageDigestMirrorSet: z.strictObject({
    apiVersion,
    kind: z.literal("ImageDigestMirrorSet"),
    metadata,
    spec: z.strictObject({ imageDigestMirrors: z.array(entry).nullish() }),
    status,
  }),
  ImageTagMirrorSet: z.strictObject({
    apiVersion,
    kind: z.literal("ImageTagMirrorSet"),
    metadata,
    spec: z.strictObject({ imageTagMirrors: z.array(entry).nullish() }),
    status,
  }),
} as const;

/** An entry of the right shape, whatever stands in it. */
export const looseEntrySchema = z.looseObject({
  source: text.min(1),
  mirrors: z
    .array(text)
    .nullish()
    .transform((mirrors) => mirrors ?? []),
  mirrorSourcePolicy: z
    .enum(mirrorSourcePolicies)
    .nullish()
    .transform((policy) => policy ?? undefined)
    .catch(undefined),
});
