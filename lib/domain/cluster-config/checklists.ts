/** Where Tanzu Kubernetes Grid is installed without the Internet. */
export const checklistEnvironments = ["general", "vsphere", "aws"] as const;

export type ChecklistEnvironment = (typeof checklistEnvironments)[number];

/** Services of AWS that a VPC without Internet needs an endpoint for. */
export const awsEndpointServices = [
  "sts",
  "ssm",
  "ec2",
  "ec2messages",
  "elasticloadbalancing",
  "secretsmanager",
  "ssmmessages",
] as const;

export type AwsEndpointService = (typeof awsEndpointServices)[number];

const registryItems = [
  "registry-inside-firewall",
  "registry-certificate",
  "registry-without-sign-in",
] as const;

const checklists = {
  general: ["linux-bootstrap-online", "way-to-registry", "portable-storage", "disk-45-gb"],
  vsphere: [
    "node-template-uploaded",
    "jump-box-root-ssh",
    ...registryItems,
    "offline-subnet",
    "dhcp-server",
    "distributed-switch",
  ],
  aws: [
    "vpc-without-internet-gateway",
    "vpc-reached-from-online-bootstrap",
    ...registryItems,
    "bootstrap-inside-vpc",
    "bootstrap-without-proxy",
    ...awsEndpointServices.map((service) => `endpoint-${service}` as const),
    "endpoint-dns-names",
    "endpoint-security-group",
    "endpoint-full-access",
  ],
} as const satisfies Record<ChecklistEnvironment, readonly string[]>;

export type ChecklistItem = (typeof checklists)[ChecklistEnvironment][number];

/**
 * What is to be there before clusters are made, in the order in which it is done; the ids are kept with ticks, and do not
 * change. "Prepare an Internet-Restricted Environment" of Tanzu Kubernetes Grid 2.4: general prerequisites, those of
 * vSphere, those of AWS with the endpoints of its VPC. What is general comes before either.
 */
export const listChecklist = (environment: ChecklistEnvironment): readonly ChecklistItem[] =>
  checklists[environment];

/** The service of AWS that an item wants an endpoint for; null for all other items. */
export const findEndpointService = (item: ChecklistItem): AwsEndpointService | null =>
  awsEndpointServices.find((service) => item === `endpoint-${service}`) ?? null;

/**
 * The name by which an endpoint of a VPC is made for a service (AWS PrivateLink, "AWS services that integrate"), as all but
 * some regions in China have it.
 *
 * @param region such as `ap-northeast-2`
 */
export const formatEndpointService = (service: AwsEndpointService, region: string): string =>
  `com.amazonaws.${region}.${service}`;
