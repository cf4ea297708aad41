/** Who looks at this page and when, faintly over all of it, on paper too. In nobody's way: it takes no presses and is not read out. */
import { createSignal, onCleanup } from 'solid-js';
import type { SessionInfo, WebSettings } from '../../core/web-api.ts';
import { watermarkText } from './watermark-text.ts';

const STEP_MS = 15_000;

export function Watermark(props: { session: SessionInfo; settings: Pick<WebSettings, 'parkCode'> }) {
  const [nowMs, setNowMs] = createSignal(Date.now());
  const timer = setInterval(() => setNowMs(Date.now()), STEP_MS);
  const beforePrint = (): void => void setNowMs(Date.now());
  addEventListener('beforeprint', beforePrint);
  onCleanup(() => {
    clearInterval(timer);
    removeEventListener('beforeprint', beforePrint);
  });
  return (
    <svg class="watermark" aria-hidden="true">
      <defs>
        <pattern id="watermark" width="26em" height="13em" patternUnits="userSpaceOnUse" patternTransform="rotate(-22)">
          <text x="1em" y="4em">
            {watermarkText(props.session, props.settings.parkCode, nowMs())}
          </text>
        </pattern>
      </defs>
      <rect width="100%" height="100%" fill="url(#watermark)" />
    </svg>
  );
}
