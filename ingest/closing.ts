/** Requests under way, and the moment when none is left. */
export class Closing {
  isClosing = false;
  #underWay = 0;
  #whenIdle: (() => void) | null = null;

  /** Returns `done`, to be called once. */
  enter(): () => void {
    this.#underWay++;
    return () => {
      this.#underWay--;
      if (this.#underWay === 0) this.#whenIdle?.();
    };
  }

  begin(): Promise<void> {
    this.isClosing = true;
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenIdle = resolve;
    });
  }
}
