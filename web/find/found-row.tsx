/** One thing that was found: what it is called, whose it is, and its number. */
import { type JSX, Match, Show, Switch } from 'solid-js';
import { personText } from '../alarm/alarm-text.ts';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { Icon, TypeMark } from '../app/marks.tsx';
import { useTranslate } from '../i18n/i18n.ts';
import { PermitIcon } from '../permits/permit-icon.tsx';
import { kindText, numberOf, statusText } from '../permits/permit-text.ts';
import type { Found } from './search-room.ts';

type Of<K extends Found['kind']> = Extract<Found, { kind: K }>;
/** For Match: the thing, where it is of the kind. */
const as = <K extends Found['kind']>(found: Found, kind: K): Of<K> | false => found.kind === kind && (found as Of<K>);

export function FoundRow(props: {
  room: ControlRoomState;
  found: Found;
  id: string;
  isChosen: boolean;
  /** With Shift: to those followed. */
  onTake: (isMore: boolean) => void;
}) {
  const t = useTranslate();
  const company = (code: string): string => props.room.shown.companyName(code);
  return (
    <div
      id={props.id}
      role="option"
      tabIndex={-1}
      class="found-row"
      classList={{ chosen: props.isChosen, away: props.found.kind === 'person' && !props.found.isPresent }}
      aria-selected={props.isChosen}
      onClick={(event) => props.onTake(event.shiftKey)}
      onKeyDown={(event) => event.key === 'Enter' && props.onTake(event.shiftKey)}
    >
      <Switch>
        <Match when={as(props.found, 'person')}>
          {(found) => (
            <Row
              mark={<TypeMark type={found().person.type} />}
              title={personText(t, found().person)}
              detail={[
                found().person.companyName,
                found().person.post,
                props.room.shown.picture.floorAt(found().slot) ?? '',
                found().isPresent ? '' : t('find.away'),
              ]}
              code={found().person.cardNo ?? found().person.personId}
            >
              <FollowButton room={props.room} slot={found().slot} />
            </Row>
          )}
        </Match>
        <Match when={as(props.found, 'permit')}>
          {(found) => {
            const { job } = found();
            return (
              <Row
                mark={<PermitIcon workCode={job.workCode} status={job.status} alarmLevel={job.alarm?.level ?? 0} />}
                title={`${kindText(t, job.kind)} · ${job.content === '' ? job.site : job.content}`}
                detail={[statusText(t, job.status), job.site, company(job.companyCode)]}
                code={job.permit === null ? null : numberOf(job.permit)}
              />
            );
          }}
        </Match>
        <Match when={as(props.found, 'area')}>
          {(found) => (
            <Row
              mark={<Icon name="layers" />}
              title={found().area.name}
              detail={[t(`areaKind.${found().area.kind ?? 'other'}`), company(found().area.companyCode)]}
              code={null}
            />
          )}
        </Match>
        <Match when={as(props.found, 'company')}>
          {(found) => <Row mark={<Icon name="home" />} title={found().name} detail={[]} code={found().code} />}
        </Match>
        <Match when={as(props.found, 'camera')}>
          {(found) => (
            <Row
              mark={<Icon name="camera" />}
              title={found().camera.name === '' ? found().camera.code : found().camera.name}
              detail={[company(found().camera.companyCode)]}
              code={found().camera.code}
            />
          )}
        </Match>
      </Switch>
    </div>
  );
}

function Row(props: {
  mark: JSX.Element;
  title: string;
  detail: readonly string[];
  code: string | null;
  children?: JSX.Element;
}) {
  const detail = (): string => props.detail.filter((part) => part !== '').join(' · ');
  return (
    <>
      {props.mark}
      <span title={props.title}>
        <b>{props.title}</b>
        <Show when={detail() !== ''}>
          <small title={detail()}>{detail()}</small>
        </Show>
      </span>
      <Show when={props.code}>{(code) => <code title={code()}>{code()}</code>}</Show>
      {props.children}
    </>
  );
}

/** To those followed, or from them. */
export function FollowButton(props: { room: ControlRoomState; slot: number }) {
  const t = useTranslate();
  const { follow } = props.room.find;
  const text = (): string => t(follow.has(props.slot) ? 'follow.remove' : 'follow.add');
  return (
    <button
      type="button"
      class="button small icon-only follow-button"
      classList={{ on: follow.has(props.slot) }}
      aria-pressed={follow.has(props.slot)}
      aria-label={text()}
      title={text()}
      disabled={!follow.has(props.slot) && follow.isFull()}
      onClick={(event) => {
        event.stopPropagation();
        follow.toggle(props.slot);
      }}
    >
      <Icon name={follow.has(props.slot) ? 'check' : 'plus'} />
    </button>
  );
}
