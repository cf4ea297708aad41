/** Patrols 巡检 (topic `patrol`): points that have to be walked, in which windows of time, by whom. */
import { PATROL_RADIUS_M, PATROL_STAY_S, parsePatrol } from '../alarms/settings/patrol.ts';
import { decimal, integer, items, lines, references, text } from './field.ts';
import { COMPANY_STAFF, defineRegister, PARK_STAFF } from './register.ts';
import { codesOf, keysOf, linesOf, textOf, without } from './setting-keys.ts';
import { settingOf } from './setting-value.ts';
import { shiftFields, shiftProblem, shiftsFromPattern, shiftsToSetting } from './shift-fields.ts';

const METRES = { zh: 'm', en: 'm' };
const degrees = (zh: string, en: string, most: number) =>
  decimal({ title: { zh, en }, min: -most, max: most, digits: 8, required: true });

export const patrols = defineRegister({
  name: 'patrols',
  title: { zh: '巡检路线', en: 'Patrols' },
  group: 'duty',
  about: {
    zh: '须按时段走到的巡检点；漏检即报警。由园区填写，巡检点可从 Excel 粘贴导入。',
    en: 'Points that have to be walked within windows of time; what is missed raises an alarm.',
  },
  scope: 'company',
  fields: {
    code: text({
      title: { zh: '路线编号', en: 'Route ID' },
      maxLength: 100,
      required: true,
      unique: true,
      indexed: true,
      search: true,
      edit: 'create',
      form: { pattern: /^\S+$/, words: { zh: '不含空格', en: 'without spaces' } },
    }),
    name: text({ title: { zh: '名称', en: 'Name' }, maxLength: 200, required: true, indexed: true, search: true }),
    points: items({
      title: { zh: '巡检点', en: 'Points' },
      required: true,
      max: 500,
      fields: {
        name: text({ title: { zh: '名称', en: 'Name' }, maxLength: 100, required: true }),
        lng: degrees('经度', 'Longitude', 180),
        lat: degrees('纬度', 'Latitude', 90),
        radiusM: decimal({
          title: { zh: '范围', en: 'Radius' },
          help: { zh: `留空为 ${PATROL_RADIUS_M} m`, en: `Empty: ${PATROL_RADIUS_M} m` },
          min: 3,
          max: 200,
          digits: 3,
          unit: METRES,
        }),
        zMinM: decimal({
          title: { zh: '下限高程', en: 'Lower height' },
          min: -1_000,
          max: 10_000,
          digits: 3,
          unit: METRES,
        }),
        zMaxM: decimal({
          title: { zh: '上限高程', en: 'Upper height' },
          min: -1_000,
          max: 10_000,
          digits: 3,
          unit: METRES,
        }),
        stayS: integer({
          title: { zh: '最短停留', en: 'Least stay' },
          help: { zh: `留空为 ${PATROL_STAY_S} 秒`, en: `Empty: ${PATROL_STAY_S} s` },
          min: 0,
          max: 3_600,
          unit: { zh: '秒', en: 's' },
        }),
      },
    }),
    people: references({
      title: { zh: '巡检人员', en: 'People' },
      help: { zh: '与部门都留空则本企业任何人均可', en: 'Empty, as the departments: anyone of the company' },
      register: 'people',
      max: 500,
    }),
    departments: lines({
      title: { zh: '巡检部门', en: 'Departments' },
      help: { zh: '每行一个，名称与人员登记一致', en: 'A line each, as people’s departments are called' },
      maxLength: 10_000,
    }),
    ...shiftFields({ zh: '巡检时段', en: 'Rounds' }),
  },
  key: 'code',
  label: 'name',
  rights: { read: [...PARK_STAFF, ...COMPANY_STAFF], create: ['park'], update: ['park'], remove: ['park'] },
  list: { columns: ['code', 'name', 'days'], sort: { by: 'code' }, filters: [] },
  form: [
    { fields: ['code', 'name', 'points', 'people', 'departments'] },
    { title: { zh: '时段', en: 'Rounds' }, fields: ['shifts', 'days', 'rotationFrom', 'rotation'] },
  ],
  kept: {
    topic: 'patrol',
    toSetting: (values, companyCode) => ({
      key: values.code,
      value: {
        name: values.name,
        companyCode,
        points: values.points.map((point) => without(point)),
        personIds: keysOf(companyCode, values.people),
        departments: keysOf(companyCode, linesOf(values.departments)),
        ...shiftsToSetting(values),
      },
    }),
    fromSetting(key, value) {
      const { companyCode, ...patrol } = settingOf(parsePatrol, key, value);
      return {
        companyCode,
        values: {
          code: key,
          name: patrol.name,
          points: patrol.points,
          people: codesOf(companyCode, patrol.personIds),
          departments: textOf(codesOf(companyCode, patrol.departments) ?? []),
          ...shiftsFromPattern(patrol.pattern),
        },
      };
    },
  },
  problem(values) {
    const names = values.points.map(({ name }) => name);
    if (names.length === 0) return { field: 'points', words: { zh: '至少一个巡检点', en: 'One at least' } };
    if (new Set(names).size < names.length) {
      return { field: 'points', words: { zh: '名称重复', en: 'Two have the same name' } };
    }
    return shiftProblem(values);
  },
});
