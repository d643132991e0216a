import type { Finding } from '@fettle/model';
import { makeFinding } from '../core/findings.ts';
import type { SoftwareComponent } from './component.ts';

/** What the minimum elements of an SBOM lack. */
export interface MinimumContent {
  readonly withoutSupplier: number;
  readonly withoutVersion: number;
  readonly withoutLicence: number;
  readonly withoutDependencies: boolean;
  readonly isMet: boolean;
  readonly findings: readonly Finding[];
}

/**
 * Looks for what every component has to tell: supplier, name, version, unique id, dependency relation. Name and id are
 * always there; author and time are the document's. One finding an element, with examples.
 * @source NTIA, "The minimum elements for a software bill of materials"
 */
export function judgeMinimumContent(components: readonly SoftwareComponent[]): MinimumContent {
  const named = components.filter(({ type }) => type !== 'file');
  const withoutSupplier = named.filter(({ supplier }) => supplier === undefined);
  const withoutVersion = named.filter(({ version }) => version === '');
  const withoutLicence = named.filter(({ licence }) => licence === undefined);
  const withoutDependencies = named.length > 1 && named.every(({ dependsOn }) => dependsOn.length === 0);
  const findings = [
    ...lack('supplier-missing', 'supplier', withoutSupplier),
    ...lack('version-missing', 'version', withoutVersion),
    ...(withoutDependencies ? [dependenciesFinding(named.length)] : []),
  ];
  return {
    withoutSupplier: withoutSupplier.length,
    withoutVersion: withoutVersion.length,
    withoutLicence: withoutLicence.length,
    withoutDependencies,
    isMet: findings.length === 0 && named.length > 0,
    findings,
  };
}

function lack(rule: string, element: string, components: readonly SoftwareComponent[]): Finding[] {
  if (components.length === 0) return [];
  const examples = components.slice(0, 5).map(({ name, version }) => (version === '' ? name : `${name} ${version}`));
  const more = components.length > examples.length ? ' and others' : '';
  const message = `${components.length} components have no ${element}: ${examples.join(', ')}${more}. Supply an SBOM that says it.`;
  return [finding(rule, message, components.length)];
}

function dependenciesFinding(count: number): Finding {
  const message = `Nothing is known of what depends on what among ${count} components. Supply an SBOM that says it.`;
  return finding('dependencies-missing', message, count);
}

function finding(rule: string, message: string, components: number): Finding {
  return makeFinding('sbom', { rule, severity: 'low', place: '', message, about: [], details: { components } });
}
