/**
 * One writer at a time, among all tabs of a browser.
 *
 * Where a browser has no Web Locks, tabs do not see each other here; then the store's count of changes, which is checked
 * in the writing transaction, still lets only one of two writers through.
 */

/** Runs `step` when nobody else holds the lock of this name. */
export async function locked<T>(name: string, step: () => Promise<T>): Promise<T> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks as LockManager | undefined;
  if (locks === undefined) return queued(name, step);
  let result: { value: T } | undefined;
  await locks.request(name, async () => (result = { value: await step() }));
  if (result === undefined) throw new Error("a granted lock runs its step");
  return result.value;
}

const queues = new Map<string, Promise<unknown>>();

function queued<T>(name: string, step: () => Promise<T>): Promise<T> {
  const before = queues.get(name) ?? Promise.resolve();
  const run = before.then(step, step);
  queues.set(name, run);
  return run;
}

/** Runs `step` if nobody holds the lock of this name; `undefined` where somebody does. */
export async function ifFree<T>(name: string, step: () => Promise<T>): Promise<{ value: T } | undefined> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks as LockManager | undefined;
  const run = async (): Promise<{ value: T }> => ({ value: await step() });
  if (locks !== undefined)
    return locks.request(name, { ifAvailable: true }, (lock) => (lock === null ? undefined : run()));
  if (taken.has(name)) return undefined;
  taken.add(name);
  return run().finally(() => taken.delete(name));
}

const taken = new Set<string>();

/** Runs `step` while nobody else does, and gives up waiting when `stop` says so. */
export async function alone(name: string, stop: AbortSignal, step: () => Promise<void>): Promise<void> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks as LockManager | undefined;
  if (locks === undefined) return step();
  try {
    await locks.request(name, { signal: stop }, step);
  } catch (e) {
    if (!stop.aborted) throw e;
  }
}
