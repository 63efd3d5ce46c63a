import type { FastifyRequest } from 'fastify';
import type { TriggerInput } from '../../core/trigger.ts';
import { readDataCall } from './data-call.ts';
import { openDoor } from './doors.ts';
import type { DoorParts } from './doors.ts';
import type { Served } from './github-door.ts';
import type { Answered } from './outcomes.ts';

/** `POST /data/:owner/:repo`. */
export const dataDoor = (
  parts: DoorParts,
  { secret, served }: { readonly secret: () => Promise<string>; readonly served: Served },
) =>
  openDoor(parts, {
    header: 'x-longhaul-signature-256',
    secret,
    eventOf: () => 'data',
    read: (request, payload) => readCall(request, payload, served, parts.now()),
  });

function readCall(
  { params }: FastifyRequest,
  payload: object,
  served: Served,
  now: number,
): Answered | TriggerInput {
  const { owner, repo } = params as { readonly owner: string; readonly repo: string };
  const project = served(`${owner}/${repo}`);
  if (project === null) return { outcome: 'notServed', told: 'This project is not served here.' };
  const read = readDataCall(payload, project, now);
  switch (read.kind) {
    case 'event':
      return { event: read.event };
    case 'stale':
      return { outcome: 'refused', told: 'Its time `at` is more than five minutes from ours.' };
    case 'elsewhere':
      return { outcome: 'refused', told: 'Its `project` is not that of the address.' };
    case 'unreadable':
      return { outcome: 'malformed', told: `It needs project, at and by; see the fields ${read.where}.` };
  }
}
