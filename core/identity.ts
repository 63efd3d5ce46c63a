/** Who said something, and who vouches for it. */

/** Where a person's word came in. `signal` is the plain Temporal CLI, `update` a client that named nobody. */
export type IdentityProvider = 'github' | 'slack' | 'cli' | 'signal' | 'update';

/**
 * A person as their provider knows them. `verified`: the provider vouched for it by a signature that Longhaul has
 * checked; what comes by CLI, signal or a bare update never is.
 */
export interface Identity {
  readonly provider: IdentityProvider;
  /** A GitHub login in lower case, Slack's user id, a name on this machine. */
  readonly id: string;
  /** As people read it. */
  readonly name: string;
  readonly verified: boolean;
}

/** `ann on GitHub`, `ann (CLI, unverified)`. */
export const identityInWords = ({ name, provider, verified }: Identity): string =>
  verified ? `${name} on ${providerNames[provider]}` : `${name} (${providerNames[provider]}, unverified)`;

const providerNames: Readonly<Record<IdentityProvider, string>> = {
  github: 'GitHub',
  slack: 'Slack',
  cli: 'CLI',
  signal: 'signal',
  update: 'update',
};

/**
 * What shows that a provider vouches for a person's word; checked anew by an activity, never by trust in who sends it.
 * A GitHub comment is read again from GitHub. A press of a button in Slack is known by the mark that the server which
 * checked Slack's signature makes with the signing secret, over all of the rest of it, the release and the word.
 */
export type Proof =
  | { readonly kind: 'githubComment'; readonly project: string; readonly comment: number }
  | {
      readonly kind: 'slackButton';
      readonly user: string;
      readonly name: string;
      /** ISO time. */
      readonly at: string;
      /** HMAC-SHA256, 64 hex digits. */
      readonly mark: string;
    };
