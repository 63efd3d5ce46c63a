/** What people may say to a release that waits for them, by whom they are vouched for, and what becomes of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApprovalPolicy } from '../../core/approval-policy.ts';
import type { Proof } from '../../core/identity.ts';
import type { Forge, ForgeComment } from '../../core/ports/forge.ts';
import type { ReleaseRecord } from '../../core/release.ts';
import { serverConfigSchema } from '../../config/server-config.ts';
import { makeMark } from '../../local/slack-mark.ts';
import { releaseUpdate } from '../../workflows/messages.ts';
import type { Answer, PersonMessage } from '../../workflows/messages.ts';
import { openStage } from './harness.ts';
import type { Stage } from './harness.ts';
import { World } from './world.ts';

const project = 'longhaul/flights';
const secret = 'signing secret';
const hours = (count: number): number => count * 3_600_000;

/** Ann and Bob are managers; Eve is nobody's; Ann has both accounts. */
const operator = serverConfigSchema.parse({
  version: 1,
  people: { ann: { github: 'Ann-Lee', slack: 'U0ANN' }, bob: { slack: 'U0BOB' }, cid: { github: 'cid' } },
  environments: {
    production: { target: 'local', port: 8102, approvers: { managers: ['ann', 'bob', 'cid'] } },
  },
});

let stage: Stage;
let world: AskedWorld;
let comments: Map<number, ForgeComment>;
/** What the forge waits for before it tells a comment. */
let beforeComment: (() => Promise<void>) | undefined;

/** A world that tells of every save, not only of new phases. */
class AskedWorld extends World {
  onSave: ((record: ReleaseRecord) => Promise<void>) | undefined;

  override records() {
    const records = super.records();
    return {
      ...records,
      saveRelease: async (record: ReleaseRecord) => {
        await records.saveRelease(record);
        await this.onSave?.(record);
      },
    };
  }
}

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
beforeEach(() => {
  comments = new Map();
  beforeComment = undefined;
  world = new AskedWorld();
  world.onPhase.set('deploying', async ({ id }) => {
    await stage.env.client.workflow.getHandle(id).signal('abort', { by: 'the test' });
  });
  const forge: Partial<Forge> = {
    comment: async (_, id) => {
      await beforeComment?.();
      return comments.get(id) ?? null;
    },
    authorOf: () => Promise.resolve('cid'),
    pullRequestsOf: () => Promise.resolve([{ project, number: 7 }]),
    pullRequest: () => Promise.resolve({ author: 'cid' } as Awaited<ReturnType<Forge['pullRequest']>>),
    permission: () => Promise.resolve('write'),
  };
  world.vouching = {
    config: () => operator,
    forge: forge as Forge,
    signingSecret: () => Promise.resolve(secret),
    addressesOf: () => Promise.resolve(['cid@example.org']),
  };
});

function askFor(policy: Partial<ApprovalPolicy>): void {
  const { release } = world.plan;
  if (release === undefined) throw new Error('The plan has a release.');
  const approval = { ...release.approval, ...policy };
  world.plan = { ...world.plan, release: { ...release, approval } };
}

/** Lets production be on a cluster, with an image for each environment. */
function onCluster(): void {
  const { release } = world.plan;
  if (release === undefined) throw new Error('The plan has a release.');
  const image = 'registry/flights:${ENVIRONMENT}-${SHORT_COMMIT}';
  const container = { image, startedBy: 'image', port: 8000, fetchModel: null } as const;
  const deployment = { resources: {}, maxUnavailable: 1, preStopSeconds: 5 };
  world.plan = {
    ...world.plan,
    release: {
      ...release,
      serve: { ...release.serve, container },
      production: { ...release.production, deployment },
    },
  };
}

const tell = (id: string, word: 'approve' | 'reject', message: PersonMessage): Promise<Answer> =>
  stage.env.client.workflow.getHandle(id).executeUpdate(releaseUpdate(word), { args: [message] });

/** An answer in a comment under the pull request, a second after the question. */
function comment(
  record: ReleaseRecord,
  author: string,
  body: string,
  change: Partial<ForgeComment> = {},
): PersonMessage {
  const id = comments.size + 1;
  const at = new Date(Date.parse(record.asked?.askedAt ?? '') + 1_000).toISOString();
  comments.set(id, { author, body, writtenAt: at, editedAt: at, pullRequest: 7, ...change });
  return { by: author, proof: { kind: 'githubComment', project, comment: id } };
}

/** A press of a button in Slack, marked as the server marks it. */
function press(record: ReleaseRecord, user: string, word: 'approve' | 'reject' = 'approve'): PersonMessage {
  const at = new Date(Date.parse(record.asked?.askedAt ?? '') + 1_000).toISOString();
  const evidence = record.evidence?.digest ?? '';
  const said = { release: record.id, word, evidence, user, name: user, at };
  const proof: Proof = { kind: 'slackButton', user, name: user, at, mark: makeMark(secret, said) };
  return { by: user, evidence, proof };
}

/** What a release ends as that was approved: what comes after that is no matter of approvals, and is cut off. */
const approved = { kind: 'rolledBack', reason: 'aborted by the test' } as const;

/** The release up to its deployment, with what people answer each time that it asks them. */
async function releaseAsking(
  answer: (record: ReleaseRecord, time: number) => Promise<void>,
): Promise<ReleaseRecord> {
  let times = 0;
  world.onPhase.set('waitingForApproval', (record) => answer(record, (times += 1)));
  return stage.run(world, () => stage.release());
}

const managers = { quorum: 2, roles: ['managers'] } as const;

describe('two managers must approve', () => {
  beforeEach(() => {
    askFor(managers);
  });

  it('and do, by a comment and by a press; between the two the record says what is missing', async () => {
    onCluster();
    const answers: Answer[] = [];
    const record = await releaseAsking(async (asked) => {
      answers.push(await tell(asked.id, 'approve', comment(asked, 'ann-lee', 'Fine.\n/longhaul approve')));
      answers.push(await tell(asked.id, 'approve', press(asked, 'U0BOB')));
    });
    expect(answers.map(({ accepted }) => accepted)).toEqual([true, true]);
    expect(answers[0]?.message).toContain('it still needs 1 more of 2 approvals by managers');
    expect(record.outcome).toEqual(approved);
    expect(record.evidence?.image).toEqual({ reference: 'registry/flights:production-c0ffee000000' });
    expect(record.approvals).toMatchObject([
      { by: 'ann-lee', provider: 'github', verified: true, person: 'ann', roles: ['managers'] },
      { by: 'U0BOB', provider: 'slack', verified: true, person: 'bob' },
    ]);
    const gate = record.gates.find((each) => each.gate === 'approval');
    expect(gate).toMatchObject({
      passed: true,
      evidence: 'approved by ann-lee on GitHub, and by U0BOB on Slack',
    });
  });

  it('and who answers twice, on GitHub and in Slack, counts once; a stranger and the terminal not at all', async () => {
    const answers: Answer[] = [];
    const record = await releaseAsking(async (asked) => {
      const { id } = asked;
      answers.push(await tell(id, 'approve', { by: 'bob', from: 'cli' }));
      await stage.env.client.workflow.getHandle(id).signal('approve', { by: 'bob' });
      answers.push(await tell(id, 'approve', comment(asked, 'eve', '/longhaul approve')));
      answers.push(await tell(id, 'approve', comment(asked, 'ann-lee', '/longhaul approve')));
      answers.push(await tell(id, 'approve', press(asked, 'U0ANN')));
      answers.push(await tell(id, 'reject', press(asked, 'U0BOB', 'reject')));
    });
    expect(answers.map(({ accepted }) => accepted)).toEqual([false, false, true, true, true]);
    expect(record.outcome).toMatchObject({ kind: 'rejected', by: 'U0BOB' });
    expect(
      record.approvals.map(({ by, provider, ignored }) => [by, provider, ignored === undefined]),
    ).toEqual([
      ['bob', 'cli', false],
      ['bob', 'signal', false],
      ['eve', 'github', false],
      ['ann-lee', 'github', true],
      ['U0BOB', 'slack', true],
    ]);
  });

  it('is saved after the first answer, so that others are told what is missing', async () => {
    let seen: ReleaseRecord | undefined;
    world.onSave = async (record) => {
      if (record.approvals.length === 0 || seen !== undefined) return;
      seen = record;
      await tell(record.id, 'reject', press(record, 'U0BOB', 'reject'));
    };
    await releaseAsking(async (asked) => {
      await tell(asked.id, 'approve', press(asked, 'U0ANN'));
    });
    expect(seen?.phase).toBe('waitingForApproval');
    expect(seen?.waiting?.for).toContain('1 more of 2 approvals');
    expect(seen?.asked?.missing).toBe(seen?.waiting?.for);
  });
});

describe('an answer does not count', () => {
  it('when it is the author’s, or its proof is not right; the record keeps it and says why', async () => {
    askFor({ roles: ['managers'], notTheAuthor: true });
    const refused: string[] = [];
    const record = await releaseAsking(async (asked) => {
      const { id } = asked;
      const later = new Date(Date.parse(asked.asked?.askedAt ?? '') + 60_000).toISOString();
      const early = '2020-01-01T00:00:00Z';
      const forged = press(asked, 'U0BOB');
      if (forged.proof?.kind !== 'slackButton') throw new Error('It is a press.');
      for (const message of [
        comment(asked, 'cid', '/longhaul approve'),
        comment(asked, 'ann-lee', '/longhaul approve', { editedAt: later }),
        comment(asked, 'ann-lee', 'I would not say `/longhaul approve` yet'),
        comment(asked, 'ann-lee', '/longhaul approve', { writtenAt: early, editedAt: early }),
        comment(asked, 'ann-lee', '/longhaul approve', { pullRequest: 8 }),
        { by: 'ann-lee', proof: { kind: 'githubComment', project, comment: 99 } as const },
        { ...forged, proof: { ...forged.proof, user: 'U0ANN' } },
        { ...press(asked, 'U0BOB'), comment: 'put in later' },
      ]) {
        const { accepted, message: said } = await tell(id, 'approve', message);
        expect(accepted).toBe(false);
        refused.push(said);
      }
      const digits = asked.evidence?.digest ?? '';
      const named = comment(asked, 'ann-lee', `/longhaul approve ${digits} seen at night`, {
        pullRequest: 8,
      });
      expect(await tell(id, 'approve', named)).toMatchObject({ accepted: true });
    });
    expect(refused).toEqual(
      [
        /cid on GitHub wrote what is released/,
        /edited/,
        /does not say `\/longhaul approve`/,
        /before the evidence was sealed/,
        /does not stand under a pull request/,
        /gone/,
        /the mark of the press is not/,
        /the mark of the press is not/,
      ].map((why) => expect.stringMatching(why) as unknown),
    );
    expect(record.outcome).toEqual(approved);
    expect(record.approvals.at(-1)).toMatchObject({ by: 'ann-lee', comment: 'seen at night' });
    expect(record.approvals.filter(({ ignored }) => ignored === undefined)).toHaveLength(1);
  });

  it('when it is malformed: then it is not even heard', async () => {
    await releaseAsking(async ({ id }) => {
      for (const message of [
        { by: '' },
        { by: 'ann', comment: 'x'.repeat(5_000) },
        { by: 'ann', evidence: 7 },
        { by: 'ann', proof: { kind: 'letter' } },
      ] as unknown as readonly PersonMessage[]) {
        await expect(tell(id, 'approve', message)).rejects.toThrow();
      }
      await tell(id, 'reject', { by: 'ann' });
    });
    expect(world.saved.at(-1)?.approvals).toHaveLength(1);
  });
});

it('approvals fall when the evidence changes, and are asked for again', async () => {
  askFor({ roles: ['managers'] });
  world.onPhase.set('waitingForProductionLane', () => {
    if (world.aliases.get('champion') === undefined) world.aliases.set('champion', '0');
  });
  const answers: Answer[] = [];
  let first = '';
  const record = await releaseAsking(async (asked, time) => {
    if (time === 1) first = asked.evidence?.digest ?? '';
    const old = { ...press(asked, 'U0BOB'), evidence: first };
    if (time === 2) answers.push(await tell(asked.id, 'approve', { by: 'bob', evidence: first }));
    answers.push(await tell(asked.id, 'approve', time === 1 ? old : press(asked, 'U0ANN')));
  });
  expect(answers.map(({ accepted }) => accepted)).toEqual([true, false, true]);
  expect(answers[1]?.message).toContain('the answer is about evidence');
  expect(record.approvals).toMatchObject([
    { by: 'U0BOB', fell: { reason: 'the champion (none, now 0) has changed' } },
    { by: 'U0ANN' },
  ]);
  expect(record.approvals[1]?.fell).toBeUndefined();
});

describe('time', () => {
  it('brings a reminder, an escalation and the end, each when it is due', async () => {
    askFor({
      ...managers,
      expiresMs: hours(72),
      remindAfterMs: hours(24),
      escalateAfterMs: hours(48),
      escalateTo: ['cid'],
    });
    const record = await releaseAsking(async (asked) => {
      await tell(asked.id, 'approve', press(asked, 'U0ANN'));
    });
    const from = Date.parse(record.asked?.askedAt ?? '');
    const after = (at: string): number => Math.round((Date.parse(at) - from) / hours(1));
    expect(record.reminders?.map(({ at, kind, to }) => [kind, after(at), to])).toEqual([
      ['reminder', 24, ['managers']],
      ['escalation', 48, ['cid']],
    ]);
    expect(record.reminders?.[0]?.missing).toContain('1 more of 2');
    expect(record.outcome).toMatchObject({ kind: 'rejected', by: 'expiry' });
    expect(after(record.updatedAt)).toBe(72);
    expect(record.asked?.missing).toBeNull();
    expect(
      world.saved.some(({ phase, reminders }) => phase === 'waitingForApproval' && reminders?.length === 1),
    ).toBe(true);
  });

  it('that runs out while an answer is weighed does not lose the answer; one that comes then is too late', async () => {
    askFor({ roles: ['managers'], expiresMs: 10_000 });
    let late: Promise<Answer> | undefined;
    let answer: Promise<Answer> | undefined;
    const record = await releaseAsking(async (asked) => {
      beforeComment = async () => {
        await stage.env.sleep(12_000);
        late = tell(asked.id, 'approve', press(asked, 'U0BOB'));
        await late;
      };
      answer = tell(asked.id, 'approve', comment(asked, 'ann-lee', '/longhaul approve'));
      await Promise.resolve();
    });
    expect(await late).toMatchObject({
      accepted: false,
      message: expect.stringContaining('expired') as string,
    });
    expect(await answer).toMatchObject({ accepted: true });
    expect(record.outcome).toEqual(approved);
  });
});

describe('answers that meet', () => {
  it('are each told what became of them', async () => {
    askFor({ roles: ['managers'] });
    const answers: Answer[] = [];
    const record = await releaseAsking(async (asked) => {
      answers.push(
        ...(await Promise.all([
          tell(asked.id, 'approve', comment(asked, 'ann-lee', '/longhaul approve')),
          tell(asked.id, 'reject', press(asked, 'U0BOB', 'reject')),
        ])),
      );
    });
    expect(answers.filter(({ accepted }) => accepted)).toHaveLength(1);
    expect(answers.find(({ accepted }) => !accepted)?.message).toMatch(/has already (approved|rejected) it/);
    expect(record.approvals).toHaveLength(1);
  });

  it('with an abort are told that nobody asks any more, although the release ends meanwhile', async () => {
    askFor({ roles: ['managers'] });
    let answer: Promise<Answer> | undefined;
    const record = await releaseAsking(async (asked) => {
      beforeComment = async () => {
        await stage.env.client.workflow.getHandle(asked.id).signal('abort', { by: 'bob' });
        await new Promise<void>((resolve) => {
          world.onPhase.set('ended', () => {
            resolve();
          });
        });
      };
      answer = tell(asked.id, 'approve', comment(asked, 'ann-lee', '/longhaul approve'));
      await Promise.resolve();
    });
    expect(record.outcome).toMatchObject({ kind: 'failed', reason: 'aborted by bob' });
    expect(await answer).toMatchObject({ accepted: false });
    expect(record.approvals).toEqual([]);
  });
});
