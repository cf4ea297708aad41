/** 断线、停滞与恢复后说明的文字。 */
export const zhCnAlive = {
  alive: {
    notLive: '不是实时画面',
    pictureOf: '画面停在 {{ at }}',
    missed: '曾中断 {{ time }}（{{ from }}—{{ to }}）',
    nothingMissed: '其间无新增报警。',
    raised: '其间新增报警 {{ n }} 条，最高{{ level }}。',
    ended: '另有 {{ n }} 条已结束。',
    shortLived: '其间发生又结束的报警见报警记录。',
    show: '查看新增',
    dismiss: '知道了',
  },
};
