import account from "./en/account.json" with { type: "json" };
import audit from "./en/audit.json" with { type: "json" };
import boundaries from "./en/boundaries.json" with { type: "json" };
import bundles from "./en/bundles.json" with { type: "json" };
import catalog from "./en/catalog.json" with { type: "json" };
import certificateFindings from "./en/certificate-findings.json" with { type: "json" };
import certificateRotation from "./en/certificate-rotation.json" with { type: "json" };
import certificateViews from "./en/certificate-views.json" with { type: "json" };
import certificates from "./en/certificates.json" with { type: "json" };
import checklists from "./en/checklists.json" with { type: "json" };
import clusterConfig from "./en/cluster-config.json" with { type: "json" };
import common from "./en/common.json" with { type: "json" };
import configCheck from "./en/config-check.json" with { type: "json" };
import configGuides from "./en/config-guides.json" with { type: "json" };
import configProblems from "./en/config-problems.json" with { type: "json" };
import configRules from "./en/config-rules.json" with { type: "json" };
import containerRegistry from "./en/container-registry.json" with { type: "json" };
import cseVersions from "./en/cse-versions.json" with { type: "json" };
import doctor from "./en/doctor.json" with { type: "json" };
import doctorFindings from "./en/doctor-findings.json" with { type: "json" };
import documentLines from "./en/document-lines.json" with { type: "json" };
import errorFacts from "./en/error-facts.json" with { type: "json" };
import errors from "./en/errors.json" with { type: "json" };
import fileCheck from "./en/file-check.json" with { type: "json" };
import grid from "./en/grid.json" with { type: "json" };
import jobs from "./en/jobs.json" with { type: "json" };
import nav from "./en/nav.json" with { type: "json" };
import notifications from "./en/notifications.json" with { type: "json" };
import objects from "./en/objects.json" with { type: "json" };
import offers from "./en/offers.json" with { type: "json" };
import organizations from "./en/organizations.json" with { type: "json" };
import overview from "./en/overview.json" with { type: "json" };
import paths from "./en/paths.json" with { type: "json" };
import preferences from "./en/preferences.json" with { type: "json" };
import pruning from "./en/pruning.json" with { type: "json" };
import publishing from "./en/publishing.json" with { type: "json" };
import registries from "./en/registries.json" with { type: "json" };
import roles from "./en/roles.json" with { type: "json" };
import schedules from "./en/schedules.json" with { type: "json" };
import selections from "./en/selections.json" with { type: "json" };
import serverConfig from "./en/server-config.json" with { type: "json" };
import settings from "./en/settings.json" with { type: "json" };
import signIn from "./en/sign-in.json" with { type: "json" };
import states from "./en/states.json" with { type: "json" };
import users from "./en/users.json" with { type: "json" };
import wizard from "./en/wizard.json" with { type: "json" };

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
};
