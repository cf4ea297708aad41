/** Somebody else saved first: what they changed stands beside what I changed, and I say field by field whose stands. */
import { createSignal, For, Show } from 'solid-js';
import type { RegisterRow, RowValues } from '../../core/register-api.ts';
import { Modal } from '../widgets/modal.tsx';
import { chinaText } from './china-time.ts';
import { fieldOf } from './columns.ts';
import { conflictsOf, type FieldConflict, type Side } from './conflict.ts';
import { useRegister } from './register-context.ts';

const SIDES = ['mine', 'theirs'] as const;

export function ConflictDialog(props: {
  before: RegisterRow;
  mine: RowValues;
  theirs: RegisterRow;
  onMerge: (conflicts: readonly FieldConflict[], chosen: Readonly<Record<string, Side>>) => void;
  onReload: () => void;
  onClose: () => void;
}) {
  const register = useRegister();
  const { description, t, words } = register;
  const conflicts = () =>
    conflictsOf(
      description.fields.map(({ name }) => name),
      props.before.values,
      props.mine,
      props.theirs.values,
    );
  const [chosen, setChosen] = createSignal<Readonly<Record<string, Side>>>({});
  const hasClash = (): boolean => conflicts().some(({ clashes }) => clashes);
  const isDecided = (): boolean => conflicts().every(({ field, clashes }) => !clashes || chosen()[field] !== undefined);
  const titleOf = (name: string): string => {
    const field = fieldOf(description, name);
    return field === undefined ? name : words(field.title);
  };
  const text = (name: string, value: unknown): string => {
    const field = fieldOf(description, name);
    const labels = { ...props.before.labels, ...props.theirs.labels };
    return field === undefined ? '' : register.valueText(field, value, labels) || '–';
  };
  return (
    <Modal title={t('conflict.title')} isWide onClose={props.onClose}>
      <p>
        {t('conflict.detail', {
          by: props.theirs.updatedBy,
          at: chinaText(props.theirs.updatedAtMs),
          version: props.theirs.version,
        })}{' '}
        {t(hasClash() ? 'conflict.clash' : 'conflict.both')}
      </p>
      <div class="scrolls">
        <table class="conflicts">
          <thead>
            <tr>
              <th>{t('conflict.field')}</th>
              <th>{t('conflict.before')}</th>
              <th>{t('conflict.theirs')}</th>
              <th>{t('conflict.mine')}</th>
              <th>{t('conflict.take')}</th>
            </tr>
          </thead>
          <tbody>
            <For each={conflicts()}>
              {(conflict) => (
                <tr classList={{ clash: conflict.clashes }}>
                  <th>{titleOf(conflict.field)}</th>
                  <td>{text(conflict.field, conflict.before)}</td>
                  <td>{text(conflict.field, conflict.theirs)}</td>
                  <td>{conflict.clashes ? text(conflict.field, conflict.mine) : ''}</td>
                  <td>
                    <Show when={conflict.clashes} fallback={t('conflict.takeTheirs')}>
                      <For each={SIDES}>
                        {(side) => (
                          <label class="check">
                            <input
                              type="radio"
                              name={`take-${conflict.field}`}
                              checked={chosen()[conflict.field] === side}
                              onChange={() => setChosen({ ...chosen(), [conflict.field]: side })}
                            />
                            {t(side === 'mine' ? 'conflict.takeMine' : 'conflict.takeTheirs')}
                          </label>
                        )}
                      </For>
                    </Show>
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
      <div class="form-actions">
        <button type="button" class="button" onClick={() => props.onReload()}>
          {t('conflict.reload')}
        </button>
        <button
          type="button"
          class="button primary"
          disabled={!isDecided()}
          onClick={() => props.onMerge(conflicts(), chosen())}
        >
          {t('conflict.apply')}
        </button>
      </div>
    </Modal>
  );
}
