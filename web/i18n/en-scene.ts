/** Words of the 3D scene: a graphics card that fails, and recovery. */
export const enScene = {
  recovery: {
    lost: 'The graphics card was reset, the 3D view is coming back…',
    lostDetail: 'Alarms, search and lists work as usual.',
    failed: 'The graphics card keeps failing, the 3D view has stopped',
    failedDetail:
      'Alarms, search and lists keep updating. Try again; if it fails again, restart the browser or use another computer.',
  },
};
