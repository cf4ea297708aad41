/** What looks wrong with companies' coordinates: standing findings first, then those that are over. */
import { For, Show } from 'solid-js';
import { useTranslate } from '../i18n/i18n.ts';
import { Notices } from '../pages/notices.tsx';
import { createPolled } from '../pages/polled.ts';
import { intakeApi } from './intake-api.ts';
import { findingText, instantText, numberText } from './names.ts';

const EVERY_MS = 30_000;

export function FindingsTab(props: { nameOf: (companyCode: string) => string }) {
  const t = useTranslate();
  const polled = createPolled(() => null, intakeApi.findings, EVERY_MS);
  return (
    <section class="findings">
      <p class="hint">{t('finding.lead')}</p>
      <Notices polled={polled} isEmpty={polled.answer()?.findings.length === 0} empty="finding.none" />
      <Show when={(polled.answer()?.findings.length ?? 0) > 0}>
        <table>
          <thead>
            <tr>
              <th>{t('intake.company')}</th>
              <th>{t('finding.what')}</th>
              <th class="number">{t('finding.share')}</th>
              <th>{t('finding.example')}</th>
              <th>{t('finding.since')}</th>
              <th>{t('finding.until')}</th>
            </tr>
          </thead>
          <tbody>
            <For each={polled.answer()?.findings}>
              {(finding) => (
                <tr classList={{ wrong: finding.endedAtMs === null, over: finding.endedAtMs !== null }}>
                  <td title={finding.companyCode}>{props.nameOf(finding.companyCode)}</td>
                  <td>{findingText(t, finding.kind)}</td>
                  <td class="number">
                    {t('finding.of', {
                      share: (finding.share * 100).toFixed(1),
                      n: numberText(finding.looked),
                    })}
                  </td>
                  <td>
                    <code>
                      {finding.example.lng}, {finding.example.lat}
                    </code>
                  </td>
                  <td>{instantText(finding.sinceMs, false)}</td>
                  <td>{finding.endedAtMs === null ? t('finding.holds') : instantText(finding.endedAtMs, false)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </section>
  );
}
