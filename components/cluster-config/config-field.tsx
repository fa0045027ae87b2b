"use client";

import type { ComponentType } from "react";
import {
  clusterVersions,
  type ConfigField as FieldName,
  containerNetworks,
  nodeSystems,
  pullKinds,
  sourcePolicies,
  tkgServiceVersions,
  trustEncodings,
} from "#lib/schemas/cluster-config.ts";
import { AdditionalRegistries } from "./additional-registries.tsx";
import { CertificateChoice } from "./certificate-choice.tsx";
import type { ConfigFieldProps } from "./config-field-props.ts";
import { CredentialFields } from "./credential-fields.tsx";
import { FlagField } from "./flag-field.tsx";
import { ImageField } from "./image-field.tsx";
import { NameField } from "./name-field.tsx";
import { OptionField } from "./option-field.tsx";
import { ProxyFields } from "./proxy-fields.tsx";
import { PullSecretField } from "./pull-secret-field.tsx";
import { SourceChoice } from "./source-choice.tsx";

/** How each thing that can be said is asked for. */
const shown: Readonly<Record<FieldName, ComponentType<ConfigFieldProps>>> = {
  certificates: (props) => <CertificateChoice {...props} field="certificates" />,
  proxyCertificates: (props) =>
    props.form.hasProxy && props.draft.certificates.length > 0 ? (
      <CertificateChoice {...props} field="proxyCertificates" />
    ) : null,
  additionalRegistries: AdditionalRegistries,
  proxy: ProxyFields,
  credentials: CredentialFields,
  image: ImageField,
  sources: SourceChoice,
  // containerd of Linux nodes takes sign-ins from pull secrets only, not from these files.
  pullSecret: (props) =>
    props.topic === "hosts-toml" && props.form.system !== "windows" ? null : <PullSecretField {...props} />,
  skipTlsVerify: (props) => <FlagField {...props} field="skipTlsVerify" />,
  skipPluginSignature: (props) => <FlagField {...props} field="skipPluginSignature" />,
  mayAskSource: (props) => <FlagField {...props} field="mayAskSource" />,
  includesTags: (props) => <FlagField {...props} field="includesTags" />,
  hasWindowsNodes: (props) => <FlagField {...props} field="hasWindowsNodes" />,
  cluster: (props) => <NameField {...props} field="cluster" />,
  namespace: (props) => <NameField {...props} field="namespace" />,
  name: (props) => <NameField {...props} field="name" />,
  secret: (props) => <NameField {...props} field="secret" />,
  serviceAccount: (props) => <NameField {...props} field="serviceAccount" />,
  nodeDrainTimeout: (props) => <NameField {...props} field="nodeDrainTimeout" />,
  version: Version,
  defaultCni: (props) => <OptionField {...props} field="defaultCni" values={containerNetworks} />,
  encoding: (props) => <OptionField {...props} field="encoding" values={trustEncodings} words="encodings" />,
  system: (props) => <OptionField {...props} field="system" values={nodeSystems} words="systems" />,
  pullBy: (props) => <OptionField {...props} field="pullBy" values={pullKinds} words="pullKinds" />,
  policy: (props) => <OptionField {...props} field="policy" values={sourcePolicies} words="policies" />,
};

export function ConfigField({ field, ...props }: ConfigFieldProps & { field: FieldName }) {
  const Shown = shown[field];
  return <Shown {...props} />;
}

function Version(props: ConfigFieldProps) {
  const values = props.topic === "tkg-service" ? tkgServiceVersions : clusterVersions;
  return <OptionField {...props} field="version" values={values} />;
}
