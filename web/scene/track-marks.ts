/** What tells tracks apart, in the scene and in the list beside it: a dash and a number each. */

/** 16 bits a dash: drawn where set. The same as SVG dashes in TRACK_STROKES. */
export const TRACK_DASHES = [0xffff, 0x0fff, 0x00ff, 0x3f3f, 0x0f0f, 0x3333, 0x27ff, 0x127f] as const;

const BITS = 16;

/** Lengths of strokes and gaps in sixteenths of a dash, beginning with a stroke. */
export function strokesOf(pattern: number): number[] {
  const runs: number[] = [];
  let isOn = true;
  let length = 0;
  for (let bit = 0; bit < BITS; bit++) {
    const isBitOn = ((pattern >> bit) & 1) === 1;
    if (isBitOn !== isOn) {
      runs.push(length);
      length = 0;
      isOn = isBitOn;
    }
    length++;
  }
  runs.push(length);
  return runs.length % 2 === 0 ? runs : [...runs, 0];
}

const SIZE_PX = 52;

/** Twice as large as it is drawn, for screens with small pixels. */
export function trackMarkImage(place: number, color: string, ink: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = SIZE_PX;
  canvas.height = SIZE_PX;
  const context = canvas.getContext('2d');
  if (context === null) return canvas;
  const middle = SIZE_PX / 2;
  context.beginPath();
  context.arc(middle, middle, middle - 4, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.fill();
  context.lineWidth = 4;
  context.strokeStyle = ink;
  context.stroke();
  context.fillStyle = ink;
  context.font = `700 ${SIZE_PX * 0.6}px sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(String(place + 1), middle, middle + 2);
  return canvas;
}
