import { FettleError, type FleetId, limits } from '@fettle/model';
import type { Reads } from '../ports.ts';
import { compileExpression, type Expression } from './compile.ts';
import { makeSchema } from './schema.ts';

/** What an operator hands in. */
export interface ExpressionInput {
  readonly text: string;
  /** What it is called where it was handed in, e.g. `filter`. */
  readonly field: string;
  /** Whether names that no device of the fleet has ever had are let pass. */
  readonly allowUnknown?: boolean | undefined;
}

/**
 * Reads an expression before it is kept or used, against what devices of the fleet have said so far.
 * @throws FettleError `invalid-input` with the 0-based `position` in its details
 */
export async function requireExpression(
  reads: Pick<Reads, 'fleetNames'>,
  fleet: FleetId,
  { text, field, allowUnknown }: ExpressionInput,
): Promise<Expression> {
  const names = text.trim() === '' ? [] : await reads.fleetNames(fleet);
  const schema = makeSchema(names, names.length < limits.namesPerFleet);
  const compiled = compileExpression(text, { schema, allowUnknown });
  if (compiled.ok) return compiled.expression;
  const { message, position } = compiled;
  throw new FettleError('invalid-input', `${field}, character ${position + 1}: ${message}`, {
    details: { field, position },
  });
}
