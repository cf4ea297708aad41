/** 楼层选择。 */
export const zhCnFloors = { floors: { title: '楼层', all: '全部' } };
