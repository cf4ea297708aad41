/**
 * Icons of permits and of gas detectors and halos of crews over the scene, as page elements: they follow the theme and stay sharp on a
 * wall. Those that stay keep their element; each frame only transforms change.
 */
import { type DetectorLook, detectorIcon, ICON_BOX, type PermitLook, permitIcon } from '../permits/icon-parts.ts';

const SVG = 'http://www.w3.org/2000/svg';

export interface OverlayIcon {
  readonly key: string;
  /** null: a halo, which is drawn by its class alone. */
  readonly look: PermitLook | DetectorLook | null;
  readonly className: string;
  /** Beside it, `+12` or a name; '' : nothing. */
  readonly text: string;
}

interface Shown {
  readonly element: HTMLElement;
  drawn: string;
}

export class IconOverlay {
  readonly #root: HTMLElement;
  readonly #shown = new Map<string, Shown>();

  constructor(container: HTMLElement) {
    this.#root = document.createElement('div');
    this.#root.className = 'scene-permits';
    this.#root.setAttribute('aria-hidden', 'true');
    container.append(this.#root);
  }

  set(icons: readonly OverlayIcon[]): void {
    const wanted = new Set(icons.map(({ key }) => key));
    for (const [key, { element }] of this.#shown) {
      if (wanted.has(key)) continue;
      element.remove();
      this.#shown.delete(key);
    }
    for (const icon of icons) {
      const drawn = JSON.stringify(icon);
      let shown = this.#shown.get(icon.key);
      if (shown === undefined) {
        shown = { element: document.createElement('div'), drawn: '' };
        shown.element.style.display = 'none';
        this.#root.append(shown.element);
        this.#shown.set(icon.key, shown);
      }
      if (shown.drawn === drawn) continue;
      shown.drawn = drawn;
      shown.element.className = icon.className;
      shown.element.replaceChildren(...(icon.look === null ? [] : [pictureOf(icon.look)]), ...wordsOf(icon.text));
    }
  }

  /** Anchors the icon's bottom centre, a halo's middle. */
  place(key: string, xPx: number, yPx: number, isOnScreen: boolean): void {
    const style = this.#shown.get(key)?.element.style;
    if (style === undefined) return;
    style.display = isOnScreen ? '' : 'none';
    if (isOnScreen) style.transform = `translate(${xPx.toFixed(1)}px, ${yPx.toFixed(1)}px)`;
  }

  destroy(): void {
    this.#root.remove();
  }
}

function pictureOf(look: PermitLook | DetectorLook): SVGElement {
  const { className, parts, texts } = 'isSounding' in look ? detectorIcon(look) : permitIcon(look);
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', className);
  svg.setAttribute('viewBox', ICON_BOX);
  for (const { name, d } of parts) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('class', name);
    path.setAttribute('d', d);
    svg.append(path);
  }
  for (const { name, x, y, text } of texts) {
    const element = document.createElementNS(SVG, 'text');
    element.setAttribute('class', name);
    element.setAttribute('x', String(x));
    element.setAttribute('y', String(y));
    element.textContent = text;
    svg.append(element);
  }
  return svg;
}

function wordsOf(text: string): HTMLElement[] {
  if (text === '') return [];
  const element = document.createElement('b');
  element.textContent = text;
  return [element];
}
