/**
 * Cameras by their codes of GB/T 28181, those of major hazard sources among them. The park's own cameras stand under the park, which
 * is a company of its own in the register of companies.
 */
import { choice, integer, place, reference, text } from './field.ts';
import { COMPANY_STAFF, defineRegister, PARK_STAFF } from './register.ts';

export const cameras = defineRegister({
  name: 'cameras',
  title: { zh: '摄像机', en: 'Cameras' },
  group: 'people',
  about: {
    zh: '企业和园区的视频监控点位。园区自有的摄像机登记在园区管理单位名下。由企业或园区填写，也可从 Excel 导入。',
    en: 'Cameras of the companies and of the park, whose own stand under the park’s administration. Filled in, or from Excel.',
  },
  scope: 'company',
  fields: {
    code: text({
      title: { zh: '国标编码', en: 'Code' },
      help: { zh: 'GB/T 28181 的 20 位编码', en: 'Twenty digits of GB/T 28181' },
      maxLength: 20,
      required: true,
      unique: true,
      indexed: true,
      search: true,
      edit: 'create',
      form: { pattern: /^\d{20}$/, words: { zh: '20 位数字', en: 'twenty digits' } },
    }),
    name: text({ title: { zh: '名称', en: 'Name' }, maxLength: 128, required: true, indexed: true, search: true }),
    kind: choice({
      title: { zh: '类型', en: 'Kind' },
      options: {
        fixed: { zh: '枪机', en: 'Fixed' },
        dome: { zh: '半球', en: 'Dome' },
        ptz: { zh: '球机（云台）', en: 'Pan and tilt' },
        mobile: { zh: '移动布控', en: 'Mobile' },
      },
      indexed: true,
    }),
    place: place({ title: { zh: '安装位置', en: 'Place' } }),
    directionDeg: integer({
      title: { zh: '朝向', en: 'Direction' },
      help: { zh: '正北为 0，顺时针', en: 'From north, clockwise' },
      min: 0,
      max: 359,
      unit: { zh: '度', en: '°' },
    }),
    area: reference({ title: { zh: '所在区域', en: 'Area' }, register: 'areas', indexed: true }),
    hazardSource: reference({
      title: { zh: '重大危险源', en: 'Major hazard source' },
      register: 'hazard-sources',
      indexed: true,
    }),
    platformCode: text({
      title: { zh: '视频平台编码', en: 'Code of the video platform' },
      help: { zh: '所属 GB/T 28181 平台', en: 'The GB/T 28181 platform that has it' },
      maxLength: 20,
      form: { pattern: /^\d{20}$/, words: { zh: '20 位数字', en: 'twenty digits' } },
    }),
    streamUrl: text({
      title: { zh: '视频流地址模板', en: 'Address of the stream' },
      help: { zh: '{code} 处填入国标编码', en: '{code} stands for the code' },
      maxLength: 512,
      form: {
        pattern: /^(rtsp|rtmp|https?|wss?):\/\/\S+$/,
        words: { zh: 'rtsp、rtmp、http(s) 或 ws(s) 地址', en: 'an rtsp, rtmp, http(s) or ws(s) address' },
      },
    }),
  },
  heard: ['name', 'place', 'area', 'hazardSource'],
  key: 'code',
  label: 'name',
  rights: {
    read: [...PARK_STAFF, ...COMPANY_STAFF],
    create: ['park', 'company-admin'],
    update: ['park', 'company-admin'],
    remove: ['park', 'company-admin'],
  },
  list: {
    columns: ['code', 'name', 'kind', 'area', 'hazardSource'],
    sort: { by: 'name' },
    filters: ['kind', 'hazardSource'],
  },
  form: [
    { fields: ['code', 'name', 'kind', 'area', 'hazardSource'] },
    { title: { zh: '位置', en: 'Place' }, fields: ['place', 'directionDeg'] },
    { title: { zh: '视频流', en: 'Stream' }, fields: ['platformCode', 'streamUrl'] },
  ],
});
