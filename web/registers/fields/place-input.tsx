/** A place: pressed on the plan, or typed. */
import { lazy, Suspense } from 'solid-js';
import type { PlaceDraft } from '../drafts.ts';
import { idOf, useForm } from '../form-scope.ts';
import { type LngLat, rounded } from '../plan-text.ts';
import { useRegister } from '../register-context.ts';
import type { FieldInputProps } from './field-props.ts';

const PlanMap = lazy(async () => ({ default: (await import('../plan/plan-map.tsx')).PlanMap }));

export const placeOfDraft = ({ lng, lat }: PlaceDraft): LngLat | null => {
  const at: LngLat = [Number(lng), Number(lat)];
  return lng.trim() === '' || lat.trim() === '' || at.some(Number.isNaN) ? null : at;
};

export function PlaceInput(props: FieldInputProps<PlaceDraft>) {
  const { t } = useRegister();
  const form = useForm();
  const id = idOf(props.path);
  const set = (part: Partial<PlaceDraft>): void => props.onDraft({ ...props.draft, ...part });
  const part = (name: keyof PlaceDraft, text: string, ownId?: string) => (
    <label>
      <small>{text}</small>
      <input
        id={ownId}
        type="text"
        inputMode="decimal"
        autocomplete="off"
        value={props.draft[name]}
        aria-invalid={form.problemAt(props.path) !== ''}
        onInput={(event) => set({ [name]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <div class="place-field">
      <div class="place-parts">
        {part('lng', t('plan.lng'), id)}
        {part('lat', t('plan.lat'))}
        {part('heightM', t('plan.height'))}
      </div>
      <Suspense fallback={<p class="hint">{t('plan.loading')}</p>}>
        <PlanMap
          kind="place"
          place={placeOfDraft(props.draft)}
          onPlace={([lng, lat]) => set({ lng: String(rounded(lng)), lat: String(rounded(lat)) })}
        />
      </Suspense>
      <small>{t('plan.placeHint')}</small>
    </div>
  );
}
