/** What looking back lays over the control room: its frame, lists beside the map, questions. */
import { Show } from 'solid-js';
import { ruleText, whoText } from '../alarm/alarm-text.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { type Translate, useTranslate } from '../i18n/i18n.ts';
import { placeOfSlot } from '../video/person-place.ts';
import type { BundlePlace } from './bundle.ts';
import { BundleDialog } from './bundle-dialog.tsx';
import { HeatLegend } from './heat-legend.tsx';
import { PlaybackFrame } from './playback-frame.tsx';
import { ReasonDialog } from './reason-dialog.tsx';
import { SpanDialog } from './span-dialog.tsx';
import { TrackList } from './track-list.tsx';

export function Playback(props: { room: ControlRoomState }) {
  const t = useTranslate();
  const { playback } = props.room;
  return (
    <>
      <PlaybackFrame room={props.room} />
      <div class="past-tools">
        <TrackList room={props.room} />
        <HeatLegend room={props.room} />
      </div>
      <ReasonDialog reasons={playback.reasons} />
      <SpanDialog room={props.room} />
      <Show when={playback.bundleOf() !== undefined}>
        <BundleDialog
          room={props.room}
          alarm={playback.bundleOf() ?? null}
          span={playback.span()}
          places={bundlePlaces(props.room, t)}
          onClose={() => playback.closeBundle()}
        />
      </Show>
    </>
  );
}

/** Where a circle may lie round: whoever is selected and the alarm that is chosen, at the moment that is shown, and the measured point. */
function bundlePlaces({ selection, chosenAlarm, shown, cards, tools }: ControlRoomState, t: Translate): BundlePlace[] {
  const chosen = selection();
  const own = chosen === null ? null : placeOfSlot(shown.picture, cards.projection, chosen.slot, chosen.generation);
  const alarm = chosenAlarm();
  const pressed = tools.measure.points().at(-1);
  return [
    ...(pressed === undefined ? [] : [{ ...pressed, name: t('bundle.pressed') }]),
    ...(own === null ? [] : [{ ...own, name: chosen?.person?.name ?? t('type.unidentified') }]),
    ...(alarm?.place == null ? [] : [{ ...alarm.place, name: `${ruleText(t, alarm.rule)} · ${whoText(t, alarm)}` }]),
  ];
}
