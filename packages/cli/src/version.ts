import packageJson from '../package.json' with { type: 'json' };

/** The one version number of the whole repository. */
export const version: string = packageJson.version;
