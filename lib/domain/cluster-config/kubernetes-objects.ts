import { z } from "zod";
import { objectName } from "./cluster-input.ts";

// Written from the published API descriptions, strict on every level that is used here: Secret v1, Pod v1, ServiceAccount
// v1 (https://kubernetes.io/docs/reference/kubernetes-api/), Docker's config.json.

/** ObjectMeta v1; a server adds more of its own. */
export const metadata = z.looseObject({
  name: objectName,
  namespace: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

/** A key of a Secret: letters, digits, `-`, `_` and `.`, neither `.` nor beginning with `..`. */
export const secretKey = z
  .string()
  .max(253)
  .regex(/^[-._a-zA-Z0-9]+$/)
  .regex(/^(?!\.$|\.\.)/);

const base64 = z.base64();

/** LocalObjectReference v1 */
const nameOnly = z.strictObject({ name: objectName });

/** A Secret of one type, with what its data must have. */
const secretOf = <Type extends string, Data extends z.ZodType>(type: Type, data: Data) =>
  z.strictObject({
    apiVersion: z.literal("v1"),
    kind: z.literal("Secret"),
    metadata,
    type: z.literal(type),
    data,
  });

export const opaqueSecret = secretOf("Opaque", z.record(secretKey, base64));

export const dockerConfigSecret = secretOf(
  "kubernetes.io/dockerconfigjson",
  z.strictObject({ ".dockerconfigjson": base64 }),
);

/** What `.dockerconfigjson` decodes to: `auth` is base64 of `username:password`. */
export const dockerConfig = z.strictObject({
  auths: z.record(
    z.string(),
    z.strictObject({
      username: z.string().optional(),
      password: z.string().optional(),
      email: z.string().optional(),
      auth: base64,
    }),
  ),
});

export const pod = z.strictObject({
  apiVersion: z.literal("v1"),
  kind: z.literal("Pod"),
  metadata,
  spec: z.strictObject({
    serviceAccountName: objectName.optional(),
    containers: z.array(z.strictObject({ name: objectName, image: z.string().min(1) })).min(1),
    imagePullSecrets: z.array(nameOnly).optional(),
  }),
});

export const serviceAccount = z.strictObject({
  apiVersion: z.literal("v1"),
  kind: z.literal("ServiceAccount"),
  metadata,
  imagePullSecrets: z.array(nameOnly).optional(),
});
