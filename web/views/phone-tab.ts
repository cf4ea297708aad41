/** The tab of a phone as a part of a link. Pure. */
import type { PhoneView } from '../app/control-room-state.ts';
import type { LinkPart } from './link-book.ts';

const AT_START: PhoneView = 'alarms';
const PHONE_TABS: readonly PhoneView[] = [AT_START, 'find', 'map'];

export const phoneTabPart = (
  isPhone: () => boolean,
  shown: () => PhoneView,
  show: (tab: PhoneView) => void,
): LinkPart => ({
  key: 'phone',
  read: () => (isPhone() && shown() !== AT_START ? shown() : null),
  write(text) {
    const tab = text === null ? AT_START : PHONE_TABS.find((one) => one === text);
    if (tab !== undefined && isPhone()) show(tab);
    return tab !== undefined;
  },
});
