/** Opens the cameras nearest to what an alarm is about: to whoever raised it, as he walks, else to its place. */
import { Show } from 'solid-js';
import { createProjection } from '../../geo/projection.ts';
import type { AlarmView } from '../../stream/protocol/effects.ts';
import { ruleText } from '../alarm/alarm-text.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon } from '../app/marks.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import { type FollowedPlace, openVideo } from './open-video.ts';
import { placeOfSlot } from './person-place.ts';

export function AlarmVideo(props: { alarm: AlarmView; room: ControlRoomState }) {
  const t = useTranslate();
  const { shown, settings } = props.room;
  const projection = createProjection(settings.projection);
  const placeNow = (alarm: AlarmView): FollowedPlace | null =>
    placeOfSlot(shown.picture, projection, alarm.slot, alarm.generation) ?? alarm.place;
  const isSomewhere = (): boolean => {
    shown.nowMs();
    return placeNow(props.alarm) !== null;
  };
  const open = (): void => {
    const { alarm } = props;
    const title = t('video.alarmOf', { rule: ruleText(t, alarm.rule) });
    openVideo({ title, cameraCodes: [], follow: () => placeNow(alarm) });
  };
  return (
    <Show when={isSomewhere()}>
      <p>
        <button type="button" class="button small" onClick={open}>
          <Icon name="camera" /> {t('video.near')}
        </button>
      </p>
    </Show>
  );
}
