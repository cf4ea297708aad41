/** A permit's icon on the page: kind, level, how it stands, its alarm. `isPlain`: of the kind as a whole. */
import { For } from 'solid-js';
import { useTranslate } from '../i18n/i18n.ts';
import { ICON_BOX, lookOf, permitIcon } from './icon-parts.ts';
import type { WorkStatus } from './permit-states.ts';
import { statusText, workText } from './permit-text.ts';

export function PermitIcon(props: { workCode: string; status: WorkStatus; alarmLevel?: number; isPlain?: boolean }) {
  const t = useTranslate();
  const icon = () => {
    const look = lookOf(props.workCode, props.status, props.alarmLevel);
    return permitIcon(props.isPlain === true ? { ...look, level: 'none' } : look);
  };
  return (
    <svg
      class={icon().className}
      viewBox={ICON_BOX}
      role="img"
      aria-label={`${workText(t, props.workCode)} ${statusText(t, props.status)}`}
    >
      <For each={icon().parts}>{({ name, d }) => <path class={name} d={d} />}</For>
      <For each={icon().texts}>
        {({ name, x, y, text }) => (
          <text class={name} x={x} y={y}>
            {text}
          </text>
        )}
      </For>
    </svg>
  );
}
