import { getLocale, getTimeZone } from "next-intl/server";
import { defineRoute } from "#lib/routes/define-route.ts";
import { textResponse } from "#lib/routes/text-response.ts";
import { doctorReportQuery, doctorRunParams } from "#lib/schemas/doctor.ts";
import { exportDoctorRun } from "#lib/services/doctor/index.ts";
import { writeReport } from "./write-report.ts";

/** For a support case: a text in the reader's language, or codes and facts as JSON. */
export const GET = defineRoute({
  permission: "doctor.read",
  params: doctorRunParams,
  query: doctorReportQuery,
  run: async ({ access, params, query }) => {
    const report = await exportDoctorRun(access, params.run);
    const name = `drayage-doctor-${report.host.replaceAll(/[^a-z0-9.-]/g, "_")}-${report.id}`;
    if (query.format === "json") {
      return textResponse({ name: `${name}.json`, text: `${JSON.stringify(report, null, 2)}\n` });
    }
    const text = await writeReport(report, await getLocale(), await getTimeZone());
    return textResponse({ name: `${name}.txt`, text });
  },
});
