/**
 * What is wrong with a page as it is laid out: words cut off, too small, Chinese; what a finger misses. Each fault as words to read. For the
 * end-to-end tests, which run it in the page (test/e2e/page-checks.ts); the product loads none of it.
 */
export interface PageFaults {
  /** px that the page is wider than the window. */
  readonly tooWidePx: number;
  /** Words that end at an edge without an ellipsis, or lie outside of the window where nobody can scroll to. */
  readonly cutOff: readonly string[];
  /** Words below `leastTextPx`. */
  readonly small: readonly string[];
  /** What is pressed and is lower than `leastTargetPx`. */
  readonly low: readonly string[];
  readonly chinese: readonly string[];
}

export function pageFaults(leastTextPx: number, leastTargetPx: number): PageFaults {
  const cutOff: string[] = [];
  const small: string[] = [];
  const low: string[] = [];
  const chinese: string[] = [];
  const isSeen = (element: Element): boolean =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    element.closest('.heard-only') === null;
  const nameOf = (element: Element): string => {
    const className = typeof element.className === 'string' ? element.className : '';
    return `${element.tagName.toLowerCase()}.${className.split(' ').join('.')} in ${element.parentElement?.className ?? ''}`;
  };
  /** Nearest box that cuts off what sticks out on that axis. */
  const clipOf = (element: Element): Element | null => {
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      const { overflowX } = getComputedStyle(at);
      if (overflowX === 'auto' || overflowX === 'scroll') return null;
      if (overflowX === 'hidden' || overflowX === 'clip') return at;
    }
    return document.documentElement;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = (node.textContent ?? '').trim();
    const element = node.parentElement;
    if (text === '' || element === null || ['SCRIPT', 'STYLE', 'TITLE', 'OPTION', 'DEFS'].includes(element.tagName))
      continue;
    if (element.closest('.watermark, .cesium-widget, .scene-labels') !== null || !isSeen(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    const scale = element instanceof SVGGraphicsElement ? (element.getScreenCTM()?.a ?? 1) : 1;
    const sizePx = Number.parseFloat(getComputedStyle(element).fontSize) * scale;
    if (sizePx < leastTextPx - 0.01) small.push(`${sizePx.toFixed(1)} px: ${text} (${nameOf(element)})`);
    if (/[\u3400-\u9fff]/.test(text)) chinese.push(`${text} (${nameOf(element)})`);
    const clip = clipOf(element);
    if (clip === null) continue;
    const edges = clip.getBoundingClientRect();
    const isOver = box.right > edges.right + 1 || box.left < edges.left - 1;
    const saysSo =
      getComputedStyle(clip).textOverflow === 'ellipsis' || getComputedStyle(element).textOverflow === 'ellipsis';
    if (isOver && !saysSo && box.bottom > 0 && box.top < innerHeight) cutOff.push(`${text} (${nameOf(element)})`);
  }
  for (const element of document.querySelectorAll(
    'button, a.button, select, input:not([type=checkbox]):not([type=range]), [role=button]',
  )) {
    if (!isSeen(element) || element.closest('.cesium-widget, .axis, .row-picker-control') !== null) continue;
    const { width, height } = element.getBoundingClientRect();
    const name = (element.getAttribute('aria-label') ?? element.textContent ?? '').trim();
    if (width > 0 && height > 0 && height < leastTargetPx - 0.5)
      low.push(`${height.toFixed(0)} px: ${name} (${nameOf(element)})`);
  }
  return { tooWidePx: document.documentElement.scrollWidth - innerWidth, cutOff, small, low, chinese };
}
