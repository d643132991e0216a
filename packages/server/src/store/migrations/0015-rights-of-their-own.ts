import type { Migration } from '../migration.ts';

/** What was a part of the first until now, and is a right of its own. */
const split = [
  ['fleet.write', 'policy.write'],
  ['person.write', 'role.write'],
] as const;

/**
 * Whoever may make tokens too is an administrator and keeps what they could do; others have less from now on. Nobody can
 * do what they could not before.
 */
export const rightsOfTheirOwn: Migration = {
  version: 15,
  name: 'release policies and roles are rights of their own',
  statements: () =>
    split.flatMap(([from, right]) => [
      `update operator_tokens set permissions = replace(permissions, '"${from}"', '"${from}","${right}"')
        where permissions like '%"token.write"%'`,
      // Only what stands in a list: a name could read the same.
      ...['[', ','].map(
        (mark) => `update people set body = replace(body, '${mark}"${from}"', '${mark}"${from}","${right}"')
          where body like '%["token.write"%' or body like '%,"token.write"%'`,
      ),
    ]),
};
