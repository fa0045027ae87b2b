import { vi } from "vitest";

// Files of unit tests share a process, since starting one takes longer than most of them. None sees what another has set:
// this runs before each.
const kept = globalThis as { drayageTestEnvironment?: NodeJS.ProcessEnv };
kept.drayageTestEnvironment ??= { ...process.env };
process.env = { ...kept.drayageTestEnvironment };
vi.resetModules();
