"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

const intervalMs = 2_000;
/** A worker takes it up within a minute, if there is one. */
const longestMs = 3 * 60_000;

/** Reads the page anew until a worker has taken up what is due; `due` changes with each time. */
export function RefreshWhileDue({ due }: { due: string | null }) {
  const router = useRouter();
  useEffect(() => {
    if (due === null) return;
    const timer = setInterval(() => router.refresh(), intervalMs);
    const end = setTimeout(() => clearInterval(timer), longestMs);
    return () => {
      clearInterval(timer);
      clearTimeout(end);
    };
  }, [due, router]);
  return null;
}
