/** Areas 区域 (AQ 3064.3 B.2). One that a company's own system sends is that system's in all; pages draw the others. */
import { choice, choices, decimal, instant, integer, plan, references, text } from './field.ts';
import { COMPANY_STAFF, defineRegister, PARK_STAFF } from './register.ts';

const vendor = (name: string) => ({ vendor: { name, wins: 'vendor' as const } });

export const areas = defineRegister({
  name: 'areas',
  title: { zh: '区域', en: 'Areas' },
  group: 'people',
  about: {
    zh: '定位区域：企业边界、禁入区、岗位、集合点等。由企业系统通过接口上报，或在地图上绘制、从 Excel 导入。',
    en: 'Areas of the map: boundaries, forbidden areas, posts, assembly points. Sent by the companies’ systems, drawn, or imported.',
  },
  scope: 'company',
  kept: 'own',
  fields: {
    areaId: text({
      title: { zh: '区域编号', en: 'Area ID' },
      maxLength: 64,
      required: true,
      unique: true,
      indexed: true,
      search: true,
      edit: 'create',
    }),
    name: text({
      title: { zh: '区域名称', en: 'Name' },
      maxLength: 128,
      required: true,
      indexed: true,
      search: true,
      ...vendor('ZONE_NAME'),
    }),
    kind: choice({
      title: { zh: '区域性质', en: 'Kind' },
      options: {
        COMPANY_BOUNDARY: { zh: '企业边界', en: 'Company boundary' },
        PRODUCTION: { zh: '生产区', en: 'Production' },
        HAZARD_SOURCE: { zh: '重大危险源', en: 'Major hazard source' },
        FORBIDDEN: { zh: '禁入区', en: 'Forbidden' },
        POST: { zh: '岗位', en: 'Post' },
        ASSEMBLY: { zh: '应急集合点', en: 'Assembly point' },
        WORK: { zh: '作业区', en: 'Work' },
      },
      indexed: true,
      ...vendor('AREA_KIND'),
    }),
    fixed: choice({
      title: { zh: '区域类型', en: 'Type' },
      options: { fixed: { zh: '固定区域', en: 'Fixed' }, temporary: { zh: '临时区域', en: 'Temporary' } },
      required: true,
      indexed: true,
      ...vendor('ZONE_TYPE'),
    }),
    plan: plan({ title: { zh: '平面范围', en: 'Plan' }, required: true, ...vendor('GEO') }),
    zMinM: decimal({
      title: { zh: '下限高程', en: 'Lower height' },
      help: { zh: '椭球高；留空不限', en: 'Above the ellipsoid; empty: open' },
      min: -1_000,
      max: 10_000,
      digits: 2,
      unit: { zh: 'm', en: 'm' },
      ...vendor('Z_MIN'),
    }),
    zMaxM: decimal({
      title: { zh: '上限高程', en: 'Upper height' },
      min: -1_000,
      max: 10_000,
      digits: 2,
      unit: { zh: 'm', en: 'm' },
      ...vendor('Z_MAX'),
    }),
    floorNo: text({ title: { zh: '楼层', en: 'Floor' }, maxLength: 32, ...vendor('FLOOR_NO') }),
    validFrom: instant({ title: { zh: '生效时间', en: 'Valid from' }, ...vendor('VALID_FROM') }),
    validTo: instant({ title: { zh: '失效时间', en: 'Valid to' }, ...vendor('VALID_TO') }),
    allowedTypes: choices({
      title: { zh: '可进入人员类型', en: 'Who may be inside' },
      help: { zh: '禁入区内不报警的人员类型', en: 'Types of people that a forbidden area lets in' },
      options: {
        staff: { zh: '内部员工', en: 'Staff' },
        contractor: { zh: '承包商', en: 'Contractor' },
        visitor: { zh: '外来人员', en: 'Visitor' },
      },
      ...vendor('ALLOWED_TYPES'),
    }),
    boundPeople: references({
      title: { zh: '限定人员', en: 'People bound to it' },
      register: 'people',
      max: 500,
      ...vendor('BOUND_PERSON_IDS'),
    }),
    areaVersion: integer({ title: { zh: '版本', en: 'Version' }, min: 0, max: 2_147_483_647, edit: 'never' }),
  },
  key: 'areaId',
  label: 'name',
  rights: {
    read: [...PARK_STAFF, ...COMPANY_STAFF],
    create: ['park', 'company-admin'],
    update: ['park', 'company-admin'],
    remove: ['park', 'company-admin'],
  },
  list: {
    columns: ['name', 'areaId', 'kind', 'fixed', 'floorNo', 'areaVersion'],
    sort: { by: 'name' },
    filters: ['kind', 'fixed'],
  },
  form: [
    { fields: ['areaId', 'name', 'kind', 'fixed', 'plan'] },
    { title: { zh: '高度与楼层', en: 'Height and floor' }, fields: ['zMinM', 'zMaxM', 'floorNo'] },
    {
      title: { zh: '规则', en: 'Rules' },
      fields: ['allowedTypes', 'boundPeople', 'validFrom', 'validTo', 'areaVersion'],
    },
  ],
  problem({ zMinM, zMaxM, validFrom, validTo }) {
    if (zMinM !== null && zMaxM !== null && zMinM >= zMaxM) {
      return { field: 'zMaxM', words: { zh: '应高于下限', en: 'Must be above the lower height' } };
    }
    if (validFrom !== null && validTo !== null && validFrom >= validTo) {
      return { field: 'validTo', words: { zh: '应晚于生效时间', en: 'Must be after the beginning' } };
    }
    return null;
  },
});
