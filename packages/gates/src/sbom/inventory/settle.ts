import type { SoftwareComponent, SoftwareInventory } from '../component.ts';
import type { OsRelease } from '../databases/os-release.ts';
import { sbomLimits } from '../sbom-limits.ts';
import { withDependencies } from './depends-on.ts';
import type { Executable, InventoryDraft } from './draft.ts';
import type { Find } from './find.ts';
import { simpleComponent } from './find.ts';
import { ComponentTable } from './merge.ts';
import { packageComponent } from './package-component.ts';
import { PackageNames } from './package-names.ts';
import { writePurl } from './purl.ts';

/** Makes the inventory of what a walk has shown. Cost: linear in finds and edges. */
export function settleInventory(draft: InventoryDraft): SoftwareInventory {
  const table = new ComponentTable();
  const names = new PackageNames();
  const distribution = outermostRelease(draft);
  addPackages(draft, distribution, { table, names });
  const named = draft.finds.filter((find) => !isToldByPackage(draft, find));
  for (const find of named) addFind(find, { table, names });
  addUnknownFiles(draft, table);
  return {
    distribution: distribution && { id: distribution.id, versionId: distribution.versionId, name: distribution.name },
    components: table.sorted(),
    coverage: coverageOf(draft),
  };
}

interface Tables {
  readonly table: ComponentTable;
  readonly names: PackageNames;
}

function outermostRelease(draft: InventoryDraft): OsRelease | null {
  return draft.roots.all().find(({ osRelease }) => osRelease !== null)?.osRelease ?? null;
}

function addPackages(draft: InventoryDraft, distribution: OsRelease | null, { table, names }: Tables): void {
  for (const root of draft.roots.all()) {
    // A folder of packages without a distribution of its own belongs to the one around it.
    const release = root.osRelease ?? distribution;
    const records = root.databases.flatMap(({ packages }) => packages);
    const components = root.databases.flatMap(({ place, packages }) =>
      packages.map((record) => {
        const component = packageComponent(record, release, place);
        return { ...component, licence: component.licence ?? root.licences.get(record.name) };
      }),
    );
    for (const component of withDependencies(records, components)) {
      table.add(component);
      names.add(component);
    }
  }
}

/** Whether the file that tells of a find belongs to a package: then the package tells it, with its own version. */
function isToldByPackage(draft: InventoryDraft, { file, givesWayToPackage }: Find): boolean {
  return givesWayToPackage && file !== null && draft.isListed(file);
}

function addFind(find: Find, { table, names }: Tables): void {
  const same = find.isSameByName ? names.find(find.component) : undefined;
  if (same === undefined) table.add(find.component);
  else if (find.method === 'manifest') {
    const { purl, evidence, licence, cpe, supplier } = find.component;
    // Another purl for the same thing would be matched and counted twice.
    const told = purl === same.purl ? find.component : { ...same, evidence, licence, cpe, supplier };
    table.add({ ...told, purl: same.purl });
  }
}

function addUnknownFiles(draft: InventoryDraft, table: ComponentTable): void {
  const unknown = draft.executables.filter((file) => !file.isNamed && !draft.isListed(file.file));
  for (const file of unknown.slice(0, sbomLimits.unknownFiles)) table.add(fileComponent(file));
  if (unknown.length > sbomLimits.unknownFiles) {
    const message = `${unknown.length} programs belong to no package and tell nothing of themselves; the first ${sbomLimits.unknownFiles} are listed.`;
    draft.addProblem({ rule: 'inventory-too-large', place: '', message });
  }
}

function fileComponent({ place, sha256, buildId }: Executable): SoftwareComponent {
  const name = place.slice(Math.max(place.lastIndexOf('/'), place.lastIndexOf('!')) + 1);
  return simpleComponent({
    type: 'file',
    name,
    version: '',
    purl: writePurl({ type: 'generic', name, qualifiers: { checksum: `sha256:${sha256}` } }),
    hashes: { sha256, ...(buildId === undefined ? {} : { 'build-id': buildId }) },
    evidence: [{ method: 'string', place, confidence: 0 }],
  });
}

function coverageOf(draft: InventoryDraft): SoftwareInventory['coverage'] {
  let [explainedBytes, executableBytes] = [0, 0];
  for (const { file, sizeBytes } of draft.executables) {
    executableBytes += sizeBytes;
    if (draft.isListed(file)) explainedBytes += sizeBytes;
  }
  return { explainedBytes, executableBytes };
}
