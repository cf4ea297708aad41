/** Thresholds of areas 区域阈值 (topic `area`): where the park says otherwise than the company's own system. */
import { parseAreaSetting } from '../alarms/settings/area.ts';
import { choice, choices, integer, reference, references, yesNo } from './field.ts';
import { COMPANY_STAFF, defineRegister, PARK_STAFF } from './register.ts';
import { companyKey, filled, splitKey } from './setting-keys.ts';
import { settingOf, tryLink } from './setting-value.ts';

const SECONDS = { zh: '秒', en: 's' };
const PERSONS = { zh: '人', en: 'people' };

const LIFTED = {
  capacityMax: { zh: '人数上限', en: 'Most people' },
  capacityMin: { zh: '人数下限', en: 'Fewest people' },
  people: { zh: '必到人员', en: 'Required people' },
  dwellLimitS: { zh: '滞留时限', en: 'Longest stay' },
  stillLimitS: { zh: '静止时限', en: 'Longest stillness' },
} as const;

export const areaLimits = defineRegister({
  name: 'area-limits',
  title: { zh: '区域阈值', en: 'Area thresholds' },
  group: 'alarms',
  about: {
    zh: '园区对单个区域另定的报警阈值，优先于企业上报的值；留空的项沿用企业上报。修改前可先试算。',
    en: 'Thresholds that the park sets for one area; they go before those that a company sends, and what is empty leaves them.',
  },
  scope: 'company',
  fields: {
    area: reference({
      title: { zh: '区域', en: 'Area' },
      register: 'areas',
      required: true,
      unique: true,
      indexed: true,
      edit: 'create',
    }),
    capacityMax: integer({
      title: { zh: '人数上限', en: 'Most people' },
      min: 0,
      max: 100_000,
      unit: PERSONS,
      indexed: true,
    }),
    capacityMin: integer({
      title: { zh: '人数下限', en: 'Fewest people' },
      min: 1,
      max: 100_000,
      unit: PERSONS,
      indexed: true,
    }),
    people: references({
      title: { zh: '必到人员', en: 'Required people' },
      help: { zh: '缺其中一人即为缺员', en: 'Under capacity when one of them is missing' },
      register: 'people',
      max: 1_000,
    }),
    dwellLimitS: integer({
      title: { zh: '滞留时限', en: 'Longest stay' },
      min: 1,
      max: 604_800,
      unit: SECONDS,
      indexed: true,
    }),
    stillLimitS: integer({
      title: { zh: '静止时限', en: 'Longest stillness' },
      help: { zh: '设有静止时限的区域视为危险区域', en: 'An area with such a limit is a danger area' },
      min: 10,
      max: 604_800,
      unit: SECONDS,
      indexed: true,
    }),
    lifted: choices({
      title: { zh: '取消的限值', en: 'Limits lifted' },
      help: { zh: '企业上报了但此处不再适用的限值', en: 'Limits that the company sends and that hold no more' },
      options: LIFTED,
    }),
    gathering: choice({
      title: { zh: '聚集监测', en: 'Gatherings' },
      options: { watched: { zh: '监测', en: 'Watched' }, ignored: { zh: '不监测', en: 'Not watched' } },
      indexed: true,
    }),
    gatheringFrom: integer({
      title: { zh: '聚集起报人数', en: 'Gathering from' },
      min: 3,
      max: 100_000,
      unit: PERSONS,
    }),
    restPlace: yesNo({
      title: { zh: '休息场所', en: 'Place of rest' },
      help: {
        zh: '办公室、食堂、标签充电处等：不判静止、不判失联',
        en: 'Office, canteen, tag rack: who rests here is not lying still, a tag that ends here is not lost',
      },
      indexed: true,
    }),
  },
  key: 'area',
  label: 'area',
  rights: { read: [...PARK_STAFF, ...COMPANY_STAFF], create: ['park'], update: ['park'], remove: ['park'] },
  list: {
    columns: ['area', 'capacityMax', 'capacityMin', 'dwellLimitS', 'stillLimitS', 'gathering', 'restPlace'],
    sort: { by: 'area' },
    filters: ['gathering', 'restPlace'],
  },
  form: [
    { fields: ['area', 'capacityMax', 'capacityMin', 'people'] },
    { title: { zh: '时限', en: 'Times' }, fields: ['dwellLimitS', 'stillLimitS', 'lifted'] },
    { title: { zh: '聚集与休息', en: 'Gatherings and rest' }, fields: ['gathering', 'gatheringFrom', 'restPlace'] },
  ],
  kept: {
    topic: 'area',
    toSetting(values, companyCode) {
      const limits = { ...values, requiredPersonIds: values.people };
      const lifted = (values.lifted ?? []).map((name) => (name === 'people' ? 'requiredPersonIds' : name));
      const names = ['capacityMax', 'capacityMin', 'requiredPersonIds', 'dwellLimitS', 'stillLimitS'] as const;
      const given = names.flatMap((name): [string, unknown][] => {
        if (lifted.includes(name)) return [[name, name === 'requiredPersonIds' ? [] : null]];
        return limits[name] === null ? [] : [[name, limits[name]]];
      });
      const { gathering, gatheringFrom, restPlace } = values;
      const from = gatheringFrom === null ? {} : { from: gatheringFrom };
      return {
        key: companyKey(companyCode, values.area),
        value: {
          ...Object.fromEntries(given),
          ...(gathering === null ? {} : { gathering: { watched: gathering === 'watched', ...from } }),
          ...(restPlace === null ? {} : { restPlace }),
        },
      };
    },
    fromSetting(key, value) {
      const { companyCode, code } = splitKey(key);
      const set = settingOf(parseAreaSetting, key, value);
      const { requiredPersonIds: people } = set;
      const lifted = (['capacityMax', 'capacityMin', 'people', 'dwellLimitS', 'stillLimitS'] as const).filter((name) =>
        name === 'people' ? people?.length === 0 : set[name] === null,
      );
      return {
        companyCode,
        values: {
          area: code,
          capacityMax: set.capacityMax ?? null,
          capacityMin: set.capacityMin ?? null,
          people: filled(people ?? []),
          dwellLimitS: set.dwellLimitS ?? null,
          stillLimitS: set.stillLimitS ?? null,
          lifted: filled(lifted),
          gathering: set.gathering === undefined ? null : set.gathering.watched ? 'watched' : 'ignored',
          gatheringFrom: set.gathering?.from ?? null,
          restPlace: set.restPlace ?? null,
        },
      };
    },
  },
  links: ({ area }, companyCode) => [tryLink('area', companyKey(companyCode, area))],
  problem({ capacityMax, capacityMin, gathering, gatheringFrom, lifted, ...limits }) {
    if (capacityMax !== null && capacityMin !== null && capacityMin > capacityMax) {
      return { field: 'capacityMin', words: { zh: '不得大于人数上限', en: 'More than the most people' } };
    }
    const both = lifted?.find((name) => ({ capacityMax, capacityMin, ...limits })[name] !== null);
    if (both !== undefined) {
      const { zh, en } = LIFTED[both];
      return {
        field: 'lifted',
        words: { zh: `“${zh}”已另填限值，不能同时取消`, en: `“${en}” has a limit of its own` },
      };
    }
    return gathering === null && gatheringFrom !== null
      ? { field: 'gathering', words: { zh: '填写起报人数时须选择', en: 'Say whether it is watched' } }
      : null;
  },
});
