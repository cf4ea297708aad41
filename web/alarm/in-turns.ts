/** Many acts one after another, few at a time: the gateway takes eight of one page that it has not answered. */
const AT_ONCE = 4;

/** Does `act` to each in order; stops after the first that fails, once those under way are answered. How many were done. */
export async function inTurns<T>(
  items: readonly T[],
  act: (item: T) => Promise<boolean>,
  onDone: (done: number) => void = () => undefined,
): Promise<number> {
  let next = 0;
  let done = 0;
  let hasFailed = false;
  const work = async (): Promise<void> => {
    while (next < items.length && !hasFailed) {
      const item = items[next++] as T;
      if (await act(item)) onDone(++done);
      else hasFailed = true;
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, work));
  return done;
}
