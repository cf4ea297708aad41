/** Fixed gas detectors 气体探测器 (topic `detector`, QUOTAID of AQ 3064.1 A.2): where each stands. */
import { DETECTOR_RADIUS_M, DETECTOR_UNIT_MAX, parseDetector } from '../alarms/settings/detector.ts';
import { decimal, place, text } from './field.ts';
import { COMPANY_STAFF, defineRegister, PARK_STAFF } from './register.ts';
import { companyKey, splitKey, without } from './setting-keys.ts';
import { settingOf } from './setting-value.ts';

export const detectors = defineRegister({
  name: 'detectors',
  title: { zh: '气体探测器', en: 'Gas detectors' },
  group: 'alarms',
  about: {
    zh: '固定式气体探测器的位置。作业票上显示附近探测器的实时值；探测器报警时，范围内聚集的人员会收到撤离通知。由园区填写或从 Excel 导入。',
    en: 'Where fixed gas detectors stand. Permits show the values of those near by; people gathered near one that sounds are told to withdraw.',
  },
  scope: 'company',
  fields: {
    code: text({
      title: { zh: '指标编码', en: 'Point code' },
      help: { zh: '监测指标编码（QUOTAID）', en: 'QUOTAID of the sensor reports' },
      maxLength: 128,
      required: true,
      unique: true,
      indexed: true,
      search: true,
      edit: 'create',
    }),
    name: text({ title: { zh: '名称', en: 'Name' }, maxLength: 200, required: true, indexed: true, search: true }),
    place: place({ title: { zh: '位置', en: 'Place' }, required: true }),
    radiusM: decimal({
      title: { zh: '撤离范围', en: 'Radius' },
      help: { zh: `留空为 ${DETECTOR_RADIUS_M} m`, en: `Empty: ${DETECTOR_RADIUS_M} m` },
      min: 1,
      max: 2_000,
      digits: 3,
      unit: { zh: 'm', en: 'm' },
      indexed: true,
    }),
    unit: text({
      title: { zh: '单位', en: 'Unit' },
      help: { zh: '测量值的单位，如 %LEL、ppm', en: 'Of its values, as %LEL or ppm' },
      maxLength: DETECTOR_UNIT_MAX,
    }),
  },
  key: 'code',
  label: 'name',
  rights: { read: [...PARK_STAFF, ...COMPANY_STAFF], create: ['park'], update: ['park'], remove: ['park'] },
  list: { columns: ['code', 'name', 'radiusM'], sort: { by: 'code' }, filters: [] },
  form: [{ fields: ['code', 'name', 'place', 'radiusM', 'unit'] }],
  kept: {
    topic: 'detector',
    toSetting: ({ code, name, place: { lng, lat }, radiusM, unit }, companyCode) => ({
      key: companyKey(companyCode, code),
      value: { name, lng, lat, ...without({ radiusM, unit }) },
    }),
    fromSetting(key, value) {
      const { companyCode, code } = splitKey(key);
      const { name, lng, lat, radiusM, unit = null } = settingOf(parseDetector, key, value);
      return { companyCode, values: { code, name, place: { lng, lat, heightM: null }, radiusM, unit } };
    },
  },
  problem: ({ place: { heightM } }) =>
    heightM === null
      ? null
      : { field: 'place', words: { zh: '只记平面位置，高程留空', en: 'Its height is not kept, leave it empty' } },
});
