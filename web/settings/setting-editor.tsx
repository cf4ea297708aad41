/** One setting: its fields or its JSON, the check's words beside it, the versions before, and a dry run. */
import { createResource, createSignal, For, Show } from 'solid-js';
import type { SettingRow } from '../../core/settings-api.ts';
import { ApiError } from '../app/api.ts';
import { exactText } from '../app/time-text.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { DryRunPanel } from './dry-run-panel.tsx';
import { jsonText } from './setting-fields.ts';
import { createSettingDraft, SettingValue } from './setting-value.tsx';
import { settingsApi } from './settings-api.ts';

/** Topics of this page whose change a dry run can judge. */
const DRY_RUN_TOPICS: readonly string[] = ['rules'];

export function SettingEditor(props: {
  topic: string;
  settingKey: string;
  /** null: nothing was ever set. */
  row: SettingRow | null;
  mayChange: boolean;
  onSaved: () => void;
}) {
  const t = useTranslate();
  /** What the change is made from: a version that came meanwhile is not overwritten unseen. */
  const [base, setBase] = createSignal({ version: props.row?.version ?? 0, text: jsonText(props.row?.value ?? {}) });
  const draft = createSettingDraft(base().text);
  const { text, setText, parsed } = draft;
  const [reason, setReason] = createSignal('');
  const [problem, setProblem] = createSignal('');
  const [saved, setSaved] = createSignal('');
  const [isBusy, setBusy] = createSignal(false);
  const isChanged = () => text() !== base().text;
  const isBehind = () => (props.row?.version ?? 0) > base().version;
  const [history, { refetch }] = createResource(
    () => (props.row === null ? null : { topic: props.topic, key: props.settingKey }),
    ({ topic, key }) => settingsApi.history(topic, key),
  );

  const save = async (value: unknown): Promise<void> => {
    setBusy(true);
    setProblem('');
    setSaved('');
    try {
      const { topic, settingKey: key } = props;
      const answer = await settingsApi.change({
        topic,
        key,
        value,
        expectedVersion: base().version,
        reason: reason().trim(),
      });
      setBase({ version: answer.version, text: jsonText(value ?? {}) });
      setText(base().text);
      if (answer.problem === null) {
        setSaved(t(answer.running ? 'setting.savedRunning' : 'setting.savedWaiting', { version: answer.version }));
        setReason('');
      } else setProblem(answer.problem);
      props.onSaved();
      void refetch();
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setProblem(failure.code === 'CONFLICT' ? t('setting.conflict') : failure.detail || failure.code);
    } finally {
      setBusy(false);
    }
  };

  return (
    <div class="setting-editor">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const now = parsed();
          if (now.ok) void save(now.value);
        }}
      >
        <SettingValue draft={draft} isLocked={!props.mayChange} />
        <Show when={isBehind()}>
          <p class="form-error" role="alert">
            {t('setting.conflict')}{' '}
            <button
              type="button"
              class="button small"
              onClick={() => {
                setBase({ version: props.row?.version ?? 0, text: jsonText(props.row?.value ?? {}) });
                setText(base().text);
              }}
            >
              {t('setting.takeNewest')}
            </button>
          </p>
        </Show>
        <Show when={problem() !== ''}>
          <p class="form-error" role="alert">
            {problem()}
          </p>
        </Show>
        <Show when={saved() !== ''}>
          <p role="status">{saved()}</p>
        </Show>
        <Show when={props.mayChange}>
          <div class="save-bar">
            <label class="field">
              <span>{t('setting.reason')}</span>
              <input
                type="text"
                maxLength={300}
                value={reason()}
                onInput={(event) => setReason(event.currentTarget.value)}
              />
            </label>
            <button
              type="submit"
              class="button primary"
              disabled={isBusy() || !parsed().ok || !isChanged() || reason().trim() === ''}
            >
              {t('setting.save')}
            </button>
            <Show when={props.row !== null && props.row.value !== null}>
              <button
                type="button"
                class="button"
                disabled={isBusy() || reason().trim() === ''}
                onClick={() => void save(null)}
              >
                {t('setting.withdraw')}
              </button>
            </Show>
          </div>
        </Show>
      </form>
      <Show when={props.mayChange && DRY_RUN_TOPICS.includes(props.topic)}>
        <DryRunPanel
          topic={props.topic}
          settingKey={props.settingKey}
          isReady={parsed().ok && isChanged()}
          value={() => {
            const now = parsed();
            return now.ok ? now.value : null;
          }}
        />
      </Show>
      <Show when={history.error === undefined && history.latest}>
        {(found) => (
          <div class="versions">
            <h2>{t('setting.history')}</h2>
            <table class="history-table">
              <tbody>
                <For each={found().versions}>
                  {(version) => (
                    <tr>
                      <td class="number">{version.version}</td>
                      <td>{exactText(version.atMs)}</td>
                      <td>{version.by}</td>
                      <td>{version.reason}</td>
                      <td>
                        <button
                          type="button"
                          class="button small"
                          disabled={!props.mayChange || version.value === null}
                          onClick={() => setText(jsonText(version.value))}
                        >
                          {t('setting.takeOver')}
                        </button>
                      </td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </div>
        )}
      </Show>
    </div>
  );
}
