import { useTranslations } from "next-intl";
import { Radio } from "#components/ui/checkbox.tsx";
import { Field, FieldSet } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { useClock } from "#lib/i18n/use-clock.ts";
import { cronLine, timeZoneName } from "#lib/schemas/cron.ts";
import { NextRuns } from "./next-runs.tsx";
import { cronOf, type ScheduleDraft, timings } from "./schedule-draft.ts";
import { useWeekdayName } from "./use-cron-text.ts";

interface TimingFieldsProps {
  draft: ScheduleDraft;
  set: (change: Partial<ScheduleDraft>) => void;
  fieldError: (field: string) => string | undefined;
  timeZones: readonly string[];
}

const weekdays = [1, 2, 3, 4, 5, 6, 0];
const monthdays = Array.from({ length: 31 }, (_, index) => index + 1);

/** When a schedule runs: at a time that is chosen, or by a line of one's own. */
export function TimingFields({ draft, set, fieldError, timeZones }: TimingFieldsProps) {
  const t = useTranslations("schedules");
  const weekdayName = useWeekdayName();
  const { timing, timeZone } = draft;
  return (
    <div className="space-y-5">
      <FieldSet legend={t("howOften")}>
        {timings.map((each) => (
          <Radio
            key={each}
            name="timing"
            value={each}
            checked={timing === each}
            label={t(`timing.${each}`)}
            onChange={() => set({ timing: each, cron: cronOf(draft) })}
          />
        ))}
      </FieldSet>
      {timing === "weekly" && (
        <Field label={t("weekday")} required>
          {(control) => (
            <Select
              {...control}
              value={String(draft.weekday)}
              options={weekdays.map((day) => ({ value: String(day), label: weekdayName(day) }))}
              onChange={(event) => set({ weekday: Number(event.target.value) })}
            />
          )}
        </Field>
      )}
      {timing === "monthly" && (
        <Field label={t("monthday")} {...(draft.monthday > 28 && { help: t("monthdayHelp") })} required>
          {(control) => (
            <Select
              {...control}
              value={String(draft.monthday)}
              options={monthdays.map((day) => ({ value: String(day), label: String(day) }))}
              onChange={(event) => set({ monthday: Number(event.target.value) })}
            />
          )}
        </Field>
      )}
      {timing === "own" ? (
        <TextField
          label={t("cron")}
          help={t("cronHelp")}
          error={fieldError("cron")}
          required
          verbatim
          autoComplete="off"
          maxLength={100}
          className="font-mono"
          value={draft.cron}
          onChange={(event) => set({ cron: event.target.value })}
        />
      ) : (
        <TextField
          type="time"
          label={t("time")}
          error={fieldError("cron")}
          required
          value={draft.time}
          onChange={(event) => set({ time: event.target.value })}
        />
      )}
      <Field label={t("timeZone")} help={t("timeZoneHelp")} error={fieldError("timeZone")} required>
        {(control) => (
          <Select
            {...control}
            value={timeZone}
            options={[...new Set([timeZone, ...timeZones])]
              .toSorted()
              .map((zone) => ({ value: zone, label: zone }))}
            onChange={(event) => set({ timeZone: event.target.value })}
          />
        )}
      </Field>
      <Preview cron={cronOf(draft)} timeZone={timeZone} />
    </div>
  );
}

function Preview({ cron, timeZone }: { cron: string; timeZone: string }) {
  const t = useTranslations("schedules");
  const now = useClock(60_000);
  const line = cronLine.safeParse(cron);
  const holds = line.success && timeZoneName.safeParse(timeZone).success;
  return (
    <div className="space-y-1" aria-live="polite">
      <p className="text-compact font-medium">{t("nextRuns")}</p>
      {holds ? (
        <NextRuns cron={line.data} timeZone={timeZone} after={now} />
      ) : (
        <p className="text-compact text-muted">{t("noNextRuns")}</p>
      )}
    </div>
  );
}
