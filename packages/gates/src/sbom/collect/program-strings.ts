import type { WalkedFile } from '@fettle/images';
import type { SoftwareComponent } from '../component.ts';
import { simpleComponent } from '../inventory/find.ts';
import { writePurl } from '../inventory/purl.ts';
import { readElf, segmentType } from '../programs/elf-file.ts';
import { bzImageBanner } from '../strings/boot-protocol.ts';
import { findEspDescriptor } from '../strings/esp-descriptor.ts';
import { findStrings, noteFind, overlapBytes, type StringFind, settledFinds } from '../strings/find-strings.ts';
import { cpeName, upstreamKernel } from '../strings/string-rule.ts';
import { stringRules } from '../strings/string-rules.ts';
import { asBuffer } from './file-text.ts';

const windowBytes = 4_194_304;
const kernelRule = stringRules.find(({ product }) => product === 'linux');

/** What texts in a program tell, each as a component of low trust. Memory: one window of 4 MiB. */
export async function searchStrings(file: WalkedFile): Promise<SoftwareComponent[]> {
  const found = new Map<string, StringFind>();
  const components: SoftwareComponent[] = [];
  for (const [offset, size] of await textAreas(file)) {
    for (let at = offset; at < offset + size; at += windowBytes - overlapBytes) {
      const length = Math.min(windowBytes, offset + size - at);
      const window = asBuffer(file.bytes?.subarray(at, at + length) ?? (await file.content.read(at, length)));
      findStrings(window, found);
      if (components.length === 0) components.push(...espComponents(window, file.place));
      const banner = at === 0 ? bzImageBanner(window) : undefined;
      if (banner !== undefined) addKernel(found, banner);
      if (length < windowBytes) break;
    }
  }
  return [...components, ...settledFinds(found).map((find) => stringComponent(find, file.place))];
}

function addKernel(found: Map<string, StringFind>, banner: string): void {
  if (!kernelRule) return;
  const version = banner.split(' ', 1)[0]?.slice(0, 64) ?? '';
  noteFind(found, { rule: kernelRule, version, upstream: kernelRule.upstream?.(banner) });
}

/**
 * Where texts can be: in a program for an operating system the sections of constants and data, else everything.
 */
async function textAreas(file: WalkedFile): Promise<[offset: number, size: number][]> {
  const elf = await readElf(file.content);
  const isHosted = elf?.segments.some(({ type }) => type === segmentType.interpreter) ?? false;
  const sections = elf?.sections.filter(({ name }) => name.startsWith('.rodata') || name.startsWith('.data')) ?? [];
  if (!isHosted || sections.length === 0) return [[0, file.content.size]];
  return sections.map(({ offset, size }) => [offset, size]);
}

function stringComponent({ rule, version, upstream }: StringFind, place: string): SoftwareComponent {
  const { product, type, supplier, licence, confidence } = rule;
  const known = upstream ?? (product === 'linux' ? upstreamKernel(version) : version);
  return simpleComponent({
    type,
    name: product,
    version,
    cpe: cpeName(rule.cpe, known),
    supplier,
    licence,
    evidence: [{ method: 'string', place, confidence }],
  });
}

function espComponents(window: Buffer, place: string): SoftwareComponent[] {
  const found = findEspDescriptor(window);
  if (!found) return [];
  const evidence = [{ method: 'string', place, confidence: 0.8 } as const];
  const idfVersion = found.idfVersion.replace(/^v/, '');
  const idf = simpleComponent({
    name: 'esp-idf',
    version: idfVersion,
    purl: writePurl({ type: 'github', namespace: 'espressif', name: 'esp-idf', version: found.idfVersion }),
    cpe: `cpe:2.3:a:espressif:esp-idf:${idfVersion.replace(/[^A-Za-z0-9._-]/g, '\\$&')}:*:*:*:*:*:*:*`,
    supplier: 'Espressif Systems',
    licence: 'Apache-2.0',
    evidence,
  });
  const { project: name, version } = found;
  return [simpleComponent({ type: 'firmware', name, version, evidence, dependsOn: [idf.purl] }), idf];
}
