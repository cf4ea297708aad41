/** The first-use tour: a frame round a part of the real screen and a card that says what it is for. The keyboard leads through it. */
import { createEffect, createMemo, createSignal, onCleanup, onMount, Show } from 'solid-js';
import { useTranslate } from '../i18n/i18n.ts';
import type { Tour } from './tour-state.ts';
import { cardPlace, TOUR_STEPS, type TourStep } from './tour-steps.ts';

export function TourOverlay(props: { tour: Tour }) {
  return (
    <Show when={props.tour.step() !== null}>
      <Steps tour={props.tour} />
    </Show>
  );
}

function Steps(props: { tour: Tour }) {
  const t = useTranslate();
  const { tour } = props;
  let card!: HTMLDivElement;
  let forward!: HTMLButtonElement;
  const at = () => tour.step() ?? 0;
  const step = createMemo(() => TOUR_STEPS[at()] as TourStep);
  const [screen, setScreen] = createSignal({ width: innerWidth, height: innerHeight });
  const resize = (): void => void setScreen({ width: innerWidth, height: innerHeight });
  addEventListener('resize', resize);
  const before = document.activeElement;
  onCleanup(() => {
    removeEventListener('resize', resize);
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  });
  const part = createMemo(() => {
    screen();
    const box = document.querySelector(step().selector)?.getBoundingClientRect();
    return box === undefined || box.width === 0 ? null : box;
  });
  const [place, setPlace] = createSignal({ left: 0, top: 0 });
  onMount(() => {
    createEffect(() => {
      setPlace(cardPlace(part(), { width: card.offsetWidth, height: card.offsetHeight }, screen()));
    });
    forward.focus();
  });
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') tour.end();
    else if (event.key === 'ArrowRight') tour.next();
    else if (event.key === 'ArrowLeft') tour.back();
    else return;
    event.preventDefault();
  };
  return (
    <div class="tour">
      <Show when={part()}>
        {(box) => (
          <div
            class="tour-frame"
            style={{
              left: `${box().left}px`,
              top: `${box().top}px`,
              width: `${box().width}px`,
              height: `${box().height}px`,
            }}
          />
        )}
      </Show>
      <div
        ref={card}
        class="tour-card"
        role="dialog"
        aria-labelledby="tour-title"
        aria-describedby="tour-text"
        tabIndex={-1}
        style={{ left: `${place().left}px`, top: `${place().top}px` }}
        onKeyDown={onKey}
      >
        <small>
          {t('tour.title')} · {t('tour.step', { n: at() + 1, of: TOUR_STEPS.length })}
        </small>
        <h2 id="tour-title">{t(step().title)}</h2>
        <p id="tour-text">{t(step().text)}</p>
        <div class="form-actions">
          <button type="button" class="button" onClick={() => tour.end()}>
            {t('tour.skip')}
          </button>
          <Show when={at() > 0}>
            <button type="button" class="button" onClick={() => tour.back()}>
              {t('tour.back')}
            </button>
          </Show>
          <button ref={forward} type="button" class="button primary" onClick={() => tour.next()}>
            {t(at() + 1 === TOUR_STEPS.length ? 'tour.done' : 'tour.next')}
          </button>
        </div>
      </div>
    </div>
  );
}
