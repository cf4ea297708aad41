/** What of the repository runs, beside node_modules: the bundle and the image (compose/Dockerfile) hold these and nothing else. */
export const SHIPPED = ['package.json', 'bin', 'dist', 'docs', 'db/migrations', 'stream/scripts'];
