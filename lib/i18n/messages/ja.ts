import account from "./ja/account.json" with { type: "json" };
import audit from "./ja/audit.json" with { type: "json" };
import boundaries from "./ja/boundaries.json" with { type: "json" };
import bundles from "./ja/bundles.json" with { type: "json" };
import catalog from "./ja/catalog.json" with { type: "json" };
import certificateFindings from "./ja/certificate-findings.json" with { type: "json" };
import certificateRotation from "./ja/certificate-rotation.json" with { type: "json" };
import certificateViews from "./ja/certificate-views.json" with { type: "json" };
import certificates from "./ja/certificates.json" with { type: "json" };
import checklists from "./ja/checklists.json" with { type: "json" };
import clusterConfig from "./ja/cluster-config.json" with { type: "json" };
import common from "./ja/common.json" with { type: "json" };
import configCheck from "./ja/config-check.json" with { type: "json" };
import configGuides from "./ja/config-guides.json" with { type: "json" };
import configProblems from "./ja/config-problems.json" with { type: "json" };
import configRules from "./ja/config-rules.json" with { type: "json" };
import containerRegistry from "./ja/container-registry.json" with { type: "json" };
import cseVersions from "./ja/cse-versions.json" with { type: "json" };
import doctor from "./ja/doctor.json" with { type: "json" };
import doctorFindings from "./ja/doctor-findings.json" with { type: "json" };
import documentLines from "./ja/document-lines.json" with { type: "json" };
import errorFacts from "./ja/error-facts.json" with { type: "json" };
import errors from "./ja/errors.json" with { type: "json" };
import fileCheck from "./ja/file-check.json" with { type: "json" };
import grid from "./ja/grid.json" with { type: "json" };
import jobs from "./ja/jobs.json" with { type: "json" };
import nav from "./ja/nav.json" with { type: "json" };
import notifications from "./ja/notifications.json" with { type: "json" };
import objects from "./ja/objects.json" with { type: "json" };
import offers from "./ja/offers.json" with { type: "json" };
import organizations from "./ja/organizations.json" with { type: "json" };
import overview from "./ja/overview.json" with { type: "json" };
import paths from "./ja/paths.json" with { type: "json" };
import preferences from "./ja/preferences.json" with { type: "json" };
import pruning from "./ja/pruning.json" with { type: "json" };
import publishing from "./ja/publishing.json" with { type: "json" };
import registries from "./ja/registries.json" with { type: "json" };
import roles from "./ja/roles.json" with { type: "json" };
import schedules from "./ja/schedules.json" with { type: "json" };
import selections from "./ja/selections.json" with { type: "json" };
import serverConfig from "./ja/server-config.json" with { type: "json" };
import settings from "./ja/settings.json" with { type: "json" };
import signIn from "./ja/sign-in.json" with { type: "json" };
import states from "./ja/states.json" with { type: "json" };
import users from "./ja/users.json" with { type: "json" };
import wizard from "./ja/wizard.json" with { type: "json" };
import type { Messages } from "../messages.ts";

export default {
  account,
  audit,
  boundaries,
  bundles,
  catalog,
  certificateFindings,
  certificateRotation,
  certificateViews,
  certificates,
  checklists,
  clusterConfig,
  common,
  configCheck,
  configGuides,
  configProblems,
  configRules,
  containerRegistry,
  cseVersions,
  doctor,
  doctorFindings,
  documentLines,
  errorFacts,
  errors,
  fileCheck,
  grid,
  jobs,
  nav,
  notifications,
  objects,
  offers,
  organizations,
  overview,
  paths,
  preferences,
  pruning,
  publishing,
  registries,
  roles,
  schedules,
  selections,
  serverConfig,
  settings,
  signIn,
  states,
  users,
  wizard,
} satisfies Messages;
