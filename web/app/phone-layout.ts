/** Where the page shows one of its views at a time, as control-room.css says it. */
export const PHONE_LAYOUT = '(max-width: 899px)';
