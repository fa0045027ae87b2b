import type { ComponentProps } from "react";
import { Field } from "./field.tsx";
import { Input } from "./input.tsx";

interface TextFieldProps
  extends
    Omit<ComponentProps<typeof Input>, "id" | "required">,
    Pick<ComponentProps<typeof Field>, "label" | "help" | "error" | "required"> {
  /** A name that machines read: keyboards and browsers leave it as it is typed. */
  verbatim?: boolean;
}

/** A line of text with its label. `className` is the input's. */
export function TextField({
  label,
  help,
  error,
  required = false,
  verbatim = false,
  ...rest
}: TextFieldProps) {
  return (
    <Field label={label} help={help} error={error} required={required}>
      {(control) => (
        <Input {...control} {...(verbatim && { autoCapitalize: "off", spellCheck: false })} {...rest} />
      )}
    </Field>
  );
}
