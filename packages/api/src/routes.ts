import { accessRoutes } from './routes/access.ts';
import { auditRoutes } from './routes/audit.ts';
import { deviceRoutes } from './routes/devices.ts';
import { fleetRoutes } from './routes/fleets.ts';
import { holdRoutes } from './routes/holds.ts';
import { pathRoutes } from './routes/paths.ts';
import { releaseRoutes } from './routes/releases.ts';
import { rolloutRoutes } from './routes/rollouts.ts';
import { trustRoutes } from './routes/trust.ts';

/** The whole management API, by the name of the client's method. */
export const routes = {
  ...accessRoutes,
  ...auditRoutes,
  ...fleetRoutes,
  ...releaseRoutes,
  ...rolloutRoutes,
  ...holdRoutes,
  ...pathRoutes,
  ...deviceRoutes,
  ...trustRoutes,
} as const;
export type Routes = typeof routes;
export type RouteName = keyof Routes;
