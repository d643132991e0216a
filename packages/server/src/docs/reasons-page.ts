import { type ReasonBasis, type ReasonOwner, readinessAttributes, reasonTable } from '@fettle/model';

const bases: Readonly<Record<ReasonBasis, string>> = {
  device: 'the device',
  fleet: 'the fleet',
  clock: 'the clock',
  others: 'other devices',
};
const owners: Readonly<Record<ReasonOwner, string>> = {
  device: 'device',
  operator: 'operator',
  time: 'time',
  policy: 'policy',
};

/** The text of docs/reasons.md. */
export function reasonsPage(): string {
  const rows = Object.entries(reasonTable).map(([code, { owner, basis, summary }]) => {
    return `| \`${code}\` | ${summary} | ${owners[owner]} | ${bases[basis]} |`;
  });
  const attributes = Object.entries(readinessAttributes).map(([name, { type, summary }]) => {
    return `| \`${name}\` | ${type} | ${summary} |`;
  });
  return `# Why a device gets nothing

<!-- Made by \`node packages/server/src/docs/write-pages.ts\`; change packages/server/src/docs/reasons-page.ts or packages/model/src/reason.ts instead. -->

The function that answers a device at its check-in also explains it: \`decide\` walks every predicate of every rollout and
returns an offer, or a hold with *every* reason that holds. Each reason has a code, an owner, the evidence, the earliest
time at which a clock could change it (null when that depends on somebody), and the smallest change that would lift it.
An explanation can therefore never say anything else than what the next check-in does.

## A worked example

A release, a rollout that was not started, and a device in quarantine:

\`\`\`sh test
fettle serve --data-dir lamp-data --http-port 8461 > server.log 2>&1 &
fettle login --server http://127.0.0.1:8461 --token-file lamp-data/admin.token --wait 30s
fettle key create
fettle fleet create lamps --type lamp-1
fettle fleet use lamps
fettle fleet key add
head -c 1000 /dev/urandom > lamp.bin
fettle release publish lamp.bin --type lamp-1 --component app --version 1.0.0

openssl genpkey -algorithm ed25519 -out lamp.key
openssl pkey -in lamp.key -pubout -out lamp.pub
fettle device register lamp-7 --type lamp-1 --public-key lamp.pub
fettle device quarantine lamp-7 --reason 'it flickers'
fettle rollout start --version 1.0.0 --draft

fettle why lamp-7 1.0.0 | tee why.txt
grep -q device-quarantined why.txt
grep -q rollout-not-started why.txt
fettle why --whole 1.0.0
\`\`\`

\`fettle why lamp-7 1.0.0\` names both: the quarantine, which \`fettle device accept lamp-7\` lifts, and the draft, which
\`fettle rollout start\` lifts. \`fettle why --whole 1.0.0\` counts the whole fleet: every device that is behind stands in
exactly one line, under the reason that has to go first, so that the lines add up. The same is at
\`GET /api/v1/devices/{device}/why\` and \`GET /api/v1/fleets/{fleet}/why?version=\`.

## Every reason

*Owner*: who has to act, or what has to pass. *Rests on*: what has to change before it can go away.

| code | says | owner | rests on |
|---|---|---|---|
${rows.join('\n')}

\`eligible\` in the view of a fleet is no reason: nothing holds these devices, they only have to call. *Silent* ones have
not called for three check-in intervals.

## What devices say of their readiness

Attributes with a meaning of their own. What a device does not say, or says in another type, does not hold it back; only
where a plan demands consent does silence hold.

| attribute | type | meaning |
|---|---|---|
${attributes.join('\n')}

## Order

Rollouts are asked in order of priority, among equals the newest first. The first that nothing speaks against makes the
offer; the others say \`lower-priority\` or \`superseded-by-rollout\`. A device that the first does not reach yet is served by
the next.
`;
}
