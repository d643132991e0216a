import packageJson from '../package.json' with { type: 'json' };

/** The one version number of the whole repository: all packages have it, which `npm run check` sees to. */
export const fettleVersion: string = packageJson.version;
