import { describe } from 'node:test';
import { keepsChecks } from './store-checks.ts';
import type { Open } from './store-fixtures.ts';
import { separatesFleets } from './store-fleets.ts';
import { keepsGates } from './store-gates.ts';
import { listsPages } from './store-lists.ts';
import { storesNouns } from './store-nouns.ts';
import { keepsPeople } from './store-people.ts';
import { keepsPublishers } from './store-publishers.ts';
import { searches } from './store-search.ts';
import { separatesTenants } from './store-tenants.ts';
import { groupsTransactions } from './store-transactions.ts';
import { keepsTrust } from './store-trust.ts';
import { keepsVulnerabilities } from './store-vulnerabilities.ts';

/** What every store must do, whatever database is behind it. */
export function storeContract(name: string, open: Open): void {
  describe(`store contract: ${name}`, () => {
    storesNouns(open);
    groupsTransactions(open);
    listsPages(open);
    searches(open);
    keepsGates(open);
    keepsTrust(open);
    keepsChecks(open);
    keepsPeople(open);
    keepsPublishers(open);
    keepsVulnerabilities(open);
    separatesTenants(open);
    separatesFleets(open);
  });
}
