import { route } from '../route.ts';
import { deviceIdText, strict, versionText } from '../shapes/common.ts';
import { releasePathShape } from '../shapes/path.ts';

export const pathRoutes = {
  pathOfDevice: route({
    method: 'GET',
    path: '/api/v1/devices/{device}/path',
    tag: 'devices',
    summary: 'The fewest installs that bring the device to a release, or what blocks the way',
    params: strict({ device: deviceIdText }),
    query: strict({ version: versionText }),
    statuses: [200],
    answer: releasePathShape,
  }),
} as const;
