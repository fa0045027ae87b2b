// Preloaded (`node --import`) into a program that is not ours: when the process that started it is gone, nobody else would
// end it.
const checkEveryMs = 200;
const startedBy = process.ppid;
setInterval(() => {
  if (process.ppid !== startedBy) process.exit(1);
}, checkEveryMs).unref();

export {};
