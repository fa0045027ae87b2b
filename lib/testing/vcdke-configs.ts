/**
 * Configurations of Container Service Extension as its templates lay them out, uneven indentation included:
 * `vcdkeconfig.json.template` (v4.0, v4.1, v4.2) in `examples/container-service-extension` of
 * https://github.com/vmware/terraform-provider-vcd, filled with the values of a made-up site.
 */
export const config42 = `{
    "profiles": [
        {
            "name": "production",
            "active": true,
            "serverConfig": {
                "rdePollIntervalInMin": 1,
                "heartbeatWatcherTimeoutInMin": 10,
                "staleHeartbeatIntervalInMin": 30
            },
            "vcdKeInstances": [
              {
                "name": "vcd-container-service-extension"
              }
            ],
            "K8Config": {
                "certificateAuthorities": [
                    "-----BEGIN CERTIFICATE-----\\nQUJD\\n-----END CERTIFICATE-----\\n"
                ],
                "cni": {
                    "name": "antrea",
                    "version": ""
                },
                "cpi": {
                    "name": "cpi for cloud director",
                    "version": "1.6.1"
                },
                "csi": [
                    {
                        "name": "csi for cloud director",
                        "version": "1.6.0"
                    }
                ],
                "mhc": {
                    "maxUnhealthyNodes": 100,
                    "nodeStartupTimeout": "900",
                    "nodeNotReadyTimeout": "300s",
                    "nodeUnknownTimeout": "300"
                },
                "rdeProjectorVersion": "0.7.1"
            },
        "vcdConfig": {
            "sysLogger": {
                "host": "",
                "port": ""
            }
        },
        "githubConfig": {
            "githubPersonalAccessToken": ""
        },
        "bootstrapClusterConfig": {
            "capiEcosystem": {
                "infraProvider": {
                    "name": "capvcd",
                    "version": "v1.3.2",
                    "capvcdRde": {
                        "nss": "capvcdCluster",
                        "vendor": "vmware",
                        "version": "1.3.0"
                    }
                },
                "coreCapiVersion": "v1.4.0",
                "bootstrapProvider": {
                    "name": "CAPBK",
                    "version": "v1.4.0"
                },
                "controlPlaneProvider": {
                    "name": "KCP",
                    "version": "v1.4.0"
                },
                "certManagerVersion": "v1.11.1"
            },
            "certificateAuthorities": [

            ],
            "clusterctl": {
                "version": "v1.4.0",
                "clusterctlyaml": ""
            },
            "dockerVersion": "",
            "kindVersion": "v0.19.0",
            "kindestNodeVersion": "v1.27.1",
            "kubectlVersion": "",
            "proxyConfig": {
                "noProxy": "localhost,127.0.0.1,cluster.local,.svc",
                "httpProxy": "",
                "httpsProxy": ""
            },
            "sizingPolicy": "TKG small"
        },
        "containerRegistryUrl": "harbor.example.com/air-gap"
        }
    ]
}
`;

export const config41 = config42
  .replace('"1.6.1"', '"1.4.0"')
  .replace('"1.6.0"', '"1.4.0"')
  .replace('"0.7.1"', '"0.6.0"')
  .replace('"v1.3.2"', '"v1.1.0"')
  .replace('"1.3.0"', '"1.2.0"');

export const config40 = `{
    "profiles": [
        {
            "name": "production",
            "active": true,
            "serverConfig": {
                "rdePollIntervalInMin": 1,
                "heartbeatWatcherTimeoutInMin": 20,
                "staleHeartbeatIntervalInMin": 60
            },
            "K8Config": {
                "cni": { "name": "antrea", "version": "" },
                "cpi": { "name": "cpi for cloud director", "version": "1.2.0" },
                "csi": [{ "name": "csi for cloud director", "version": "main" }]
            },
            "vcdConfig": { "sysLogger": { "host": "", "port": "" } },
            "githubConfig": { "githubPersonalAccessToken": "not-a-token" },
            "bootstrapClusterConfig": {
                "clusterctl": { "version": "v1.1.3", "clusterctlyaml": "" },
                "kindVersion": "v0.14.0",
                "proxyConfig": { "noProxy": "localhost,127.0.0.1,k8s.test,.svc", "httpProxy": "", "httpsProxy": "" },
                "sizingPolicy": "TKG small",
                "capiEcosystem": {
                    "infraProvider": {
                        "name": "capvcd",
                        "version": "1.0.0",
                        "capvcdRde": { "nss": "capvcdCluster", "vendor": "vmware", "version": "1.1.0" }
                    },
                    "coreCapiVersion": "v1.1.3",
                    "bootstrapProvider": { "name": "CAPBK", "version": "v1.1.3" },
                    "controlPlaneProvider": { "name": "KCP", "version": "v1.1.3" }
                },
                "dockerVersion": "",
                "kubectlVersion": ""
            }
        }
    ]
}
`;

/** As `GET /cloudapi/1.0.0/entities/{urn}` answers. */
export function wrapConfig(entity: string, version = "1.1.0"): string {
  return `{"id":"urn:vcloud:entity:vmware:VCDKEConfig:6f0b2b0c-0a5e-4d38-9d0e-0c8f1f1f6a11","entityType":"urn:vcloud:type:vmware:VCDKEConfig:${version}","name":"vcdKeConfig","externalId":null,"entity":${entity.trim()},"state":"RESOLVED","owner":{"name":"administrator","id":"urn:vcloud:user:7b1c9f43-5d2e-4c63-a1f3-2f5f0d2d9a10"},"org":{"name":"System","id":"urn:vcloud:org:a93c9db9-7471-3192-8d09-a8f7eeda85f9"}}`;
}
