/** A permit's icon on the page: kind, level, how it stands, its alarm. */
import { For } from 'solid-js';
import { ICON_BOX, lookOf, permitIcon } from './icon-parts.ts';
import type { WorkStatus } from './permit-states.ts';
import { statusText, workText } from './permit-text.ts';
import { useSay } from './say.ts';

export function PermitIcon(props: { workCode: string; status: WorkStatus; alarmLevel?: number }) {
  const say = useSay();
  const icon = () => permitIcon(lookOf(props.workCode, props.status, props.alarmLevel));
  return (
    <svg
      class={icon().className}
      viewBox={ICON_BOX}
      role="img"
      aria-label={`${workText(say, props.workCode)} ${statusText(say, props.status)}`}
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
