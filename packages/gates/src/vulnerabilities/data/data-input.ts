import type { GateInput } from '../../core/gate.ts';
import type { CountedSet } from './data-trust.ts';

/** How a verdict names a data set that it rests on: by its digest, and by who signed where somebody asks for that. */
export function dataInput({ dataSet: { digest, header }, signedBy }: CountedSet): GateInput {
  const { kind, source, publishedAt } = header;
  return { name: `${kind}: ${source}`, version: digest, publishedAt, ...(signedBy ? { signedBy } : {}) };
}

/** Whether an input is a data set; rules are not. */
export function isDataInput({ version, publishedAt }: GateInput): boolean {
  return publishedAt !== null && /^[0-9a-f]{64}$/.test(version);
}

/** Whether it says which packages are affected: without one of these nothing can be found. */
export function isOsvInput(input: GateInput): boolean {
  return isDataInput(input) && input.name.startsWith('osv: ');
}
