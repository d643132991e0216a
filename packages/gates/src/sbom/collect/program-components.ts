import type { ComponentEvidence, SoftwareComponent } from '../component.ts';
import { ecosystemOf } from '../inventory/ecosystems.ts';
import { simpleComponent } from '../inventory/find.ts';
import { writePurl } from '../inventory/purl.ts';
import type { PackageNote } from '../programs/elf-notes.ts';
import type { GoBuildInfo, GoModule } from '../programs/go-build-info.ts';
import type { RustCrate } from '../programs/rust-audit.ts';

/** The package that a program says it was built for. */
export function noteComponent(note: PackageNote, place: string): SoftwareComponent {
  const { type, name, version, architecture, os, osVersion } = note;
  const kind = type === 'deb' || type === 'rpm' || type === 'apk' || type === 'opkg' ? type : undefined;
  const release = os === '' ? null : { id: os, versionId: osVersion, name: os, idLike: [] };
  return simpleComponent({
    type: 'application',
    name,
    version,
    purl: writePurl({
      type: kind ?? 'generic',
      namespace: kind === undefined ? undefined : os,
      name,
      version,
      qualifiers: { arch: architecture, distro: [os, osVersion].filter(Boolean).join('-') },
    }),
    architecture: architecture || undefined,
    ecosystem: kind === undefined ? null : ecosystemOf(kind, release),
    evidence: [{ method: 'note', place, confidence: 0.8 }],
  });
}

/** The modules of a Go program, its own one, and the standard library of the tools that built it. */
export function goComponents(info: GoBuildInfo, place: string): SoftwareComponent[] {
  const evidence: ComponentEvidence = { method: 'build-info', place, confidence: 0.95 };
  const standard: GoModule = { path: 'stdlib', version: info.goVersion };
  const libraries = [standard, ...info.modules].map((module) => goComponent(module, evidence));
  if (!info.main) return libraries;
  const dependsOn = libraries.map(({ purl }) => purl);
  return [{ ...goComponent(info.main, evidence), type: 'application', dependsOn }, ...libraries];
}

function goComponent({ path, version }: GoModule, evidence: ComponentEvidence): SoftwareComponent {
  const slash = path.lastIndexOf('/');
  const namespace = slash === -1 ? undefined : path.slice(0, slash);
  const purl = writePurl({ type: 'golang', namespace, name: path.slice(slash + 1), version });
  return simpleComponent({ name: path, version, purl, ecosystem: 'Go', evidence: [evidence] });
}

/** The crates of a Rust program. */
export function rustComponents(crates: readonly RustCrate[], place: string): SoftwareComponent[] {
  const purls = crates.map(({ name, version }) => (name === '' ? '' : writePurl({ type: 'cargo', name, version })));
  return crates.flatMap((crate, at) => {
    const purl = purls[at] ?? '';
    if (purl === '') return [];
    const needed = crate.dependencies.map((index) => purls[index] ?? '').filter((needs) => needs !== '');
    return simpleComponent({
      type: crate.isRoot ? 'application' : 'library',
      name: crate.name,
      version: crate.version,
      purl,
      // Crates of a company's own have names that mean something else to others.
      ecosystem: crate.isFromRegistry ? 'crates.io' : null,
      evidence: [{ method: 'build-info', place, confidence: 0.95 }],
      dependsOn: [...new Set(needed)],
    });
  });
}
