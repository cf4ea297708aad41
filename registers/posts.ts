/** Posts 岗位 and their shifts: who has to be where, when (topic `post`). */
import { parsePost } from '../alarms/settings/post.ts';
import { integer, references, text } from './field.ts';
import { COMPANY_STAFF, defineRegister, PARK_STAFF } from './register.ts';
import { codesOf, companyKey, filled, keysOf, splitKey, without } from './setting-keys.ts';
import { settingOf, tryLink } from './setting-value.ts';
import { shiftFields, shiftProblem, shiftsFromPattern, shiftsToSetting } from './shift-fields.ts';

const SECONDS = { zh: '秒', en: 's' };

export const posts = defineRegister({
  name: 'posts',
  title: { zh: '岗位与班次', en: 'Posts and shifts' },
  group: 'duty',
  about: {
    zh: '须有人值守的岗位：地点、人数、班次。脱岗（离岗、缺岗）报警按此判断。由园区填写或从 Excel 导入。',
    en: 'Posts that somebody has to keep: places, number, shifts. Alarms of posts that are left go by them.',
  },
  scope: 'company',
  fields: {
    code: text({
      title: { zh: '岗位编号', en: 'Post ID' },
      maxLength: 64,
      required: true,
      unique: true,
      indexed: true,
      search: true,
      edit: 'create',
    }),
    name: text({ title: { zh: '岗位名称', en: 'Name' }, maxLength: 64, required: true, indexed: true, search: true }),
    areas: references({
      title: { zh: '岗位区域', en: 'Areas' },
      help: { zh: '在其中任一区域即为在岗', en: 'Whoever is in one of them is at the post' },
      register: 'areas',
      required: true,
      max: 20,
      indexed: true,
    }),
    number: integer({
      title: { zh: '应到人数', en: 'People needed' },
      min: 1,
      max: 1_000,
      required: true,
      indexed: true,
    }),
    people: references({
      title: { zh: '在岗人员', en: 'People' },
      help: {
        zh: '留空则本企业任何人均计入；班次另有指定的以班次为准',
        en: 'Empty: anyone of the company; a shift’s own list goes before',
      },
      register: 'people',
      max: 1_000,
    }),
    ...shiftFields({ zh: '班次', en: 'Shifts' }),
    toleratedAbsenceS: integer({
      title: { zh: '允许离岗时长', en: 'Tolerated absence' },
      help: { zh: '留空按全园规则', en: 'Empty: as the rules say' },
      min: 0,
      max: 86_400,
      unit: SECONDS,
    }),
    handOverS: integer({
      title: { zh: '交接班时长', en: 'Hand-over' },
      help: { zh: '留空按全园规则', en: 'Empty: as the rules say' },
      min: 0,
      max: 14_400,
      unit: SECONDS,
    }),
  },
  key: 'code',
  label: 'name',
  rights: { read: [...PARK_STAFF, ...COMPANY_STAFF], create: ['park'], update: ['park'], remove: ['park'] },
  list: { columns: ['code', 'name', 'areas', 'number', 'days'], sort: { by: 'code' }, filters: ['areas'] },
  form: [
    { fields: ['code', 'name', 'areas', 'number', 'people'] },
    { title: { zh: '班次', en: 'Shifts' }, fields: ['shifts', 'days', 'rotationFrom', 'rotation'] },
    { title: { zh: '判定', en: 'Judgement' }, fields: ['toleratedAbsenceS', 'handOverS'] },
  ],
  kept: {
    topic: 'post',
    toSetting: (values, companyCode) => ({
      key: companyKey(companyCode, values.code),
      value: {
        name: values.name,
        areas: keysOf(companyCode, values.areas),
        number: values.number,
        personIds: values.people ?? [],
        ...shiftsToSetting(values),
        ...without({ toleratedAbsenceS: values.toleratedAbsenceS, handOverS: values.handOverS }),
      },
    }),
    fromSetting(key, value) {
      const { companyCode, code } = splitKey(key);
      const post = settingOf(parsePost, key, value);
      return {
        companyCode,
        values: {
          code,
          name: post.name,
          areas: codesOf(companyCode, post.areas) ?? [],
          number: post.number,
          people: filled(post.personIds),
          ...shiftsFromPattern(post.pattern),
          toleratedAbsenceS: post.toleratedAbsenceS,
          handOverS: post.handOverS,
        },
      };
    },
  },
  links: ({ code }, companyCode) => [tryLink('post', companyKey(companyCode, code))],
  problem: (values) =>
    values.areas.length === 0
      ? { field: 'areas', words: { zh: '至少一个区域', en: 'One area at least' } }
      : shiftProblem(values),
});
