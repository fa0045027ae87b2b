export {
  createSchedule,
  deleteSchedule,
  pauseSchedule,
  resumeSchedule,
  runScheduleNow,
  updateSchedule,
} from "./change-schedule.ts";
export { getSchedule, listScheduleRuns, listSchedules } from "./read-schedules.ts";
