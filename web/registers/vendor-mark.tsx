/** That a company's system sent a field's value, and whose word stands. */
import { Show } from 'solid-js';
import type { FieldDescription, RegisterRow } from '../../core/register-api.ts';
import { useRegister } from './register-context.ts';

export function VendorMark(props: { field: FieldDescription; row: RegisterRow | null; explains?: boolean }) {
  const { t } = useRegister();
  const isSent = (): boolean => props.row?.fromVendor.includes(props.field.name) === true;
  return (
    <>
      <Show when={isSent()}>
        <span class="vendor-mark">{t('record.fromVendor')}</span>
      </Show>
      <Show when={props.explains === true && props.field.wins !== null}>
        <small>{t(props.field.wins === 'vendor' ? 'record.vendorWinsEditable' : 'record.pageWins')}</small>
      </Show>
    </>
  );
}
