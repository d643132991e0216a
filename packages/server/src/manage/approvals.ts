import type { ApprovalView } from '@fettle/api';
import { approveRelease, draftApproval, showApprovals, withdrawApproval } from '@fettle/control';
import { FettleError, fleetId, type ReleaseApproval } from '@fettle/model';
import type { ManageHandlers } from './door.ts';
import { instantOrNull, instantText } from './instants.ts';

export const approvalHandlers: ManageHandlers = {
  async showApprovals({ scope, brain, params }) {
    const { manifest, check, approvals, stages } = await showApprovals(
      scope,
      brain,
      fleetId(params.fleet),
      params.version,
    );
    return {
      manifest,
      check,
      approvals: approvals.map(({ void: lost, counts, ...one }) => ({
        ...approvalView(one),
        counts,
        void: lost.map((stage) => ({ ...stage, since: instantOrNull(stage.since) })),
      })),
      stages: stages.map(({ stage, missing }) => ({ stage, missing: missing.map((one) => ({ ...one })) })),
    };
  },
  async draftApproval({ scope, brain, params, body }) {
    const wish = { version: params.version, ...body };
    return { statement: await draftApproval(scope, brain, fleetId(params.fleet), wish) };
  },
  async approveRelease({ scope, brain, params, body }) {
    const { statement } = body;
    const given = { version: params.version, statement, proof: proofOf(body) };
    const { approval } = await approveRelease(scope, brain, fleetId(params.fleet), given);
    return approvalView(approval);
  },
  async withdrawApproval({ scope, brain, params, body }) {
    await withdrawApproval(scope, brain, fleetId(params.fleet), { version: params.version, ...body });
    return undefined;
  },
};

function proofOf({ password, envelope }: { readonly password?: string; readonly envelope?: string }) {
  if (password !== undefined && envelope === undefined) return { password };
  if (envelope !== undefined && password === undefined) return { envelope };
  throw new FettleError('invalid-input', 'Expected a password, or an envelope that your registered key signed.');
}

function approvalView(approval: ReleaseApproval): ApprovalView {
  const { meaning, role, person, fullName, reason, at, method, manifest, check, evidence, judged = null } = approval;
  return { meaning, role, person, fullName, reason, at: instantText(at), method, manifest, check, evidence, judged };
}
