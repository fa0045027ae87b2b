import { changeToRelease, type ReleaseComponents } from "./component-versions.ts";
import { type ConfigDocument, editConfig, parseConfigDocument } from "./config-document.ts";
import { configDefaults } from "./config-fields.ts";

/**
 * A configuration for who has none yet: what the template of Container Service Extension 4.1 and 4.2 has, with the
 * components of a release. Not wrapped.
 *
 * `vcdkeconfig.json.template` (v4.2) in `examples/container-service-extension` of
 * https://github.com/vmware/terraform-provider-vcd
 */
export function createConfigDocument(components: ReleaseComponents): ConfigDocument {
  const frame = {
    profiles: [
      {
        name: "production",
        active: true,
        serverConfig: {},
        vcdKeInstances: [{ name: "vcd-container-service-extension" }],
        K8Config: { certificateAuthorities: [] },
        vcdConfig: {},
        githubConfig: {},
        bootstrapClusterConfig: {
          capiEcosystem: {},
          certificateAuthorities: [],
          clusterctl: { version: "", clusterctlyaml: "" },
        },
      },
    ],
  };
  return editConfig(parseConfigDocument(`${JSON.stringify(frame, null, 2)}\n`), {
    ...configDefaults,
    ...changeToRelease(components),
    cniVersion: "",
    httpProxy: "",
    httpsProxy: "",
    syslogHost: "",
    syslogPort: "",
    githubToken: "",
  });
}
