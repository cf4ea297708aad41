/** Who gave and who took, in one line each. Pure. */
import type { HandoverHead, HandoverPerson } from '../../core/handover-api.ts';
import { exactText } from '../app/time-text.ts';
import type { TextKey, Translate } from '../i18n/i18n.ts';

const signedText = (t: Translate, key: TextKey, { name, userName, atMs }: HandoverPerson): string =>
  t(key, { name, user: userName, at: exactText(atMs) });

export const givenText = (t: Translate, { given }: Pick<HandoverHead, 'given'>): string =>
  signedText(t, 'handover.givenBy', given);
export const takenText = (t: Translate, { taken }: Pick<HandoverHead, 'taken'>): string =>
  taken === null ? t('handover.notTaken') : signedText(t, 'handover.takenBy', taken);
