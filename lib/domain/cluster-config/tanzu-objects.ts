import { z } from "zod";
import { metadata, secretKey } from "./kubernetes-objects.ts";

// Written from the published API descriptions, strict on every level that is used here: run.tanzu.vmware.com of
// vmware-tanzu/tanzu-framework (apis/run: ProxyConfiguration, TrustConfiguration, TLSCertificate), Configuration
// Parameters for the Tanzu Kubernetes Grid Service, cluster.x-k8s.io/v1beta1 with the variables of TKG's ClusterClasses.

const trustName = z.string().regex(/^[A-Za-z0-9_.-]+$/);
const base64 = z.base64();
/** metav1.Duration */
const duration = z.string().regex(/^(?:0|(?:\d+(?:\.\d+)?(?:ms|s|m|h))+)$/);

/** TLSCertificate: `data` is base64 of PEM, how often is not said by its type. */
const tlsCertificate = z.strictObject({ name: trustName, data: base64 });

/** TrustConfiguration */
export const trustConfiguration = z.strictObject({ additionalTrustedCAs: z.array(tlsCertificate) });

/** ProxyConfiguration: all three, where there is one at all. */
export const proxyConfiguration = z.strictObject({
  httpProxy: z.string().min(1),
  httpsProxy: z.string().min(1),
  noProxy: z.array(z.string()),
});

export type ProxyConfiguration = z.output<typeof proxyConfiguration>;

const serviceSpec = {
  defaultCNI: z.enum(["antrea", "calico"]).optional(),
  proxy: proxyConfiguration.optional(),
  trust: trustConfiguration.optional(),
};

const serviceOf = <Version extends string, Spec extends z.ZodType>(version: Version, spec: Spec) =>
  z.strictObject({
    apiVersion: z.literal(`run.tanzu.vmware.com/${version}`),
    kind: z.literal("TkgServiceConfiguration"),
    metadata,
    spec,
  });

const drainingSpec = z.strictObject({ ...serviceSpec, defaultNodeDrainTimeout: duration.optional() });

/** TkgServiceConfiguration in each version that there is. */
export const tkgServiceConfigurations = {
  v1alpha1: serviceOf("v1alpha1", z.strictObject(serviceSpec)),
  v1alpha2: serviceOf("v1alpha2", drainingSpec),
  v1alpha3: serviceOf("v1alpha3", drainingSpec),
};

export const tkgServiceConfiguration = z.union(Object.values(tkgServiceConfigurations));

/** TanzuKubernetesCluster, as far as it tells of trust and proxy; the rest of it is somebody else's. */
export const tanzuKubernetesCluster = z.strictObject({
  apiVersion: z.enum(["run.tanzu.vmware.com/v1alpha2", "run.tanzu.vmware.com/v1alpha3"]),
  kind: z.literal("TanzuKubernetesCluster"),
  metadata,
  spec: z.looseObject({
    settings: z.looseObject({
      network: z.looseObject({
        proxy: proxyConfiguration.optional(),
        trust: trustConfiguration.optional(),
      }),
    }),
  }),
});

/** `trust` of a Supervisor's cluster: names of keys in the Secret. */
export const trustReferences = z.strictObject({
  additionalTrustedCAs: z.array(z.strictObject({ name: secretKey })).min(1),
});

/** Variables of the ClusterClasses of Tanzu Kubernetes Grid, by their names. */
export const clusterClassVariables = {
  imageRepository: z.strictObject({
    host: z.string().min(1),
    tlsCertificateValidation: z.boolean().optional(),
  }),
  additionalImageRegistries: z.array(
    z.strictObject({
      host: z.string().min(1),
      skipTlsVerify: z.boolean().optional(),
      caCert: base64.optional(),
    }),
  ),
  trust: trustConfiguration,
  proxy: proxyConfiguration,
};

/** Cluster v1beta1, as far as it goes for variables of its class. */
export const clusterObject = z.strictObject({
  apiVersion: z.literal("cluster.x-k8s.io/v1beta1"),
  kind: z.literal("Cluster"),
  metadata,
  spec: z.looseObject({
    topology: z.looseObject({
      variables: z.array(z.strictObject({ name: z.string().min(1), value: z.unknown() })),
    }),
  }),
});
