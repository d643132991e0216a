import { type DossierFile, fileOf, jsonFile } from './dossier-file.ts';
import type { DossierFacts } from './facts.ts';
import { html, page, table } from './html.ts';
import { regimes } from './regimes.ts';

/** Which file proves what, by regime, and what it does not cover: for programs and for people. */
export function complianceFiles({ release, rollouts, evidence }: DossierFacts): readonly DossierFile[] {
  const present: Readonly<Record<string, boolean>> = {
    'sbom/': evidence.some(({ file }) => file.startsWith('sbom/')),
    'vex/': evidence.some(({ file }) => file.startsWith('vex/')),
    'attestations/': evidence.some(({ file }) => file.startsWith('attestations/')),
    'approvals/': (release.approvals ?? []).length > 0,
    'rollouts/': rollouts.length > 0,
    'gates/': release.clearance !== undefined,
  };
  const told = regimes.map(({ regime, clauses, notCovered }) => ({
    regime,
    clauses: clauses.map(({ clause, says, files }) => ({
      ...{ clause, says, files },
      missingHere: files.filter((file) => present[file] === false),
    })),
    notCovered,
  }));
  const title = `Evidence for release ${release.version} of fleet ${release.fleet}, by regime`;
  const body = html`<p>This maps files of the dossier to clauses. It is no legal advice and no certificate: whether
they suffice is for the reader's own experts to say. What a dossier cannot show is listed with each regime.</p>
${told.map(({ regime, clauses, notCovered }) => {
  const rows = clauses.map(({ clause, says, files, missingHere }) => [
    ...[clause, says, files.join(', ')],
    missingHere.length === 0 ? '' : `not in this dossier: ${missingHere.join(', ')}`,
  ]);
  return html`<h2>${regime}</h2>${table(['Clause', 'What is shown', 'Files', 'Here'], rows)}
<p><strong>Not covered:</strong></p><ul>${notCovered.map((one) => html`<li>${one}</li>`)}</ul>`;
})}`;
  return [jsonFile('compliance.json', { regimes: told }), fileOf('compliance.html', page(title, body))];
}
