export const enFloors = { floors: { title: 'Floor', all: 'All' } };
