/**
 * The settings that are one object for the whole park: what holds, which version the engine runs, and the editor. What has many rows
 * lies in registers; a change of one of those is tried here (`#settings/try/<topic>/<key>`), and kept there.
 */
import { createSignal, For, Show } from 'solid-js';
import type { SettingRow } from '../../core/settings-api.ts';
import type { PageProps } from '../app/pages.ts';
import { go, place } from '../app/place.ts';
import { type TextKey, type Translate, useTranslate } from '../i18n/i18n.ts';
import { instantText } from '../intake/names.ts';
import { Notices } from '../pages/notices.tsx';
import { PageFrame } from '../pages/page-frame.tsx';
import { createPolled } from '../pages/polled.ts';
import { SettingEditor } from './setting-editor.tsx';
import { SettingTrial } from './setting-trial.tsx';
import { settingsApi } from './settings-api.ts';

const EVERY_MS = 5_000;
const TOPIC_TEXT = {
  rules: 'setting.topic.rules',
  routing: 'setting.topic.routing',
} as const satisfies Readonly<Record<string, TextKey>>;
type Topic = keyof typeof TOPIC_TEXT;
const TOPICS = Object.keys(TOPIC_TEXT) as Topic[];
const TABS = TOPICS.map((name) => ({ name, text: TOPIC_TEXT[name] }));

export function SettingsPage(props: PageProps) {
  const t = useTranslate();
  const topic = (): Topic => TOPICS.find((name) => name === place().parts[0]) ?? 'rules';
  /** null: none is asked for. */
  const tried = () => {
    const [act, tryTopic, key] = place().parts;
    return act === 'try' && tryTopic !== undefined && key !== undefined ? { topic: tryTopic, key } : null;
  };
  const mayChange = (): boolean => props.session.role === 'park';
  return (
    <Show
      when={tried()}
      keyed
      fallback={
        <PageFrame title="setting.title" tabs={TABS} tab={topic()} onTab={(name) => go(`#settings/${name}`)}>
          <Show when={topic()} keyed>
            {(name) => <SingleSetting topic={name} mayChange={mayChange()} />}
          </Show>
        </PageFrame>
      }
    >
      {(asked) => (
        <PageFrame title="setting.trial" tabs={[]} tab="" onTab={() => undefined}>
          <Show when={mayChange()} fallback={<p class="empty">{t('register.forbidden')}</p>}>
            <SettingTrial topic={asked.topic} settingKey={asked.key} />
          </Show>
        </PageFrame>
      )}
    </Show>
  );
}

function SingleSetting(props: { topic: Topic; mayChange: boolean }) {
  const t = useTranslate();
  const [asked, setAsked] = createSignal(0);
  const polled = createPolled(asked, () => settingsApi.list(props.topic), EVERY_MS);
  const rows = (): readonly SettingRow[] => polled.answer()?.settings ?? [];
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
                <tr classList={{ over: row.value === null, wrong: isWrong(row) }}>
                  <td>{t(TOPIC_TEXT[props.topic])}</td>
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
      <Show when={polled.answer() !== undefined}>
        <SettingEditor
          topic={props.topic}
          settingKey=""
          row={rows()[0] ?? null}
          mayChange={props.mayChange}
          onSaved={() => setAsked(asked() + 1)}
        />
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
