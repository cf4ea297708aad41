/** The control of one field, by its kind. */
import { Match, Switch } from 'solid-js';
import type { FileValue, ItemDraft, PlaceDraft } from '../drafts.ts';
import type { LngLat } from '../plan-text.ts';
import type { FieldInputProps } from './field-props.ts';
import { FilesInput } from './files-input.tsx';
import { ItemsInput } from './items-input.tsx';
import { PlaceInput } from './place-input.tsx';
import { PlanInput } from './plan-input.tsx';
import { SealedInput } from './sealed-input.tsx';
import { SimpleInput } from './simple-input.tsx';

export function FieldInput(props: FieldInputProps) {
  const kind = props.field.kind;
  return (
    <Switch fallback={<SimpleInput {...props} />}>
      <Match when={kind === 'sealed'}>
        <SealedInput {...props} draft={props.draft as string | null} />
      </Match>
      <Match when={kind === 'files'}>
        <FilesInput {...props} draft={props.draft as readonly FileValue[]} />
      </Match>
      <Match when={kind === 'place'}>
        <PlaceInput {...props} draft={props.draft as PlaceDraft} />
      </Match>
      <Match when={kind === 'plan'}>
        <PlanInput {...props} draft={props.draft as readonly LngLat[]} />
      </Match>
      <Match when={kind === 'items'}>
        <ItemsInput {...props} draft={props.draft as readonly ItemDraft[]} />
      </Match>
    </Switch>
  );
}
