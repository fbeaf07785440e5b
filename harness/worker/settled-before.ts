/** Milliseconds between two looks at whether a promise is waited for no longer. */
const LOOK_MS = 100;

/** Whether a promise is settled before `isOver` returns true. Rejects as the promise does. */
export async function isSettledBefore(waiting: Promise<void>, isOver: () => boolean): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<false>((resolve) => {
    timer = setInterval(() => isOver() && resolve(false), LOOK_MS);
  });
  try {
    return await Promise.race([waiting.then(() => true), over]);
  } finally {
    clearInterval(timer);
  }
}
