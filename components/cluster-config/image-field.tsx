"use client";

import { useId } from "react";
import { TextField } from "#components/ui/text-field.tsx";
import type { ConfigFieldProps } from "./config-field-props.ts";
import { useFieldWords } from "./use-field-words.ts";

/** An image at the destination; those that were mirrored are proposed. */
export function ImageField({ topic, draft, form, set, fieldError }: ConfigFieldProps) {
  const listId = useId();
  const words = useFieldWords("image", topic);
  return (
    <>
      <TextField
        {...words}
        error={fieldError("image")}
        required
        verbatim
        autoComplete="off"
        className="font-mono"
        placeholder={draft.images[0] ?? "library/nginx:1.27"}
        list={listId}
        value={form.image}
        onChange={(event) => set({ image: event.target.value })}
      />
      <datalist id={listId}>
        {draft.images.map((image) => (
          <option key={image} value={image} />
        ))}
      </datalist>
    </>
  );
}
