import { createPrivateKey } from 'node:crypto';
import { LonghaulError } from '../../core/errors.ts';
import { createClient } from './github-client.ts';
import type { AppKey, ClientSettings, GithubClient } from './github-client.ts';

/** What the operator's file gives to speak with: an App's key, or a plain token. */
export type GithubCredentials =
  { readonly kind: 'app'; readonly app: AppKey } | { readonly kind: 'token'; readonly token: string };

/** A way to GitHub by one set of credentials. */
export interface GithubAccess {
  /** As the App on a repository (`owner/repo`), or by the token. @throws LonghaulError NotFound where the App is not installed */
  readonly on: (project: string) => Promise<GithubClient>;
  /** As the App itself; null with a plain token. */
  readonly app: { readonly id: number; readonly client: GithubClient } | null;
  /** The login that our comments are by. */
  readonly login: () => Promise<string>;
}

/** The access by the credentials as they are now: kept as long as these stay the same. */
export function createAccess(
  credentials: () => Promise<GithubCredentials>,
  settings: ClientSettings,
): () => Promise<GithubAccess> {
  let made: { readonly by: string; readonly access: GithubAccess } | undefined;
  return async () => {
    const now = await credentials();
    const by = JSON.stringify(now);
    if (made?.by !== by) made = { by, access: accessBy(now, settings) };
    return made.access;
  };
}

const accessBy = (credentials: GithubCredentials, settings: ClientSettings): GithubAccess =>
  credentials.kind === 'token' ? byToken(credentials.token, settings) : byApp(credentials.app, settings);

function byToken(token: string, settings: ClientSettings): GithubAccess {
  const client = createClient({ token }, settings);
  return {
    app: null,
    on: () => Promise.resolve(client),
    login: kept(async () => (await client.rest.users.getAuthenticated()).data.login),
  };
}

function byApp(app: AppKey, settings: ClientSettings): GithubAccess {
  checkKey(app.privateKey);
  const client = createClient({ app }, settings);
  const installations = new Map<number, GithubClient>();
  const projects = new Map<string, number>();

  async function installationOn(project: string): Promise<number> {
    const known = projects.get(project);
    if (known !== undefined) return known;
    const { data } = await client.rest.apps.getRepoInstallation(ownerAndRepo(project));
    projects.set(project, data.id);
    return data.id;
  }

  function clientOf(installation: number): GithubClient {
    const known = installations.get(installation);
    if (known !== undefined) return known;
    const made = createClient({ app, installation }, settings, () => {
      projects.clear();
      installations.delete(installation);
    });
    installations.set(installation, made);
    return made;
  }

  return {
    app: { id: app.id, client },
    on: async (project) => clientOf(await installationOn(project)),
    login: kept(async () => {
      const { data } = await client.rest.apps.getAuthenticated();
      return `${data?.slug ?? ''}[bot]`;
    }),
  };
}

/** `owner/repo` as GitHub's calls want it. */
export function ownerAndRepo(project: string): { readonly owner: string; readonly repo: string } {
  const [owner = '', repo = ''] = project.split('/');
  return { owner, repo };
}

function checkKey(privateKey: string): void {
  try {
    createPrivateKey(privateKey);
  } catch (cause) {
    throw new LonghaulError(
      'InvalidConfig',
      'github.app.privateKey of the operator’s file is no private key in PEM.',
      {
        mend: 'Put the file there that GitHub gives for “Generate a private key” in the App’s settings.',
        cause,
      },
    );
  }
}

/** What `ask` answers, asked for once; a failure is not kept. */
function kept<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask().catch((error: unknown) => {
      answer = undefined;
      throw error;
    });
    return answer;
  };
}
