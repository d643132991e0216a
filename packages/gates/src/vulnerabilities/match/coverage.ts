import type { SoftwareComponent } from '../../sbom/component.ts';
import type { OpenDataSet } from '../data/data-set.ts';
import { ecosystemLabel, readEcosystem } from '../ecosystem.ts';
import { lookupsOf } from './lookups.ts';

/** What of an inventory could be looked up at all: what could not is unknown, not unaffected. */
export interface Coverage {
  /** Components with data of their ecosystem and release. */
  readonly checked: number;
  /** Ecosystems, with the release, that no data set has. */
  readonly ecosystemsWithoutData: readonly string[];
  /** Components that no ecosystem is known of, or no version. */
  readonly unknownComponents: number;
  /** The data sets that speak of some component. */
  readonly used: readonly OpenDataSet[];
}

/** @param dataSets those of the kind `osv` */
export function coverageOf(components: readonly SoftwareComponent[], dataSets: readonly OpenDataSet[]): Coverage {
  const used = new Set<OpenDataSet>();
  const without = new Set<string>();
  let checked = 0;
  let unknownComponents = 0;
  for (const component of components) {
    const ecosystems = new Set(lookupsOf(component).map(({ ecosystem }) => ecosystem));
    if (ecosystems.size === 0) unknownComponents++;
    const speaking = dataSets.filter((dataSet) => [...ecosystems].some((ecosystem) => hasDataOf(dataSet, ecosystem)));
    for (const dataSet of speaking) used.add(dataSet);
    if (speaking.length > 0) checked++;
    else for (const ecosystem of ecosystems) without.add(ecosystemLabel(ecosystem));
  }
  return { checked, unknownComponents, ecosystemsWithoutData: [...without].sort(), used: [...used] };
}

/** Data of all releases are filed without one; a component of an unknown release can only be looked up there. */
function hasDataOf(dataSet: OpenDataSet, ecosystem: string): boolean {
  const { base } = readEcosystem(ecosystem);
  const { ecosystems } = dataSet.header;
  return Object.hasOwn(ecosystems, ecosystemLabel(ecosystem)) || Object.hasOwn(ecosystems, base);
}
