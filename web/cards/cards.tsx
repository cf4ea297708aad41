/** The one card at the bottom of the map: of a person, a company or an area. */
import { Match, Switch } from 'solid-js';
import type { ControlRoomState } from '../app/control-room-state.ts';
import { AreaCard } from './area-card.tsx';
import type { OpenCard } from './card-room.ts';
import { CompanyCard } from './company-card.tsx';
import { PersonCard } from './person-card.tsx';

export function Cards(props: { room: ControlRoomState }) {
  const of = <K extends OpenCard['kind']>(kind: K): Extract<OpenCard, { kind: K }> | null => {
    const open = props.room.cards.open();
    return open?.kind === kind ? (open as Extract<OpenCard, { kind: K }>) : null;
  };
  return (
    <Switch fallback={<PersonCard room={props.room} />}>
      <Match when={of('company')?.companyCode} keyed>
        {(code) => <CompanyCard room={props.room} companyCode={code} />}
      </Match>
      <Match when={of('area')?.key} keyed>
        {(key) => <AreaCard room={props.room} areaKey={key} />}
      </Match>
    </Switch>
  );
}
