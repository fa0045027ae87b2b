export { deleteDoctorRun } from "./change-run.ts";
export { exportDoctorRun, findCheckedRun, getDoctorRun, listDoctorRuns } from "./read-runs.ts";
export { repeatDoctorRun, startDoctorRun, startSettingsRun } from "./start-run.ts";
export { digestLists, type NodeLists } from "./stored-question.ts";
