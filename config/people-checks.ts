/** What a schema cannot say of the people in the operator's file. */
import type { Problem } from './problem.ts';
import type { ServerConfig } from './server-config.ts';
import { nearest } from './suggest.ts';
import type { YamlSource } from './yaml-source.ts';

/** Problems with `people` and `approvers`: names of nobody, and one account of two people. */
export function checkPeople(config: ServerConfig, source: YamlSource): readonly Problem[] {
  return [...unknownPeople(config, source), ...sharedAccounts(config, source)];
}

function unknownPeople({ environments, people }: ServerConfig, source: YamlSource): readonly Problem[] {
  const known = Object.keys(people);
  return Object.entries(environments).flatMap(([environment, { approvers }]) =>
    Object.entries(approvers).flatMap(([role, members]) =>
      members.flatMap((member, index) => {
        if (known.includes(member)) return [];
        const near = nearest(member, known);
        return [
          source.problem(
            ['environments', environment, 'approvers', role, index],
            `\`${member}\` is not among the people of this file`,
            near === undefined
              ? 'add them to `people`, with their account on GitHub or in Slack'
              : `did you mean \`${near}\`?`,
          ),
        ];
      }),
    ),
  );
}

function sharedAccounts({ people }: ServerConfig, source: YamlSource): readonly Problem[] {
  const owners = new Map<string, string>();
  return Object.entries(people).flatMap(([name, { github, slack }]) =>
    [['github', github?.toLowerCase()] as const, ['slack', slack] as const].flatMap(([provider, account]) => {
      if (account === undefined) return [];
      const owner = owners.get(`${provider} ${account}`);
      owners.set(`${provider} ${account}`, owner ?? name);
      return owner === undefined
        ? []
        : [
            source.problem(
              ['people', name, provider],
              `is the account of ${owner} as well`,
              'give each account to one person, so that they count once',
            ),
          ];
    }),
  );
}
