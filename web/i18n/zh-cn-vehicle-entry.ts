/** 车辆自助登记页面和二维码的文字。 */
export const zhCnVehicleEntry = {
  vehicleEntry: {
    title: '车辆自助登记',
    lead: '{{ unit }}的车辆，登记到{{ company }}，由企业确认后生效。',
    until: '二维码有效期至 {{ at }}',
    choose: '请选择',
    submit: '提交登记',
    busy: '正在提交…',
    missing: '请填写',
    received: '已收到',
    receivedLead: '登记信息已提交，请等待企业确认。',
    another: '再登记一辆车',
    gone: '二维码无效或已过期，请向企业索取新的二维码。',
    limited: '提交过于频繁，请一分钟后再试。',
    failed: '提交未成功，请检查网络后重试。',
    privacy: '所填信息只用于本企业的入场车辆管理；电话加密保存。',
    scan: '用手机扫码登记车辆',
    print: '打印二维码',
  },
};
