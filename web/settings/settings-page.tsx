/** The park's settings by topic: what is set, which version the engine runs, and the editor of the chosen one. */
import { createSignal, For, Show } from 'solid-js';
import type { SettingRow } from '../../core/settings-api.ts';
import { SETTING_TOPICS, type SettingTopicName } from '../../stream/protocol/settings.ts';
import type { PageProps } from '../app/pages.ts';
import { type TextKey, type Translate, useTranslate } from '../i18n/i18n.ts';
import { instantText } from '../intake/names.ts';
import { Notices } from '../pages/notices.tsx';
import { PageFrame } from '../pages/page-frame.tsx';
import { createPolled } from '../pages/polled.ts';
import { SettingEditor } from './setting-editor.tsx';
import { settingsApi } from './settings-api.ts';

const EVERY_MS = 5_000;
/** One value for the whole park: the key is ''. */
const SINGLE: readonly SettingTopicName[] = ['rules', 'calendar', 'routing'];
const TOPIC_TEXT: Readonly<Record<SettingTopicName, TextKey>> = {
  rules: 'setting.topic.rules',
  area: 'setting.topic.area',
  post: 'setting.topic.post',
  calendar: 'setting.topic.calendar',
  suppression: 'setting.topic.suppression',
  routing: 'setting.topic.routing',
  roster: 'setting.topic.roster',
  maintenance: 'setting.topic.maintenance',
  patrol: 'setting.topic.patrol',
  detector: 'setting.topic.detector',
  'alarm-code': 'setting.topic.alarmCode',
};
const TABS = SETTING_TOPICS.map((name) => ({ name, text: TOPIC_TEXT[name] }));

export function SettingsPage(props: PageProps) {
  const [topic, setTopic] = createSignal<SettingTopicName>('rules');
  return (
    <PageFrame title="setting.title" tabs={TABS} tab={topic()} onTab={setTopic}>
      <Show when={topic()} keyed>
        {(name) => <Topic topic={name} mayChange={props.session.role === 'park'} />}
      </Show>
    </PageFrame>
  );
}

function Topic(props: { topic: SettingTopicName; mayChange: boolean }) {
  const t = useTranslate();
  const [asked, setAsked] = createSignal(0);
  const polled = createPolled(asked, () => settingsApi.list(props.topic), EVERY_MS);
  const isSingle = SINGLE.includes(props.topic);
  const [chosen, setChosen] = createSignal<string | null>(isSingle ? '' : null);
  const [newKey, setNewKey] = createSignal('');
  const rows = (): readonly SettingRow[] => polled.answer()?.settings ?? [];
  const rowOf = (key: string): SettingRow | null => rows().find((row) => row.key === key) ?? null;
  /** With a mark in front, since the key of a single setting is ''; nothing before what is set is known. */
  const openKey = () => (polled.answer() === undefined || chosen() === null ? null : `=${chosen()}`);
  return (
    <section class="settings">
      <Notices polled={polled} isEmpty={false} empty="setting.none" />
      <Show when={rows().length > 0} fallback={<p class="hint">{t('setting.none')}</p>}>
        <table>
          <thead>
            <tr>
              <th>{t('setting.key')}</th>
              <th class="number">{t('setting.version')}</th>
              <th>{t('setting.running')}</th>
              <th>{t('setting.by')}</th>
              <th>{t('setting.at')}</th>
              <th>{t('setting.reason')}</th>
            </tr>
          </thead>
          <tbody>
            <For each={rows()}>
              {(row) => (
                <tr
                  classList={{
                    choice: true,
                    chosen: chosen() === row.key,
                    over: row.value === null,
                    wrong: isWrong(row),
                  }}
                  onClick={() => setChosen(row.key)}
                >
                  <td>{row.key === '' ? t(TOPIC_TEXT[props.topic]) : row.key}</td>
                  <td class="number">{row.version}</td>
                  <td>{runningText(t, row)}</td>
                  <td>{row.by}</td>
                  <td>{instantText(row.atMs)}</td>
                  <td>{row.reason}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
      <Show when={!isSingle && props.mayChange}>
        <form
          class="picker"
          onSubmit={(event) => {
            event.preventDefault();
            if (newKey().trim() !== '') setChosen(newKey().trim());
          }}
        >
          <label class="field">
            <span>{t('setting.newKey')}</span>
            <input type="text" value={newKey()} onInput={(event) => setNewKey(event.currentTarget.value)} />
          </label>
          <button type="submit" class="button">
            {t('setting.openOne')}
          </button>
        </form>
      </Show>
      <Show when={openKey()} keyed>
        {(open) => (
          <SettingEditor
            topic={props.topic}
            settingKey={open.slice(1)}
            row={rowOf(open.slice(1))}
            mayChange={props.mayChange}
            onSaved={() => setAsked(asked() + 1)}
          />
        )}
      </Show>
    </section>
  );
}

const isWrong = (row: SettingRow): boolean => row.running !== null && row.running.problem !== null;

function runningText(t: Translate, row: SettingRow): string {
  if (row.running === null) return t('setting.notRunning');
  const version = t('setting.runs', { version: row.running.version });
  return row.running.problem === null ? version : `${version} · ${row.running.problem}`;
}
