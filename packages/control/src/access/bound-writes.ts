import { actorOfPerson, FettleError, type Fleet, type FleetId } from '@fettle/model';
import type { Writes } from '../ports.ts';
import { isPublishedWith } from './bound-reads.ts';
import type { OwnOf, writing } from './reach.ts';
import { ofWholeTenant, type Scope } from './scope.ts';

export type OwnWrites = Pick<Writes, OwnOf<typeof writing>>;

/** @param tx all of the tenant; what is not of the fleets is refused */
export function ownWrites(tx: Writes, scope: Scope, fleets: ReadonlySet<FleetId>): OwnWrites {
  const demandThat = (isTheirs: boolean) => {
    if (!isTheirs) throw ofWholeTenant(scope);
  };
  return {
    async updateFleet(fleet) {
      const known = fleets.has(fleet.id) ? await tx.fleet(fleet.id) : undefined;
      demandThat(known !== undefined);
      // Which keys are believed is decided for the whole tenant: they sign whatever a device of it may run.
      if (known && keysOf(known) !== keysOf(fleet)) throw ofWholeTenant(scope);
      await tx.updateFleet(fleet);
    },
    async deleteHold(id) {
      const holds = await Promise.all([...fleets].map((fleet) => tx.holds(fleet)));
      demandThat(holds.flat().some((hold) => hold.id === id));
      await tx.deleteHold(id);
    },
    async insertDevice(device) {
      demandThat(fleets.has(device.fleet));
      // Ids of devices are the tenant's: that one is taken is all that is told of it.
      if (await tx.device(device.id)) {
        const message = `Device ${device.id} is registered already, with another key, fleet or type.`;
        throw new FettleError('already-exists', message);
      }
      await tx.insertDevice(device);
    },
    async appendAudit(event) {
      demandThat(event.fleet === null || fleets.has(event.fleet as FleetId));
      await tx.appendAudit(event);
    },
    async insertTrustFile(file) {
      demandThat(file.repository === 'image' && isPublishedWith(file.role, fleets));
      await tx.insertTrustFile(file);
    },
    async updatePerson(person) {
      demandThat(actorOfPerson(person.id) === scope.actor);
      await tx.updatePerson(person);
    },
    async deletePersonTokens(person) {
      demandThat(actorOfPerson(person) === scope.actor);
      await tx.deletePersonTokens(person);
    },
  };
}

function keysOf({ keys }: Fleet): string {
  return JSON.stringify(keys);
}
