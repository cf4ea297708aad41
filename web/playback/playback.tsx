/** What looking back lays over the control room: its frame, lists beside the map, questions. */
import { Show } from 'solid-js';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { BundleDialog } from './bundle-dialog.tsx';
import { HeatLegend } from './heat-legend.tsx';
import { PlaybackFrame } from './playback-frame.tsx';
import { ReasonDialog } from './reason-dialog.tsx';
import { SpanDialog } from './span-dialog.tsx';
import { TrackList } from './track-list.tsx';

export function Playback(props: { room: ControlRoomState }) {
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
          onClose={() => playback.closeBundle()}
        />
      </Show>
    </>
  );
}
