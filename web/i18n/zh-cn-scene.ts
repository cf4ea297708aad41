/** 三维场景的文字：显卡出错与恢复。 */
export const zhCnScene = {
  recovery: {
    lost: '显卡重置，三维画面正在恢复…',
    lostDetail: '报警、查找与列表照常。',
    failed: '显卡连续出错，三维画面已停止',
    failedDetail: '报警、查找与列表照常更新。请先重试；仍然出错时重启浏览器，或换一台电脑。',
  },
} as const;
