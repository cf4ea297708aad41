/** Words for what the intake page shows; a word that the page does not know is shown as it came. */
import { exactText } from '../app/time-text.ts';
import type { TextKey, Translate } from '../i18n/i18n.ts';

const INTERFACES: Readonly<Record<string, TextKey>> = {
  persons: 'interface.persons',
  areas: 'interface.areas',
  positions: 'interface.positions',
  gatherings: 'interface.gatherings',
  'person-alarms': 'interface.personAlarms',
  'area-alarms': 'interface.areaAlarms',
  heartbeats: 'interface.heartbeats',
  sensors: 'interface.sensors',
  activities: 'interface.activities',
  permits: 'interface.permits',
  'permit-videos': 'interface.permitVideos',
  'permit-attachments': 'interface.permitAttachments',
  'permit-alarms': 'interface.permitAlarms',
  'contractor-units': 'interface.contractorUnits',
  'contractor-people': 'interface.contractorPeople',
  'contractor-vehicles': 'interface.contractorVehicles',
  'contractor-qualifications': 'interface.contractorQualifications',
  'contractor-trainings': 'interface.contractorTrainings',
  'contractor-violations': 'interface.contractorViolations',
  commitments: 'interface.commitments',
};

const SAMPLES: Readonly<Record<string, TextKey>> = {
  accepted: 'sample.accepted',
  'person-id': 'sample.personId',
  'card-no': 'sample.cardNo',
  accuracy: 'sample.accuracy',
  sos: 'sample.sos',
  withdrawn: 'sample.withdrawn',
  ended: 'sample.ended',
  placed: 'sample.placed',
  duplicate: 'sample.duplicate',
  late: 'sample.late',
  updated: 'sample.updated',
  steady: 'sample.steady',
};

const FINDINGS: Readonly<Record<string, TextKey>> = {
  'gcj-02': 'finding.gcj02',
  'bd-09': 'finding.bd09',
  swapped: 'finding.swapped',
  outside: 'finding.outside',
  zero: 'finding.zero',
  frozen: 'finding.frozen',
  coarse: 'finding.coarse',
};

const OPS: Readonly<Record<string, TextKey>> = {
  'ledger-unbalanced': 'opsAlarm.ledgerUnbalanced',
  'log-filling': 'opsAlarm.logFilling',
  'reader-dropped': 'opsAlarm.readerDropped',
  'time-jump': 'opsAlarm.timeJump',
  'entry-quarantined': 'opsAlarm.entryQuarantined',
  'log-range-lost': 'opsAlarm.logRangeLost',
  'digest-differs': 'opsAlarm.digestDiffers',
  'archive-behind': 'opsAlarm.archiveBehind',
  'backup-failed': 'opsAlarm.backupFailed',
  'retention-behind': 'opsAlarm.retentionBehind',
  'coordinate-finding': 'opsAlarm.coordinateFinding',
  'sign-in-attack': 'opsAlarm.signInAttack',
  'audit-behind': 'opsAlarm.auditBehind',
  'audit-broken': 'opsAlarm.auditBroken',
  'gatherings-passed-over': 'opsAlarm.gatheringsPassedOver',
  'permit-not-judged': 'opsAlarm.permitNotJudged',
};

const wordOf =
  (words: Readonly<Record<string, TextKey>>) =>
  (t: Translate, code: string): string => {
    const key = words[code];
    return key === undefined ? code : t(key);
  };

export const interfaceText = wordOf(INTERFACES);
export const sampleText = wordOf(SAMPLES);
export const findingText = wordOf(FINDINGS);
export const opsAlarmText = wordOf(OPS);

export const STAGE_TEXT = { joint: 'stage.joint', trial: 'stage.trial', live: 'stage.live' } as const satisfies Record<
  string,
  TextKey
>;

/** `11-21 08:05:09`, the park's time; without seconds for minutes. */
export const instantText = (ms: number, withSeconds = true): string =>
  exactText(ms).slice(5, withSeconds ? undefined : 16);

export const numberText = (n: number): string => n.toLocaleString('en-US');
