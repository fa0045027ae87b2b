export type { ConfigFinding, ConfigSeverity } from "#lib/domain/cluster-config/config-finding.ts";
