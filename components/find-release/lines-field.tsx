import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/input.tsx";

interface LinesFieldProps {
  label: string;
  help: string;
  error: string | undefined;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}

/** A list, a line each. */
export function LinesField({ label, help, error, placeholder, value, onChange }: LinesFieldProps) {
  return (
    <Field label={label} help={help} error={error}>
      {(control) => (
        <Textarea
          {...control}
          code
          rows={3}
          value={value}
          placeholder={placeholder}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
