import type { PublisherProvider } from '@fettle/model';

/** What is known of the ID tokens of a provider. */
export interface ProviderRules {
  /** Ids that are never given to anybody else: at least one has to be bound, exactly. */
  readonly ids: readonly string[];
  /** Where a job comes from: at least one has to be bound as well. */
  readonly places: readonly string[];
  /** Claims in which a `*` may stand, behind this text at the earliest. */
  readonly patterns: Readonly<Record<string, string>>;
  /** Names that can change hands, and claims that are checked anyway: nobody may bind on them. */
  readonly unbindable: readonly string[];
  /** Which claim names the event, and what it may say without being allowed by name. */
  readonly event: string | undefined;
  readonly usualEvents: readonly string[];
  /** What `runner_environment` says of the provider's own runners. */
  readonly hosted: string | undefined;
}

const registered = ['iss', 'aud', 'exp', 'iat', 'nbf', 'jti'];

/** @source GitHub, OpenID Connect reference; GitLab, ID token authentication */
export const providerRules: Readonly<Record<PublisherProvider, ProviderRules>> = {
  github: {
    ids: ['repository_id', 'repository_owner_id', 'enterprise_id'],
    places: ['job_workflow_ref', 'workflow_ref', 'environment'],
    patterns: { job_workflow_ref: '@', workflow_ref: '@', ref: 'refs/', environment: '' },
    unbindable: [...registered, 'sub', 'repository', 'repository_owner', 'actor', 'actor_id', 'enterprise', 'workflow'],
    event: 'event_name',
    usualEvents: ['push', 'release', 'schedule', 'workflow_dispatch', 'create', 'deployment', 'repository_dispatch'],
    hosted: 'github-hosted',
  },
  gitlab: {
    ids: ['project_id', 'namespace_id'],
    places: ['ci_config_ref_uri', 'ref_protected', 'environment'],
    patterns: { ref: '', ref_path: 'refs/', environment: '' },
    unbindable: [...registered, 'sub', 'project_path', 'namespace_path', 'user_login', 'user_id', 'user_email'],
    event: 'pipeline_source',
    usualEvents: ['push', 'schedule', 'web', 'api', 'trigger', 'pipeline', 'parent_pipeline'],
    hosted: 'gitlab-hosted',
  },
  generic: {
    ids: [],
    places: [],
    patterns: {},
    unbindable: registered,
    event: undefined,
    usualEvents: [],
    hosted: undefined,
  },
};

/** In these the claims name the target in one version and the fork in another: nobody may allow them. GitLab work item 563038. */
export const neverEvents: readonly string[] = ['merge_request_event', 'external_pull_request_event'];
