import account from "./ko/account.json" with { type: "json" };
import audit from "./ko/audit.json" with { type: "json" };
import boundaries from "./ko/boundaries.json" with { type: "json" };
import bundles from "./ko/bundles.json" with { type: "json" };
import catalog from "./ko/catalog.json" with { type: "json" };
import certificateFindings from "./ko/certificate-findings.json" with { type: "json" };
import certificateRotation from "./ko/certificate-rotation.json" with { type: "json" };
import certificateViews from "./ko/certificate-views.json" with { type: "json" };
import certificates from "./ko/certificates.json" with { type: "json" };
import checklists from "./ko/checklists.json" with { type: "json" };
import clusterConfig from "./ko/cluster-config.json" with { type: "json" };
import common from "./ko/common.json" with { type: "json" };
import configCheck from "./ko/config-check.json" with { type: "json" };
import configGuides from "./ko/config-guides.json" with { type: "json" };
import configProblems from "./ko/config-problems.json" with { type: "json" };
import configRules from "./ko/config-rules.json" with { type: "json" };
import containerRegistry from "./ko/container-registry.json" with { type: "json" };
import cseVersions from "./ko/cse-versions.json" with { type: "json" };
import doctor from "./ko/doctor.json" with { type: "json" };
import doctorFindings from "./ko/doctor-findings.json" with { type: "json" };
import documentLines from "./ko/document-lines.json" with { type: "json" };
import errorFacts from "./ko/error-facts.json" with { type: "json" };
import errors from "./ko/errors.json" with { type: "json" };
import fileCheck from "./ko/file-check.json" with { type: "json" };
import grid from "./ko/grid.json" with { type: "json" };
import jobs from "./ko/jobs.json" with { type: "json" };
import nav from "./ko/nav.json" with { type: "json" };
import notifications from "./ko/notifications.json" with { type: "json" };
import objects from "./ko/objects.json" with { type: "json" };
import offers from "./ko/offers.json" with { type: "json" };
import organizations from "./ko/organizations.json" with { type: "json" };
import overview from "./ko/overview.json" with { type: "json" };
import paths from "./ko/paths.json" with { type: "json" };
import preferences from "./ko/preferences.json" with { type: "json" };
import pruning from "./ko/pruning.json" with { type: "json" };
import publishing from "./ko/publishing.json" with { type: "json" };
import registries from "./ko/registries.json" with { type: "json" };
import roles from "./ko/roles.json" with { type: "json" };
import schedules from "./ko/schedules.json" with { type: "json" };
import selections from "./ko/selections.json" with { type: "json" };
import serverConfig from "./ko/server-config.json" with { type: "json" };
import settings from "./ko/settings.json" with { type: "json" };
import signIn from "./ko/sign-in.json" with { type: "json" };
import states from "./ko/states.json" with { type: "json" };
import users from "./ko/users.json" with { type: "json" };
import wizard from "./ko/wizard.json" with { type: "json" };
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
