import { accessRoutes } from './routes/access.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { auditRoutes } from './routes/audit.ts';
import { checkRoutes } from './routes/checks.ts';
import { deviceRoutes } from './routes/devices.ts';
import { fleetRoutes } from './routes/fleets.ts';
import { holdRoutes } from './routes/holds.ts';
import { pathRoutes } from './routes/paths.ts';
import { peopleRoutes } from './routes/people.ts';
import { publisherRoutes } from './routes/publishers.ts';
import { releaseRoutes } from './routes/releases.ts';
import { rolloutRoutes } from './routes/rollouts.ts';
import { trustRoutes } from './routes/trust.ts';
import { vulnerabilityRoutes } from './routes/vulnerabilities.ts';

/** The whole management API, by the name of the client's method. */
export const routes = {
  ...accessRoutes,
  ...peopleRoutes,
  ...approvalRoutes,
  ...publisherRoutes,
  ...auditRoutes,
  ...fleetRoutes,
  ...releaseRoutes,
  ...checkRoutes,
  ...rolloutRoutes,
  ...holdRoutes,
  ...pathRoutes,
  ...deviceRoutes,
  ...trustRoutes,
  ...vulnerabilityRoutes,
} as const;
export type Routes = typeof routes;
export type RouteName = keyof Routes;
