/** Major hazard sources 危险化学品重大危险源 (GB 18218-2018): unit, level by R, substances, and who answers for it (包保责任人). */
import { HAZARD_LEVELS } from './companies.ts';
import { choice, day, decimal, items, reference, sealed, text } from './field.ts';
import { COMPANY_STAFF, defineRegister, PARK_STAFF } from './register.ts';

const name = (zh: string, en: string) => text({ title: { zh, en }, maxLength: 64, search: true });
const phone = (zh: string, en: string) => sealed({ title: { zh, en }, secret: 'phone' });

export const hazardSources = defineRegister({
  name: 'hazard-sources',
  title: { zh: '重大危险源', en: 'Major hazard sources' },
  group: 'companies',
  about: {
    zh: '企业的危险化学品重大危险源：辨识单元、级别、危险化学品及其量、包保责任人。由企业填写或从 Excel 导入。',
    en: 'Major hazard sources of the companies: unit, level, substances and who answers for them. Filled in by the companies.',
  },
  scope: 'company',
  fields: {
    code: text({
      title: { zh: '编码', en: 'Code' },
      help: { zh: '登记系统中的重大危险源编码', en: 'As in the national registry' },
      maxLength: 32,
      required: true,
      unique: true,
      indexed: true,
      edit: 'create',
    }),
    name: text({ title: { zh: '名称', en: 'Name' }, maxLength: 128, required: true, indexed: true, search: true }),
    level: choice({ title: { zh: '级别', en: 'Level' }, options: HAZARD_LEVELS, required: true, indexed: true }),
    rValue: decimal({
      title: { zh: 'R 值', en: 'R' },
      help: {
        zh: 'GB 18218：R≥100 一级，50≤R<100 二级，10≤R<50 三级，R<10 四级',
        en: 'GB 18218: 100 and more is level 1, 50 level 2, 10 level 3, below level 4',
      },
      min: 0,
      max: 1_000_000,
      digits: 2,
    }),
    unitKind: choice({
      title: { zh: '辨识单元类型', en: 'Kind of unit' },
      options: {
        production: { zh: '生产单元', en: 'Production unit' },
        storage: { zh: '储存单元', en: 'Storage unit' },
      },
      required: true,
      indexed: true,
    }),
    unit: text({ title: { zh: '所在装置或罐区', en: 'Plant or tank farm' }, maxLength: 128 }),
    area: reference({ title: { zh: '定位区域', en: 'Area' }, register: 'areas', indexed: true }),
    commissioned: day({ title: { zh: '投用日期', en: 'In use since' } }),
    substances: items({
      title: { zh: '危险化学品', en: 'Substances' },
      max: 100,
      fields: {
        name: text({ title: { zh: '品名', en: 'Name' }, maxLength: 128, required: true }),
        cas: text({
          title: { zh: 'CAS 号', en: 'CAS number' },
          maxLength: 12,
          form: { pattern: /^\d{2,7}-\d{2}-\d$/, words: { zh: '如 71-43-2', en: 'such as 71-43-2' } },
        }),
        quantityT: decimal({
          title: { zh: '设计最大量', en: 'Design maximum' },
          min: 0,
          max: 10_000_000,
          digits: 3,
          unit: { zh: 't', en: 't' },
        }),
        thresholdT: decimal({
          title: { zh: '临界量', en: 'Threshold' },
          min: 0,
          max: 10_000_000,
          digits: 3,
          unit: { zh: 't', en: 't' },
        }),
      },
    }),
    chief: name('主要负责人', 'Principal responsible person'),
    chiefPhone: phone('主要负责人电话', 'Phone of the principal'),
    technical: name('技术负责人', 'Technical responsible person'),
    technicalPhone: phone('技术负责人电话', 'Phone of the technical one'),
    operating: name('操作负责人', 'Operating responsible person'),
    operatingPhone: phone('操作负责人电话', 'Phone of the operating one'),
  },
  heard: ['name', 'level', 'area'],
  key: 'code',
  label: 'name',
  rights: {
    read: [...PARK_STAFF, ...COMPANY_STAFF],
    create: ['park', 'company-admin', 'company:safety'],
    update: ['park', 'company-admin', 'company:safety'],
    remove: ['park'],
    reveal: [...PARK_STAFF, ...COMPANY_STAFF],
  },
  list: {
    columns: ['code', 'name', 'level', 'unitKind', 'unit', 'chief'],
    sort: { by: 'level' },
    filters: ['level', 'unitKind'],
  },
  form: [
    { fields: ['code', 'name', 'level', 'rValue', 'unitKind', 'unit', 'area', 'commissioned'] },
    { title: { zh: '危险化学品', en: 'Substances' }, fields: ['substances'] },
    {
      title: { zh: '包保责任人', en: 'Responsible people' },
      fields: ['chief', 'chiefPhone', 'technical', 'technicalPhone', 'operating', 'operatingPhone'],
    },
  ],
  problem({ level, rValue }) {
    if (rValue === null) return null;
    const of = rValue >= 100 ? '1' : rValue >= 50 ? '2' : rValue >= 10 ? '3' : '4';
    if (of === level) return null;
    const { zh, en } = HAZARD_LEVELS[of];
    return { field: 'level', words: { zh: `按 R 值应为${zh}`, en: `By its R it is ${en.toLowerCase()}` } };
  },
});
