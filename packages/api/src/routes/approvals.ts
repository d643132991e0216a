import { route } from '../route.ts';
import {
  approvalShape,
  approvalStandingShape,
  approveReleaseBody,
  draftApprovalBody,
  draftedApprovalShape,
  withdrawApprovalBody,
} from '../shapes/approvals.ts';
import { name, strict, versionText } from '../shapes/common.ts';

const release = strict({ fleet: name, version: versionText });

export const approvalRoutes = {
  showApprovals: route({
    method: 'GET',
    path: '/api/v1/fleets/{fleet}/releases/{version}/approvals',
    tag: 'approvals',
    summary: 'Who has signed for a release, and what each stage still waits for',
    params: release,
    statuses: [200],
    answer: approvalStandingShape,
  }),
  draftApproval: route({
    method: 'POST',
    path: '/api/v1/fleets/{fleet}/releases/{version}/approvals/draft',
    tag: 'approvals',
    summary: 'The statement that you would sign; nothing is kept',
    params: release,
    body: draftApprovalBody,
    statuses: [200],
    answer: draftedApprovalShape,
  }),
  approveRelease: route({
    method: 'POST',
    path: '/api/v1/fleets/{fleet}/releases/{version}/approvals',
    tag: 'approvals',
    summary: 'Sign a drafted statement, with your password or with the key that you registered',
    params: release,
    body: approveReleaseBody,
    statuses: [201],
    answer: approvalShape,
  }),
  withdrawApproval: route({
    method: 'POST',
    path: '/api/v1/fleets/{fleet}/releases/{version}/approvals/withdraw',
    tag: 'approvals',
    summary: 'Take your own signature back, until a rollout of the release has started',
    params: release,
    body: withdrawApprovalBody,
    statuses: [204],
  }),
} as const;
