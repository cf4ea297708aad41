/** Strokes and fills of the plan, from the tokens of the theme that is on. */
import Circle from 'ol/style/Circle.js';
import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import Text from 'ol/style/Text.js';

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const planTones = () => ({
  grid: token('--line'),
  line: token('--text-3'),
  text: token('--text-2'),
  drawn: token('--level-4'),
  halo: token('--surface-1'),
});

const POINT_RADIUS_PX = 7;

export function standingStyle(name: string): Style {
  const { line, text, halo } = planTones();
  return new Style({
    stroke: new Stroke({ color: line, width: 1.25 }),
    fill: new Fill({ color: `${line}14` }),
    text: new Text({
      text: name,
      font: '12px sans-serif',
      overflow: true,
      fill: new Fill({ color: text }),
      stroke: new Stroke({ color: halo, width: 3 }),
    }),
  });
}

export function drawnStyle(): Style {
  const { drawn, halo } = planTones();
  return new Style({
    stroke: new Stroke({ color: drawn, width: 2.5 }),
    fill: new Fill({ color: `${drawn}26` }),
    image: new Circle({
      radius: POINT_RADIUS_PX,
      fill: new Fill({ color: drawn }),
      stroke: new Stroke({ color: halo, width: 2 }),
    }),
  });
}
