import { Spec, Validation } from '@cyclonedx/cyclonedx-library';

/** What the official schema of CycloneDX 1.6 has against a document, at its strictest; null for nothing. */
export function cyclonedxProblems(text: string): Promise<unknown> {
  return new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text);
}
