/** Words of the 3D scene: recovery, floors. */
export const enScene = {
  recovery: {
    lost: 'The graphics card was reset, the 3D view is coming back…',
    lostDetail: 'Alarms, search and lists work as usual.',
    failed: 'The graphics card keeps failing, the 3D view has stopped',
    failedDetail:
      'Alarms, search and lists keep updating. Try again; if it fails again, restart the browser or use another computer.',
  },
  floors: {
    title: 'Floor',
    all: 'All floors',
    unknown: '{{ n }} people have no height and belong to no floor',
  },
};
