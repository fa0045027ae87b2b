import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";
import { Input } from "#components/ui/input.tsx";

interface TableInputProps {
  /** Shown where there is no column's head, and read out everywhere. */
  label: string;
  value: string;
  readOnly: boolean;
  problems: readonly string[];
  /** What stands below: why a value is there. */
  note?: ReactNode;
  onChange: (value: string) => void;
}

/** A name in a row of a table, with what is wrong with it just below. */
export function TableInput({ label, value, readOnly, problems, note, onChange }: TableInputProps) {
  const id = useId();
  const isWrong = problems.length > 0;
  return (
    <div className="min-w-0 flex-1 basis-56 space-y-1">
      <label htmlFor={id} className="block text-xs text-muted">
        {label}
      </label>
      <Input
        id={id}
        value={value}
        readOnly={readOnly}
        maxLength={255}
        autoCapitalize="off"
        autoComplete="off"
        spellCheck={false}
        className="font-mono"
        {...(isWrong && { "aria-invalid": true, "aria-describedby": `${id}-note` })}
        onChange={(event) => onChange(event.target.value)}
      />
      {isWrong && (
        <ul id={`${id}-note`} className="space-y-0.5 text-xs text-danger">
          {problems.map((problem) => (
            <li key={problem} className="flex items-start gap-1">
              <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
              <span className="min-w-0">{problem}</span>
            </li>
          ))}
        </ul>
      )}
      {note}
    </div>
  );
}
