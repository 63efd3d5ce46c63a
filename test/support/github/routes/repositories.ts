import { example } from '../description.ts';
import { fullRepository, installation, integration, user } from '../likeness.ts';
import { loginOf, notFound } from '../world.ts';
import type { Routes } from '../world.ts';

const hour = 3_600_000;

/** What each role is in GitHub's older word for it. */
const permissions: Readonly<Record<string, string>> = {
  admin: 'admin',
  maintain: 'write',
  write: 'write',
  triage: 'read',
  read: 'read',
  none: 'none',
};

/** Repositories, people, and the App itself. */
export const repositoryRoutes: Routes = {
  'repos/get': {
    needs: ['metadata', 'read'],
    answer: ({ world, repository }) => ({ status: 200, body: fullRepository(world, repository) }),
  },
  'repos/get-collaborator-permission-level': {
    needs: ['metadata', 'read'],
    answer: ({ repository, params }) => {
      const login = params['username'] ?? '';
      const role = repository.roles.get(login.toLowerCase());
      if (role === undefined) return notFound;
      const permission = permissions[role] ?? 'write';
      const shown = {
        ...user(login),
        role_name: role,
        permissions: { pull: true, push: false, admin: false },
      };
      return { status: 200, body: { permission, role_name: role, user: shown } };
    },
  },
  'users/get-authenticated': {
    answer: ({ world, by }) => ({
      status: 200,
      body: {
        ...example('private-user-response-with-public-and-private-profile-information'),
        ...user(loginOf(by, world.app)),
        user_view_type: 'private',
      },
    }),
  },
  'apps/get-authenticated': { answer: ({ world }) => ({ status: 200, body: integration(world) }) },
  'apps/get-webhook-config-for-app': {
    answer: ({ world }) => ({
      status: 200,
      body: {
        ...{ content_type: 'json', insecure_ssl: '0', secret: '********' },
        url: world.deliveries.target?.url ?? '',
      },
    }),
  },
  'apps/get-repo-installation': {
    answer: ({ world, repository }) => ({ status: 200, body: installation(world, repository.owner) }),
  },
  'apps/create-installation-access-token': {
    answer: (call) => {
      const { world, params } = call;
      if (Number(params['installation_id']) !== world.app.installation) return notFound;
      const token = `ghs_fake${world.ids.next()}`;
      const ends = Date.now() + hour;
      world.installationTokens.set(token, ends);
      const expires_at = new Date(ends).toISOString();
      return {
        status: 201,
        body: { token, expires_at, permissions: world.app.permissions, repository_selection: 'selected' },
      };
    },
  },
  'apps/list-webhook-deliveries': {
    answer: ({ world, query }) => world.deliveries.list(query, world.url),
  },
  'apps/redeliver-webhook-delivery': {
    answer: ({ world, params }) => world.deliveries.redeliver(params['delivery_id'] ?? ''),
  },
};
