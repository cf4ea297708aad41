/** What is analysed before hot work and in confined spaces, with a reading that is well within limits. */
export const SPACE_GASES = [
  {
    inSpacesAlone: false,
    row: { GAS_NAME: '可燃气体', ANALYSIS_RESULTS: 0.02, RESULTS_UNIT: 'vol%', LEL: 5, ANALYST_PART: '作业点' },
  },
  {
    inSpacesAlone: true,
    row: { GAS_NAME: '氧气', ANALYSIS_RESULTS: 20.8, RESULTS_UNIT: 'vol%', ANALYST_PART: '作业点' },
  },
  {
    inSpacesAlone: true,
    row: { GAS_NAME: '硫化氢', ANALYSIS_RESULTS: 0, RESULTS_UNIT: 'mg/m3', ANALYST_PART: '作业点' },
  },
] as const;
