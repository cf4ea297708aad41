/**
 * What a permit says beyond the fields that all have: those of GB 30871-2022 Annex A by kind of work, under the names that suppliers
 * send them by. They are shown on the card as sent; no rule goes by them.
 */
import type { Words } from '../core/words.ts';

export const PERMIT_DETAILS = {
  // hot work
  FIRE_LOCATION: { zh: '动火部位', en: 'Where the fire is' },
  FIRE_STYLE: { zh: '动火方式', en: 'Method of hot work' },
  FIRE_PERSON: { zh: '动火人', en: 'Who does the hot work' },
  // confined space
  SPACE_NAME: { zh: '受限空间名称', en: 'Confined space' },
  SPACE_MEDIUM: { zh: '受限空间原有介质', en: 'What was in the space' },
  // blind plates
  PIPING_NAME: { zh: '管道名称', en: 'Pipe' },
  PIPING_MEDIUM: { zh: '管道介质', en: 'Medium' },
  PIPING_TEM: { zh: '管道温度', en: 'Temperature' },
  PIPING_PRESSURE: { zh: '管道压力', en: 'Pressure' },
  PLATE_MATERIAL: { zh: '盲板材质', en: 'Blind: material' },
  PLATE_SPECIFICATIONS: { zh: '盲板规格', en: 'Blind: size' },
  // height
  HIGH_HEIGHT: { zh: '作业高度', en: 'Height' },
  // lifting
  HOISTING_LOCATION: { zh: '吊装地点', en: 'Lifting place' },
  HOISTING_WEIGHT: { zh: '吊物质量', en: 'Load' },
  SPREADER_NAME: { zh: '吊具名称', en: 'Tackle' },
  SUSPENDED_NAME: { zh: '吊物内容', en: 'What is lifted' },
  SOMMER: { zh: '司索人', en: 'Rigger' },
  COMMANDER: { zh: '吊装指挥', en: 'Signaller' },
  // temporary electricity
  POWER_STRATEGY: { zh: '电源接入点及许可用电功率', en: 'Connection point and power' },
  WORK_VOLTAGE: { zh: '工作电压', en: 'Voltage' },
  ELECTRICAL_EQUIPMENT: { zh: '用电设备名称及额定功率', en: 'Equipment and rated power' },
  // earth work
  EARTH_RANGE: { zh: '动土范围、深度', en: 'Scope and depth' },
  // road closing
  BREAK_REASON: { zh: '断路原因', en: 'Why the road is closed' },
  INVOLVE_UNIT: { zh: '涉及相关单位', en: 'Units concerned' },
  // all
  ACCEPT_PERSON: { zh: '接受交底人', en: 'Who was briefed' },
  MOBILE_DEVICE_CODE: { zh: '移动终端编号', en: 'Mobile device' },
} as const satisfies Readonly<Record<string, Words>>;
export type PermitDetail = keyof typeof PERMIT_DETAILS;
