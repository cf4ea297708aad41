/** The question before a muster is declared, which names the place, and the word that it is ended with. */
import { createSignal, For, onMount, Show } from 'solid-js';
import { areaKey } from '../../stream/protocol/effects.ts';
import { type MusterPlace, missingOf, musterPlaceKey } from '../../stream/protocol/muster.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Dialog, WordsField } from '../app/dialog.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import { musterPlaceText, placeText } from './muster-text.ts';

export function MusterDialogs(props: { room: ControlRoomState }) {
  const { musters } = props.room;
  return (
    <>
      <Show when={musters.isAsking()}>
        <DeclareDialog room={props.room} />
      </Show>
      <Show when={musters.isEnding()}>
        <EndDialog room={props.room} />
      </Show>
    </>
  );
}

function DeclareDialog(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { musters, shown } = props.room;
  const choices = musters.choices();
  const [place, setPlace] = createSignal(musters.proposed());
  const places = new Map<string, { readonly place: MusterPlace; readonly name: string }>();
  const offer = (one: MusterPlace, areaName = ''): void => {
    places.set(musterPlaceKey(one), { place: one, name: placeText(t, one, areaName, shown.companyName) });
  };
  if (choices.park) offer({ of: 'park' });
  for (const companyCode of choices.companies) offer({ of: 'company', companyCode });
  for (const area of choices.areas) offer({ of: 'area', area: areaKey(area.companyCode, area.areaId) }, area.name);
  const known = () => (place() === null ? undefined : places.get(musterPlaceKey(place() as MusterPlace)));
  const standing = () => (place() === null ? null : musters.standsFor(place() as MusterPlace));
  const isReady = () => known() !== undefined && standing() === null;
  let dialog!: HTMLDialogElement;
  let first!: HTMLButtonElement;
  onMount(() => {
    dialog.showModal();
    first.focus();
  });
  const declare = (kind: 'real' | 'drill'): void => {
    const chosen = place();
    if (chosen !== null && isReady()) void musters.declare(chosen, kind);
  };
  return (
    <dialog
      ref={dialog}
      class="dialog muster-dialog"
      onClose={() => musters.stopAsking()}
      onKeyDown={(event) => {
        // A letter in the list of places seeks a place.
        if (event.key.toLowerCase() === 'd' && !(event.target instanceof HTMLSelectElement)) declare('drill');
      }}
    >
      <h2>{t('muster.ask')}</h2>
      <p class="muster-place">{known()?.name ?? t('muster.nowhere')}</p>
      <label class="field">
        <span>{t('muster.place')}</span>
        <select
          value={place() === null ? '' : musterPlaceKey(place() as MusterPlace)}
          onChange={(event) => setPlace(places.get(event.currentTarget.value)?.place ?? null)}
        >
          <For each={[...places]}>{([key, { name }]) => <option value={key}>{name}</option>}</For>
        </select>
      </label>
      <Show when={standing()} fallback={<p class="hint">{t('muster.askDetail')}</p>}>
        {(muster) => (
          <p class="hint">
            {t('muster.stands')}{' '}
            <button
              type="button"
              class="button small"
              onClick={() => {
                musters.stopAsking();
                musters.open(muster().musterId);
              }}
            >
              {t('muster.openBoard')}
            </button>
          </p>
        )}
      </Show>
      <div class="form-actions">
        <button type="button" class="button" onClick={() => musters.stopAsking()}>
          {t('alarm.cancel')}
        </button>
        <button type="button" class="button" disabled={!isReady()} onClick={() => declare('drill')}>
          {t('muster.declareDrill')} <kbd>D</kbd>
        </button>
        <button ref={first} type="button" class="button danger" disabled={!isReady()} onClick={() => declare('real')}>
          {t('muster.declareReal')} <kbd>Enter</kbd>
        </button>
      </div>
    </dialog>
  );
}

function EndDialog(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { musters, shown } = props.room;
  const [word, setWord] = createSignal('');
  return (
    <Show when={musters.board()}>
      {(muster) => (
        <Dialog
          title={t('muster.endTitle')}
          confirm={t('muster.end')}
          isReady={word().trim() !== ''}
          onCancel={() => musters.setEnding(false)}
          onConfirm={() => {
            void musters.end(word().trim());
            musters.setEnding(false);
          }}
        >
          <p>
            {musterPlaceText(t, muster(), shown.companyName)}
            <Show when={missingOf(muster().counts) > 0}>
              <strong class="muster-warning"> {t('muster.stillMissing', { n: missingOf(muster().counts) })}</strong>
            </Show>
          </p>
          <WordsField label={t('muster.endWord')} value={word()} onInput={setWord} />
        </Dialog>
      )}
    </Show>
  );
}
