/** 三维场景的文字：恢复、楼层。 */
export const zhCnScene = {
  recovery: {
    lost: '显卡重置，三维画面正在恢复…',
    lostDetail: '报警、查找与列表照常。',
    failed: '显卡连续出错，三维画面已停止',
    failedDetail: '报警、查找与列表照常更新。请先重试；仍然出错时重启浏览器，或换一台电脑。',
  },
  floors: {
    title: '楼层',
    all: '全部楼层',
    unknown: '{{ n }} 人无高程，不能归入楼层',
  },
} as const;
