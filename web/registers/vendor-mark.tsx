/** That a company's system sent a field's value, and whose word stands. */
import { Show } from 'solid-js';
import type { FieldDescription, RegisterRow } from '../../core/register-api.ts';
import { useRegister } from './register-context.ts';

export function VendorMark(props: { field: FieldDescription; row: RegisterRow | null; inForm?: boolean }) {
  const { t } = useRegister();
  const isSent = (): boolean => props.row?.fromVendor.includes(props.field.name) === true;
  const isMarked = (): boolean => isSent() || (props.inForm === true && props.field.wins !== null);
  const words = () => t(props.field.wins === 'page' ? 'record.pageWins' : 'record.vendorWins');
  return (
    <Show when={isMarked()}>
      <span class="vendor-mark" title={words()}>
        {isSent()
          ? t('record.fromVendor')
          : t(props.field.wins === 'page' ? 'record.pageWinsShort' : 'record.vendorWinsShort')}
      </span>
    </Show>
  );
}
