/** What boards share: the words of the address (`day`, `companyCode` ...), and the choice of a company. */
import { Show } from 'solid-js';
import type { PageProps } from '../app/pages.ts';
import { go, place } from '../app/place.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { registerClient } from '../registers/register-client.ts';
import { RowPicker } from '../widgets/row-picker.tsx';

/** The register that names companies. */
const COMPANIES = 'companies';

export const wordOf = (name: string): string => place().query.get(name) ?? '';

/** Of the tab that is open; the place before is not come back to. */
export function setWord(name: string, value: string): void {
  const query = new URLSearchParams(place().query);
  if (value === '') query.delete(name);
  else query.set(name, value);
  go({ ...place(), query }, { replaces: true });
}

/** A company's own people have no choice. */
export function CompanyField(
  props: Pick<PageProps, 'session'> & { value: string; onPick: (companyCode: string) => void },
) {
  const t = useTranslate();
  return (
    <Show when={props.session.companyCode === null}>
      <div class="field company">
        <label for="permit-company">{t('permit.chooseCompany')}</label>
        <RowPicker
          id="permit-company"
          isMany={false}
          keys={props.value === '' ? [] : [props.value]}
          placeholder={t('permit.allCompanies')}
          labelOf={() => undefined}
          find={async (q) => (await registerClient.options(COMPANIES, { q })).options}
          onPick={([company]) => props.onPick(company?.key ?? '')}
        />
      </div>
    </Show>
  );
}

export function DayField(props: { id: string; text: string; value: string; onPick: (day: string) => void }) {
  return (
    <div class="field">
      <label for={props.id}>{props.text}</label>
      <input
        id={props.id}
        type="date"
        value={props.value}
        onChange={(event) => props.onPick(event.currentTarget.value)}
      />
    </div>
  );
}
