/** Vehicles of contractors and suppliers (承包商车辆): whoever enters them, the company confirms them. */
import { CONTRACTOR_READERS, CONTRACTOR_REVEALERS, CONTRACTOR_WRITERS, UNIT } from './contractor.ts';
import { choice, day, files, sealed, text } from './field.ts';
import { COMPANY_STAFF, defineRegister } from './register.ts';

export const contractorVehicles = defineRegister({
  name: 'contractor-vehicles',
  title: { zh: '承包商车辆', en: 'Vehicles of contractors' },
  group: 'contractors',
  about: {
    zh: '承包商和供应商的车辆。由企业添加，或由承包商扫码自行登记；登记后须经企业确认。',
    en: 'Vehicles of contractors and suppliers. Added by the company, or by the contractor itself by QR code; the company confirms them.',
  },
  scope: 'company',
  contractor: 'unit',
  fields: {
    plate: text({
      title: { zh: '车牌号', en: 'Plate' },
      maxLength: 16,
      required: true,
      unique: true,
      indexed: true,
      search: true,
      edit: 'create',
      vendor: { name: 'PLATE_NO', wins: 'vendor' },
    }),
    unit: UNIT,
    kind: choice({
      title: { zh: '车辆类型', en: 'Kind' },
      options: {
        car: { zh: '客车', en: 'Car or coach' },
        truck: { zh: '货车', en: 'Truck' },
        'dangerous-goods': { zh: '危险品运输车', en: 'Dangerous goods' },
        crane: { zh: '起重车辆', en: 'Crane' },
        machinery: { zh: '工程机械', en: 'Machinery' },
        forklift: { zh: '叉车', en: 'Forklift' },
        other: { zh: '其他', en: 'Other' },
      },
      required: true,
      indexed: true,
      vendor: { name: 'VEHICLE_KIND', wins: 'vendor' },
    }),
    driver: text({
      title: { zh: '驾驶员', en: 'Driver' },
      maxLength: 64,
      search: true,
      vendor: { name: 'DRIVER_NAME', wins: 'page' },
    }),
    driverPhone: sealed({
      title: { zh: '驾驶员电话', en: 'Driver’s phone' },
      secret: 'phone',
      vendor: { name: 'DRIVER_PHONE', wins: 'page' },
    }),
    inspectedTo: day({
      title: { zh: '年检有效期至', en: 'Inspected until' },
      indexed: true,
      vendor: { name: 'INSPECTED_TO', wins: 'vendor' },
    }),
    insuredTo: day({
      title: { zh: '保险有效期至', en: 'Insured until' },
      indexed: true,
      vendor: { name: 'INSURED_TO', wins: 'vendor' },
    }),
    papers: files({
      title: { zh: '行驶证、驾驶证和照片', en: 'Licences and photos' },
      max: 6,
      types: ['image', 'pdf'],
    }),
  },
  key: 'plate',
  label: 'plate',
  rights: {
    read: CONTRACTOR_READERS,
    create: CONTRACTOR_WRITERS,
    update: CONTRACTOR_WRITERS,
    remove: COMPANY_STAFF,
    reveal: CONTRACTOR_REVEALERS,
  },
  list: {
    columns: ['plate', 'unit', 'kind', 'driver', 'inspectedTo', 'insuredTo'],
    sort: { by: 'plate' },
    filters: ['unit', 'kind', 'inspectedTo', 'insuredTo'],
  },
  form: [{ fields: ['plate', 'unit', 'kind', 'driver', 'driverPhone', 'inspectedTo', 'insuredTo', 'papers'] }],
  states: {
    titles: {
      pending: { zh: '待确认', en: 'To be confirmed' },
      confirmed: { zh: '已确认', en: 'Confirmed' },
      refused: { zh: '已退回', en: 'Sent back' },
      disabled: { zh: '停用', en: 'Disabled' },
    },
    initial: 'pending',
    moves: [
      { name: 'confirm', title: { zh: '确认', en: 'Confirm' }, from: ['pending'], to: 'confirmed', by: COMPANY_STAFF },
      {
        name: 'refuse',
        title: { zh: '退回', en: 'Send back' },
        from: ['pending'],
        to: 'refused',
        by: COMPANY_STAFF,
        reason: true,
      },
      {
        name: 'submit',
        title: { zh: '重新提交', en: 'Submit again' },
        from: ['refused', 'confirmed'],
        to: 'pending',
        by: CONTRACTOR_WRITERS,
      },
      {
        name: 'disable',
        title: { zh: '停用', en: 'Disable' },
        from: ['pending', 'confirmed', 'refused'],
        to: 'disabled',
        by: ['park', ...COMPANY_STAFF],
        reason: true,
      },
      {
        name: 'enable',
        title: { zh: '恢复', en: 'Enable' },
        from: ['disabled'],
        to: 'pending',
        by: ['park'],
        reason: true,
      },
    ],
    editableIn: ['pending', 'refused'],
  },
  vendor: { interface: 'contractors/vehicles', state: 'confirmed' },
});
