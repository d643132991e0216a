import { gateRules, gateTable } from '@fettle/gates';
import { blockingSeverities, releaseGates } from '@fettle/model';

/** The text of docs/gate-facts.md: what expressions of a release policy can ask for. */
export function gateFactsPage(): string {
  const sections = releaseGates.map((gate) => {
    const rows = Object.entries(gateTable[gate].facts).map(([name, says]) => `| \`facts.${name}\` | ${says} |`);
    const serious = blockingSeverities[gate].join(', ');
    const rules = gateRules[gate]?.map((rule) => `\`${rule}\``).join(', ') ?? 'the id of the vulnerability';
    return `## ${gate}
\`pass\` stops a release over open findings of severity ${serious}.

| fact | what it says |
|---|---|
${rows.join('\n')}

Rules of its findings, as waivers name them: ${rules}.
`;
  });
  return `# Facts and rules of gates

<!-- Made by \`node packages/server/src/docs/write-pages.ts\`; the tables of the gates are the source. -->

What an expression of a [release policy](release-policy.md) can ask for, gate by gate, beside \`verdict\`, \`waived\` and
\`open.critical\`, \`open.high\`, \`open.medium\`, \`open.low\`, \`open.info\`. A fact that a gate could not tell is null, and then
the expression has no answer: the gate is inconclusive.

${sections.join('\n')}`;
}
