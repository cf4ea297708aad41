/** Another value of a setting that lies in a register, tried on the past. Nothing is kept here: the register keeps it. */
import { createResource, Show } from 'solid-js';
import { useTranslate } from '../i18n/i18n.ts';
import { DryRunPanel } from './dry-run-panel.tsx';
import { jsonText } from './setting-fields.ts';
import { createSettingDraft, SettingValue } from './setting-value.tsx';
import { settingsApi } from './settings-api.ts';

export function SettingTrial(props: { topic: string; settingKey: string }) {
  const t = useTranslate();
  const [answer] = createResource(
    () => props.topic,
    (topic) => settingsApi.list(topic),
  );
  const value = () => answer()?.settings.find(({ key }) => key === props.settingKey)?.value ?? {};
  return (
    <section class="settings">
      <h2>{props.settingKey}</h2>
      <p class="hint">{t('setting.trialLead')}</p>
      <Show when={answer.error === undefined} fallback={<p class="form-error">{t('intake.noAnswer')}</p>}>
        <Show when={answer()}>
          <Trial topic={props.topic} settingKey={props.settingKey} first={jsonText(value())} />
        </Show>
      </Show>
    </section>
  );
}

function Trial(props: { topic: string; settingKey: string; first: string }) {
  const draft = createSettingDraft(props.first);
  return (
    <div class="setting-editor">
      <form onSubmit={(event) => event.preventDefault()}>
        <SettingValue draft={draft} isLocked={false} />
      </form>
      <DryRunPanel
        topic={props.topic}
        settingKey={props.settingKey}
        isReady={draft.parsed().ok && draft.text() !== props.first}
        value={() => {
          const now = draft.parsed();
          return now.ok ? now.value : null;
        }}
      />
    </div>
  );
}
