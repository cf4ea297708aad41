/**
 * Names over the scene as page elements, not Cesium labels: Chinese characters stay sharp on a wall, follow the theme,
 * and cost no glyph atlas. A pool of fixed size; a frame writes only what moved by a pixel.
 */
export interface OverlayLabel {
  readonly key: string;
  readonly text: string;
  readonly className: string;
}

interface ShownLabel {
  readonly element: HTMLElement;
  className: string;
  text: string;
  /** As written last; NaN: not yet. */
  xPx: number;
  yPx: number;
  isOnScreen: boolean | null;
}

export class LabelOverlay {
  readonly #root: HTMLElement;
  readonly #shown = new Map<string, ShownLabel>();
  readonly #spare: HTMLElement[] = [];

  constructor(container: HTMLElement) {
    this.#root = document.createElement('div');
    this.#root.className = 'scene-labels';
    this.#root.setAttribute('aria-hidden', 'true');
    container.append(this.#root);
  }

  /** Replaces the set of labels; those that stay keep their element. */
  set(labels: readonly OverlayLabel[]): void {
    const wanted = new Set(labels.map((label) => label.key));
    for (const [key, { element }] of this.#shown) {
      if (wanted.has(key)) continue;
      element.style.display = 'none';
      this.#spare.push(element);
      this.#shown.delete(key);
    }
    for (const { key, text, className } of labels) {
      let label = this.#shown.get(key);
      if (label === undefined) {
        const element = this.#spare.pop() ?? this.#create();
        label = { element, className: '', text: '', xPx: Number.NaN, yPx: Number.NaN, isOnScreen: null };
        label.element.dataset['key'] = key;
        this.#shown.set(key, label);
      }
      if (label.text !== text) label.element.textContent = text;
      if (label.className !== className) label.element.className = className;
      label.text = text;
      label.className = className;
    }
  }

  /** Layout px; measures the page, so not every frame. */
  sizePx(key: string): { widthPx: number; heightPx: number } {
    const element = this.#shown.get(key)?.element;
    return { widthPx: element?.offsetWidth ?? 0, heightPx: element?.offsetHeight ?? 0 };
  }

  /** Anchors the label's bottom centre, on whole pixels, which keep its letters sharp; off the screen it is hidden. */
  place(key: string, xPx: number, yPx: number, isOnScreen: boolean): void {
    const label = this.#shown.get(key);
    if (label === undefined) return;
    const { style } = label.element;
    if (label.isOnScreen !== isOnScreen) style.display = isOnScreen ? '' : 'none';
    label.isOnScreen = isOnScreen;
    const x = Math.round(xPx);
    const y = Math.round(yPx);
    if (!isOnScreen || (x === label.xPx && y === label.yPx)) return;
    label.xPx = x;
    label.yPx = y;
    style.transform = `translate(${x}px, ${y}px) translate(-50%, -100%)`;
  }

  #create(): HTMLElement {
    const element = document.createElement('div');
    this.#root.append(element);
    return element;
  }

  destroy(): void {
    this.#root.remove();
  }
}
