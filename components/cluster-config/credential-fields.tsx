"use client";

import { TextField } from "#components/ui/text-field.tsx";
import type { ConfigFieldProps } from "./config-field-props.ts";
import { useFieldWords } from "./use-field-words.ts";

/** What nodes sign in to the registry with. */
export function CredentialFields({ topic, form, set, fieldError }: ConfigFieldProps) {
  const { credentials } = form;
  const [username, password] = [useFieldWords("username", topic), useFieldWords("password", topic)];
  const isNeeded = topic === "workload" || credentials.username !== "" || credentials.password !== "";
  return (
    <div className="space-y-3">
      <TextField
        {...username}
        error={fieldError("credentials.username")}
        required={isNeeded}
        verbatim
        autoComplete="off"
        value={credentials.username}
        onChange={(event) => set({ credentials: { ...credentials, username: event.target.value } })}
      />
      <TextField
        {...password}
        error={fieldError("credentials.password")}
        required={isNeeded}
        type="password"
        // Not the reader's own: browsers are not to offer that.
        autoComplete="new-password"
        value={credentials.password}
        onChange={(event) => set({ credentials: { ...credentials, password: event.target.value } })}
      />
    </div>
  );
}
