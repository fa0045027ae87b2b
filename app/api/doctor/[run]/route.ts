import { defineRoute } from "#lib/routes/define-route.ts";
import { doctorRunParams } from "#lib/schemas/doctor.ts";
import { getDoctorRun } from "#lib/services/doctor/index.ts";

/** DoctorRunDetail */
export const GET = defineRoute({
  permission: "doctor.read",
  params: doctorRunParams,
  run: async ({ access, params }) => Response.json(await getDoctorRun(access, params.run)),
});
