"use server";

import { createScheduleInput, scheduleInput, updateScheduleInput } from "#lib/schemas/schedules.ts";
import {
  createSchedule,
  deleteSchedule,
  pauseSchedule,
  resumeSchedule,
  runScheduleNow,
  updateSchedule,
} from "#lib/services/schedules/index.ts";
import { defineAction } from "./define-action.ts";

export const createScheduleAction = defineAction({
  permission: "schedule.write",
  input: createScheduleInput,
  run: createSchedule,
});

export const updateScheduleAction = defineAction({
  permission: "schedule.write",
  input: updateScheduleInput,
  run: updateSchedule,
});

export const deleteScheduleAction = defineAction({
  permission: "schedule.write",
  input: scheduleInput,
  run: (access, { scheduleId }) => deleteSchedule(access, scheduleId),
});

export const pauseScheduleAction = defineAction({
  permission: "schedule.write",
  input: scheduleInput,
  run: (access, { scheduleId }) => pauseSchedule(access, scheduleId),
});

export const resumeScheduleAction = defineAction({
  permission: "schedule.write",
  input: scheduleInput,
  run: (access, { scheduleId }) => resumeSchedule(access, scheduleId),
});

export const runScheduleAction = defineAction({
  permission: "schedule.write",
  input: scheduleInput,
  run: (access, { scheduleId }) => runScheduleNow(access, scheduleId),
});
