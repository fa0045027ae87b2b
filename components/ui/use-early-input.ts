"use client";

import { type Ref, useCallback, useLayoutEffect, useRef } from "react";

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/**
 * Tells a control's listeners what was entered before the scripts were there, or filled in again by the browser as the
 * page was loaded anew. React itself says nothing of it, and puts back what the page came with sooner or later.
 *
 * @param ref that others have of the control
 * @returns the ref for the control
 */
export function useEarlyInput<Element extends Control>(ref?: Ref<Element>) {
  const control = useRef<Element>(null);
  // Read before anything is drawn anew, and told when React has come to rest, as any other input.
  useLayoutEffect(() => {
    const tell = control.current && readEarlyInput(control.current);
    if (tell) queueMicrotask(tell);
  }, []);
  return useCallback(
    (element: Element | null) => {
      control.current = element;
      if (typeof ref === "function") return ref(element);
      if (ref) ref.current = element;
    },
    [ref],
  );
}

/** @returns what tells of the input; null when there was none */
function readEarlyInput(control: Control): (() => void) | null {
  if (control instanceof HTMLSelectElement) return readChoice(control);
  if (control instanceof HTMLInputElement) {
    if (control.type === "file") return control.files?.length ? () => tell(control, "change") : null;
    if (control.type === "checkbox" || control.type === "radio") return readTick(control);
  }
  return readText(control);
}

function readChoice(select: HTMLSelectElement): (() => void) | null {
  const came = [...select.options].find((option) => option.defaultSelected) ?? select.options[0];
  const { value } = select;
  if (came?.selected !== false) return null;
  return () => {
    select.value = value;
    tell(select, "change");
  };
}

function readTick(box: HTMLInputElement): (() => void) | null {
  // Of radio buttons the one that was chosen tells for all.
  if (box.checked === box.defaultChecked || (box.type === "radio" && !box.checked)) return null;
  return () => {
    box.checked = box.defaultChecked;
    box.click();
  };
}

function readText(control: HTMLInputElement | HTMLTextAreaElement): (() => void) | null {
  const { value } = control;
  if (value === control.defaultValue) return null;
  return () => {
    // React asks whether a value is another than it last saw, so it is shown the one that the page came with first.
    control.value = control.defaultValue;
    // Browsers write line ends and dates their own way.
    if (control.value === value) return;
    // Past the property by which React watches this very control.
    Reflect.set(Object.getPrototypeOf(control) as typeof control, "value", value, control);
    tell(control, "input");
  };
}

function tell(control: Control, event: "change" | "input"): void {
  control.dispatchEvent(new Event(event, { bubbles: true }));
}
