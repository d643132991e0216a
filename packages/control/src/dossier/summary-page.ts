import { missingApprovals, type ReleaseApproval } from '@fettle/model';
import { manifestDigest } from '../approvals/approval-statement.ts';
import type { DossierFacts } from './facts.ts';
import { html, type Markup, page, table } from './html.ts';

/** What people read first: what it is, who did what and when, what the gates said, and how to check all of it. */
export function summaryPage(facts: DossierFacts): string {
  const { release } = facts;
  const title = `Release ${release.version} of fleet ${release.fleet}`;
  return page(
    title,
    html`${whatItIs(facts)}
${verdicts(facts)}
${approvals(facts)}
${rollouts(facts)}
${events(facts)}
${howToVerify(facts)}`,
  );
}

function whatItIs({ release, check, way }: DossierFacts): Markup {
  const { artifacts, source } = release;
  const rows = [
    ['Version, counter', `${release.version}, ${release.counter}`],
    ['Status', release.status],
    ['Published', iso(release.publishedAt)],
    ['Believed by devices through', way === 'manifest' ? 'a signed manifest' : 'TUF metadata of the image repository'],
    ['Manifest (SHA-256)', manifestDigest(release)],
    ['Signed by', release.signedBy.join(', ')],
    ['Check', check ? `${check.id}, ended ${iso(check.endedAt)}` : 'none'],
    [
      'Source',
      source ? [source.repository, source.ref, source.sha, source.runUrl].filter(Boolean).join(' · ') : 'not told',
    ],
    ['Notes', release.notes],
  ];
  const files = artifacts.map((one) => [one.deviceType, one.component, one.kind, one.sizeBytes, one.digest]);
  return html`<h2>What it is</h2>${table(['', ''], rows)}
${table(['Device type', 'Component', 'Kind', 'Bytes', 'SHA-256'], files)}`;
}

function verdicts({ release }: DossierFacts): Markup {
  const rows = (release.clearance?.stages ?? []).flatMap(({ stage, verdict, gates }) => [
    [stage, 'all', verdict, '', ''],
    ...gates.map((gate) => [stage, gate.gate, gate.verdict, gate.why, gate.waived]),
  ]);
  return html`<h2>What the gates said</h2>${table(['Stage', 'Gate', 'Verdict', 'Why', 'Waived findings'], rows)}`;
}

function approvals({ release, policy }: DossierFacts): Markup {
  const check = release.clearance?.check ?? null;
  const signed = (release.approvals ?? []).map((one) => [
    one.meaning,
    one.fullName,
    one.role,
    iso(one.at),
    one.method,
    one.reason,
    standingOf(one, check),
  ]);
  const stages = (policy?.policy?.stages ?? []).map(({ stage, approvals: demands }) => {
    const missing = missingApprovals({ stage, approvals: demands }, release, null);
    const words = missing.map(({ meaning, role, count, found }) => `${meaning} by ${role}: ${found} of ${count}`);
    const standing = demands.length === 0 ? 'none demanded' : 'complete';
    return [stage, missing.length === 0 ? standing : `waits for ${words.join('; ')}`];
  });
  return html`<h2>Who signed for it</h2>
${table(['Meaning', 'Name', 'Role', 'When', 'Proven by', 'Reason', 'Standing'], signed)}
${table(['Stage', 'Approvals'], stages)}`;
}

function standingOf({ check, void: lost = [] }: ReleaseApproval, current: string | null): string {
  if (check !== current) return 'void: checked anew since';
  return lost.length === 0 ? 'counts' : lost.map(({ stage, why }) => `void for ${stage}: ${why}`).join('; ');
}

function rollouts({ rollouts: all }: DossierFacts): Markup {
  const rows = all.map(({ id, group, status, statusReason, createdBy, startedAt, endedAt, phases }) => [
    ...[id, group, `${status}: ${statusReason}`, createdBy, phases.length, iso(startedAt), iso(endedAt)],
  ]);
  return html`<h2>Where it went</h2>
${table(['Rollout', 'Group', 'Status', 'Made by', 'Phases', 'Started', 'Ended'], rows)}
<p>The outcome of each device, under a pseudonym, is in <code>rollouts/*.devices.json</code>.</p>`;
}

function events({ events: all }: DossierFacts): Markup {
  const rows = all.map(({ event, proof }) => [
    ...[event.sequence, iso(event.at), event.actor, event.verb, event.object, event.reason],
    proof ? 'proven' : 'in an earlier log',
  ]);
  return html`<h2>What the audit log tells</h2>
${table(['No.', 'When', 'Who', 'What', 'Of', 'Why', 'Log'], rows)}`;
}

function howToVerify({ verifierDigest }: DossierFacts): Markup {
  return html`<h2>How to check this</h2>
<p>Take the verifier out of the archive, or better from where you trust it: its SHA-256 is
<code>${verifierDigest}</code>. It needs Node 20 or newer and no network:</p>
<pre>unzip -p DOSSIER.zip verify/verify.mjs &gt; verify.mjs
sha256sum verify.mjs
node verify.mjs DOSSIER.zip --evidence-key evidence.pub.pem --release-key release.pub.pem --vkey LOG-VKEY</pre>
<p>The keys have to come from elsewhere than this archive, each for its use (<code>--root</code> in place of a release key where
releases are believed through TUF metadata). Without them the verifier finds whether all of this is consistent, and accepts
nothing. This page is a view of the files beside it: where they differ, the signed files hold.</p>`;
}

function iso(at: number | null | undefined): string {
  return at === null || at === undefined ? '' : new Date(at).toISOString();
}
