import type { Publisher, ReleaseSource } from '@fettle/model';
import type { Claims } from './match-claims.ts';

const mostCharacters = 500;

/** What the releases of a job say of where they came from. */
export function sourceOf(publisher: Publisher, claims: Claims): ReleaseSource {
  const { provider, issuer, name } = publisher;
  const said = (...names: readonly string[]) => {
    const found = names
      .map((one) => claims[one])
      .find((value) => typeof value === 'string' || typeof value === 'number');
    return found === undefined ? null : String(found).slice(0, mostCharacters);
  };
  return {
    publisher: name,
    issuer,
    repository: said('repository', 'project_path'),
    repositoryId: said('repository_id', 'project_id'),
    workflow: said('job_workflow_ref', 'workflow_ref', 'ci_config_ref_uri'),
    ref: said('ref_path', 'ref'),
    sha: said('sha'),
    runUrl: runUrlOf(provider, claims, said),
  };
}

/** Links are made of ids and names that the issuer vouches for, below the issuer's own site. */
function runUrlOf(provider: Publisher['provider'], claims: Claims, said: (...names: string[]) => string | null) {
  const path = /^[\w.-]+(?:\/[\w.-]+)+$/;
  const number = /^[0-9]{1,20}$/;
  const [repository, run] =
    provider === 'github' ? [said('repository'), said('run_id')] : [said('project_path'), said('pipeline_id')];
  if (provider === 'generic' || repository === null || run === null) return null;
  if (!path.test(repository) || !number.test(run)) return null;
  const issuer = String(claims.iss);
  if (provider === 'gitlab') return `${issuer}/${repository}/-/pipelines/${run}`;
  return `${githubSite(issuer)}/${repository}/actions/runs/${run}`;
}

/** @source GitHub, OpenID Connect: issuers of github.com, of Enterprise Server, and of data residency */
function githubSite(issuer: string): string {
  const { origin, hostname } = new URL(issuer);
  if (hostname === 'token.actions.githubusercontent.com') return 'https://github.com';
  return hostname.startsWith('token.actions.') ? `https://${hostname.slice('token.actions.'.length)}` : origin;
}
