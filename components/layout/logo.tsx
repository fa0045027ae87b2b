/** A container on its way between two lines: the last mile across a gap. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className} fill="none">
      <path
        d="M4 9v14M28 9v14"
        stroke="currentColor"
        strokeWidth="2.5"
        strokeLinecap="round"
        opacity="0.55"
      />
      <rect x="8.5" y="10" width="15" height="12" rx="1.5" fill="#49afd9" />
      <path d="M12.5 13v6M16 13v6M19.5 13v6" stroke="#0f1a20" strokeWidth="1.8" strokeLinecap="round" />
    </svg>
  );
}
