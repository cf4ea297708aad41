/**
 * What an alarm of a permit says in words: reasons, times, papers. A fact of unit `word` names one of these, so each page says it in its own
 * language; what suppliers wrote is told as they wrote it (unit `text`).
 */
import type { Words } from '../core/words.ts';
import { CERTIFICATES } from './gb30871.ts';
import { WORK_KINDS } from './special-work.ts';

const SAID = {
  // times that ask for one grade more
  'time-holiday': { zh: '节假日', en: 'Public holiday' },
  'time-event': { zh: '重大活动', en: 'Major event' },
  'time-rest-day': { zh: '公休日', en: 'Rest day' },
  'time-night': { zh: '夜间', en: 'Night' },
  'level-not-said': { zh: '未报', en: 'Not reported' },
  // certificates
  'certificate-refuted': { zh: '证书核验不实', en: 'Checked and found not genuine' },
  'holder-not-on-permit': { zh: '证书持有人不在作业票上', en: 'Its holder is not on the permit' },
  // contractors
  'guardian-not-said': { zh: '未报监护人', en: 'No guardian named' },
  'unit-not-said': { zh: '承包商作业未报作业单位', en: 'Contractor’s work without a unit' },
  'unit-not-registered': { zh: '承包商单位未登记', en: 'Unit not registered' },
  'unit-blacklisted': { zh: '承包商单位已列入黑名单', en: 'Unit blacklisted' },
  'unit-disabled': { zh: '承包商单位已停用', en: 'Unit disabled' },
  'unit-papers-expired': { zh: '承包商资质过期', en: 'Unit’s papers expired' },
  'unit-not-filed': { zh: '承包商单位未经园区备案', en: 'Unit not filed with the park' },
  // their workers
  'name-ambiguous': { zh: '重名，无法确定是谁', en: 'Several people of that name' },
  'person-unknown': { zh: '人员库中没有此人', en: 'Nobody of that name is known' },
  'worker-not-registered': { zh: '承包商人员未登记', en: 'Contractor’s worker not registered' },
  'worker-blacklisted': { zh: '人员已列入黑名单', en: 'Blacklisted' },
  'no-admission': { zh: '没有准入', en: 'No admission' },
  'admitted-elsewhere': { zh: '在其他企业准入，未在本企业准入', en: 'Admitted at other companies, not at this one' },
  'admission-expired': { zh: '准入到期', en: 'Admission expired' },
  'admission-disabled': { zh: '准入已停用', en: 'Admission disabled' },
  'admission-not-yet': { zh: '准入未到生效日期', en: 'Admission not yet in force' },
  'admission-not-certified': { zh: '准入未经园区认证', en: 'Admission not certified by the park' },
  // commitment and booking
  'no-commitment': { zh: '当日没有安全承诺公告', en: 'No safety commitment for the day' },
  'kind-not-committed': { zh: '当日安全承诺中没有这类作业', en: 'None of this kind in the day’s commitment' },
  'more-than-committed': { zh: '作业处数多于当日安全承诺', en: 'More places than in the day’s commitment' },
  'not-booked': { zh: '没有预约', en: 'Not booked' },
  'booking-cancelled': { zh: '预约已取消', en: 'Booking cancelled' },
  'booking-returned': { zh: '预约被退回', en: 'Booking sent back' },
  'booked-late': { zh: '当天预约未注明应急', en: 'Booked on the day and not as urgent' },
  // place
  'datum-gcj02': { zh: 'GCJ-02', en: 'GCJ-02' },
  'datum-bd09': { zh: 'BD-09', en: 'BD-09' },
  'datum-swapped': { zh: '经纬度颠倒', en: 'Longitude and latitude swapped' },
  'datum-zero': { zh: '坐标为 0', en: 'Coordinates are 0' },
  'ex-area-not-said': { zh: '盲板是否在爆炸危险区域未说明', en: 'Not said whether the blind is in an explosive area' },
  // video
  'recording-stopped': { zh: '录像中断', en: 'Recording stopped' },
  'camera-offline': { zh: '摄像机离线', en: 'Camera offline' },
  // weather
  'bad-weather': { zh: '恶劣天气', en: 'Bad weather' },
  'open-air-not-said': { zh: '未报是否露天作业', en: 'Not reported whether in the open' },
} as const satisfies Readonly<Record<string, Words>>;

const CERTIFICATE_WORDS = Object.fromEntries(
  Object.entries(CERTIFICATES).map(([kind, words]) => [`certificate-${kind}`, words]),
) as Record<`certificate-${keyof typeof CERTIFICATES}`, Words>;

/** Kinds of work among them: a permit that a job lacks. */
export const FACT_WORDS = { ...SAID, ...CERTIFICATE_WORDS, ...WORK_KINDS };
export type FactWord = keyof typeof FACT_WORDS;
