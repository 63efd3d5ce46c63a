import { describe, expect, it } from 'vitest';
import { planArm } from '../../config/plan-arm.ts';
import { armOf } from '../local/support/stack.ts';

const { id: _id, ...arm } = armOf({ version: '7' });
const withImage = (image: string) => ({
  ...arm,
  commit: '0123456789abcdef0123456789abcdef01234567',
  serve: {
    ...arm.serve,
    container: { image, startedBy: 'run', port: 8000, fetchModel: null } as const,
  },
});

describe('an arm that is planned for a cluster', () => {
  it('has what is released in the reference of its image', () => {
    const image = 'registry.example/${MODEL}:${SHORT_COMMIT}-v${VERSION}-${ENVIRONMENT}';
    const planned = planArm({ ...withImage(image), environment: 'production' });
    expect(planned.serve.container?.image).toBe('registry.example/flight-delay:0123456789ab-v7-production');
    expect(planned).not.toHaveProperty('environment');
  });

  it('has an id of its own for another image, and the same for the same', () => {
    const id = (image: string) => planArm({ ...withImage(image), environment: 'production' }).id;
    expect(id('a:${COMMIT}')).toBe(id('a:0123456789abcdef0123456789abcdef01234567'));
    expect(id('a:${COMMIT}')).not.toBe(id('b:${COMMIT}'));
  });

  it('is refused with the variable that has no value', () => {
    expect(() => planArm({ ...withImage('a:${TAG}'), environment: 'production' })).toThrow(
      /container\.image, a:\$\{TAG\}, asks for `\$\{TAG\}`, which has no value\. It can have COMMIT, /,
    );
  });
});
