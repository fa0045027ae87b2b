import type { CheckFields } from "./check-fields.ts";

/** Of an authority that nobody has. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBlzCCAT2gAwIBAgIQATWlCYzWba0K+DpuxW7q2TAKBggqhkjOPQQDAjAaMRgw
FgYDVQQDDA9FeGFtcGxlIFJvb3QgQ0EwIBcNMjQwMTAxMDAwMDAwWhgPMjA5OTAx
MDEwMDAwMDBaMBoxGDAWBgNVBAMMD0V4YW1wbGUgUm9vdCBDQTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABLx2UHWoq/59Z3tYsIjBnW3J/mGltjAhYq9jfSI50NlK
S8zi6FquHxGuF5SQ/M8up2VDT48VK/bGe9sZCfcfefajYzBhMA8GA1UdEwEB/wQF
MAMBAf8wDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBT8zy6nZUNPjxUr9sZ72xkJ
9x959jAfBgNVHSMEGDAWgBT8zy6nZUNPjxUr9sZ72xkJ9x959jAKBggqhkjOPQQD
AgNIADBFAiEAyWR6dcvAd5Hy8zEIq3LRJixZBhszULpEwFuRgKhKL8sCIDYquU7O
BszX7Xrtzucd4KVU+sD+HxZdLmAkn8P9lMw5
-----END CERTIFICATE-----
`;

interface Example {
  text: string;
  /** What else has to be said for it. */
  fields: Partial<CheckFields>;
}

/** Texts to try, each with what people get wrong most. Their names are `configCheck.examples.<key>`. */
export const examples = {
  mirrorSet: {
    fields: { hasWindowsNodes: true },
    text: `apiVersion: config.openshift.io/v1
kind: ImageDigestMirrorSet
metadata:
  name: pause
spec:
  imageDigestMirrors:
    - source: mcr.microsoft.com/oss/kubernetes/pause
      mirrors:
        - harbor.example.com/windows/oss/kubernetes/pause
---
apiVersion: config.openshift.io/v1
kind: ImageTagMirrorSet
metadata:
  name: windows
spec:
  imageTagMirrors:
    - source: registry.access.redhat.com/ubi9/ubi-minimal
      mirrors:
        - harbor.example.com/windows/ubi-minimal
      mirrorSourcePolicy: NeverContactSource
    - source: registry.access.redhat.com/openshift4/tools
      mirrors:
        - harbor.example.com/tools/openshift4/tools
`,
  },
  hostsToml: {
    fields: { pastedHost: "quay.io" },
    text: `server = "https://quay.io"

[host."https://harbor.example.com/quay"]
  capabilities = ["pull"]
  override_path = true
`,
  },
  tkgService: {
    fields: {},
    text: `apiVersion: run.tanzu.vmware.com/v1alpha3
kind: TkgServiceConfiguration
metadata:
  name: tkg-service-configuration
spec:
  defaultCNI: antrea
  trust:
    additionalTrustedCAs:
      - name: harbor-ca
        data: ${btoa(btoa(certificate))}
`,
  },
} as const satisfies Record<string, Example>;
