"use server";

import { doctorRunInput, startDoctorRunInput } from "#lib/schemas/doctor.ts";
import { deleteDoctorRun, repeatDoctorRun, startDoctorRun } from "#lib/services/doctor/index.ts";
import { defineAction } from "./define-action.ts";

export const startDoctorRunAction = defineAction({
  permission: "doctor.run",
  input: startDoctorRunInput,
  run: startDoctorRun,
});

export const repeatDoctorRunAction = defineAction({
  permission: "doctor.run",
  input: doctorRunInput,
  run: (access, { runId }) => repeatDoctorRun(access, runId),
});

export const deleteDoctorRunAction = defineAction({
  permission: "doctor.run",
  input: doctorRunInput,
  run: (access, { runId }) => deleteDoctorRun(access, runId),
});
