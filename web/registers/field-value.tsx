/** What a field holds, where it is only looked at. */
import { lazy, Match, Suspense, Switch } from 'solid-js';
import type { FieldDescription, RegisterRow } from '../../core/register-api.ts';
import { numberText } from '../intake/names.ts';
import type { FileValue } from './drafts.ts';
import { FileList } from './fields/files-input.tsx';
import { ItemsTable } from './items-table.tsx';
import { areaM2, cornersText, type LngLat } from './plan-text.ts';
import { useRegister } from './register-context.ts';
import { Reveal } from './reveal.tsx';

const PlanMap = lazy(async () => ({ default: (await import('./plan/plan-map.tsx')).PlanMap }));

export function FieldValue(props: { field: FieldDescription; row: RegisterRow }) {
  const register = useRegister();
  const { t } = register;
  const value = () => props.row.values[props.field.name] ?? null;
  const { kind } = props.field;
  return (
    <Switch fallback={register.cellText(props.field, props.row)}>
      <Match when={value() === null || (Array.isArray(value()) && (value() as unknown[]).length === 0)}>
        <span class="nothing">–</span>
      </Match>
      <Match when={kind === 'lines'}>
        <span class="lines">{String(value())}</span>
      </Match>
      <Match when={kind === 'sealed'}>
        <Reveal field={props.field} row={props.row} />
      </Match>
      <Match when={kind === 'files'}>
        <FileList field={props.field.name} files={value() as readonly FileValue[]} rowId={props.row.id} />
      </Match>
      <Match when={kind === 'items'}>
        <ItemsTable field={props.field} row={props.row} />
      </Match>
      <Match when={kind === 'place'}>
        <div class="plan-field">
          <Suspense>
            <PlanMap kind="place" place={[(value() as { lng: number }).lng, (value() as { lat: number }).lat]} />
          </Suspense>
          <p>{register.cellText(props.field, props.row)}</p>
        </div>
      </Match>
      <Match when={kind === 'plan'}>
        <div class="plan-field">
          <Suspense>
            <PlanMap kind="plan" corners={value() as readonly LngLat[]} ownId={props.row.id} />
          </Suspense>
          <div>
            <p>{t('plan.area', { n: numberText(Math.round(areaM2(value() as readonly LngLat[]))) })}</p>
            <pre class="corners">{cornersText(value() as readonly LngLat[])}</pre>
          </div>
        </div>
      </Match>
    </Switch>
  );
}
