import type { SoftwareComponent } from '../component.ts';
import { simpleComponent } from '../inventory/find.ts';
import { writePurl } from '../inventory/purl.ts';
import { plainText } from '../sbom-limits.ts';

/** Whether a path is the description of an installed package: `…/node_modules/NAME/package.json`, also of a scope. */
export function isNpmPackagePath(path: string): boolean {
  if (!path.endsWith('/package.json')) return false;
  const folder = path.slice(0, -'/package.json'.length);
  const at = folder.lastIndexOf('node_modules/');
  if (at === -1 || (at > 0 && folder.charAt(at - 1) !== '/')) return false;
  const parts = folder.slice(at + 'node_modules/'.length).split('/');
  return parts.length === 1 || (parts.length === 2 && (parts[0]?.startsWith('@') ?? false));
}

/** Reads the description of an installed package. Undefined when it has no name or no version. */
export function readNpmPackage(text: string, place: string): SoftwareComponent | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...json };
  const [name, version] = [textOf(fields.name), textOf(fields.version)];
  if (!name || !version) return undefined;
  const scope = name.startsWith('@') && name.includes('/') ? name.slice(0, name.indexOf('/')) : undefined;
  return simpleComponent({
    name,
    version,
    purl: writePurl({ type: 'npm', namespace: scope, name: scope ? name.slice(scope.length + 1) : name, version }),
    licence: textOf(fields.license) ?? textOf(propertyOf(fields.license, 'type')),
    supplier: textOf(fields.author) ?? textOf(propertyOf(fields.author, 'name')),
    ecosystem: 'npm',
    evidence: [{ method: 'manifest', place, confidence: 0.9 }],
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? plainText(value) || undefined : undefined;
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
}
