import { useCallback, useEffect, useRef, useState } from "react";
import type { BundleFileView } from "#lib/services/bundles/bundle-views.ts";
import { sendFiles, type SendProgress } from "./send-files.ts";

interface Upload {
  bundleId: string;
  /** As far as they were when the page was made. */
  files: readonly BundleFileView[];
  /** What is sent, by name. */
  chosen: ReadonlyMap<string, File>;
}

/** Sends files for as long as the component is on the page; a pause keeps what has arrived. */
export function useSendFiles({ bundleId, files, chosen: given }: Upload) {
  const [chosen] = useState(given);
  const [progress, setProgress] = useState<SendProgress>({ phase: "sending", file: null, files, rate: null });
  const sending = useRef<AbortController | null>(null);

  const stop = useCallback(() => {
    sending.current?.abort();
    sending.current = null;
  }, []);

  const go = useCallback(() => {
    stop();
    const controller = new AbortController();
    sending.current = controller;
    const hear = (heard: SendProgress) => {
      if (controller.signal.aborted) return;
      // Before the first answer nothing is known of the files but what the page was made with.
      setProgress((shown) => (heard.files.length === 0 ? { ...heard, files: shown.files } : heard));
    };
    void sendFiles(bundleId, chosen, hear, controller.signal);
  }, [bundleId, chosen, stop]);

  useEffect(() => {
    go();
    return stop;
  }, [go, stop]);

  return {
    progress,
    /** Goes on at once, after a pause or while it waits. */
    go,
    pause: () => {
      stop();
      setProgress((shown) => ({ phase: "paused", files: shown.files, rate: null }));
    },
  };
}
