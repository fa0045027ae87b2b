"use client";

import { type ComponentProps, type RefObject, useRef } from "react";

interface FormProps extends Omit<ComponentProps<"form">, "action" | "noValidate" | "onReset" | "onSubmit"> {
  ref?: RefObject<HTMLFormElement | null>;
  /** Left out where all that is entered counts at once. */
  onSubmit?: (form: HTMLFormElement) => void;
}

/**
 * A form that scripts of ours send. React keeps what is sent before they are there for the action, which sends it then:
 * nothing that was entered is lost, and none of it stands in an address.
 */
export function Form({ ref, onSubmit, ...rest }: FormProps) {
  const own = useRef<HTMLFormElement>(null);
  const form = ref ?? own;
  const sentEarly = useRef(false);
  return (
    <form
      {...rest}
      ref={form}
      noValidate
      action={() => {
        // Who waits for the scripts may have pressed more than once.
        if (!sentEarly.current) form.current?.requestSubmit();
        sentEarly.current = true;
      }}
      // An action would empty the fields as well, even if what is in them was refused.
      onReset={(event) => event.preventDefault()}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit?.(event.currentTarget);
      }}
    />
  );
}
