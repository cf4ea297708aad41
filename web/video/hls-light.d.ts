/** The smaller build of hls.js, without subtitles and encrypted media; its package has types for the whole one alone. */
declare module 'hls.js/light' {
  export { default } from 'hls.js';
}
