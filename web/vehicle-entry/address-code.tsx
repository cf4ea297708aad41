/** The address of a page as a QR code that can be printed and put up at a gate. */
import '../style/vehicle-entry.css';
import { Show } from 'solid-js';
import { Portal } from 'solid-js/web';
import { renderSVG } from 'uqr';
import { useTranslate } from '../i18n/i18n.ts';

export function AddressCode(props: { title: string; hash: string }) {
  const t = useTranslate();
  const address = (): string => new URL(props.hash, location.href).href;
  const image = (): string => `data:image/svg+xml,${encodeURIComponent(renderSVG(address()))}`;
  return (
    <Show when={props.hash}>
      <img class="address-code" alt={props.title} src={image()} />
      <code>{address()}</code>
      <button type="button" class="button small" onClick={() => print()}>
        {t('vehicleEntry.print')}
      </button>
      <Portal>
        <section class="address-sheet" aria-hidden="true">
          <h1>{props.title}</h1>
          <img alt="" src={image()} />
          <p>{t('vehicleEntry.scan')}</p>
        </section>
      </Portal>
    </Show>
  );
}
