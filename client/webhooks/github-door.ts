import type { FastifyRequest } from 'fastify';
import type { TriggerInput } from '../../core/trigger.ts';
import { openDoor } from './doors.ts';
import type { DoorParts } from './doors.ts';
import { isRead, readEvent, somewhere } from './github-events.ts';
import { knownEvent } from './metrics.ts';
import type { Answered } from './outcomes.ts';

/** `POST /github`. @param served the project as the operator's file writes it; null: not served */
export const githubDoor = (
  parts: DoorParts,
  { secret, served }: { readonly secret: () => Promise<string>; readonly served: Served },
) =>
  openDoor(parts, {
    header: 'x-hub-signature-256',
    secret,
    eventOf: (request) => knownEvent(headerOf(request, 'x-github-event')),
    read: (request, payload) => readDelivery(request, payload, served),
  });

/** Names of projects differ by more than their letters' case. */
export type Served = (project: string) => string | null;

function readDelivery(request: FastifyRequest, payload: object, served: Served): Answered | TriggerInput {
  const name = headerOf(request, 'x-github-event');
  if (!isRead(name)) return { outcome: 'ignored', told: 'Nothing follows from events of this name.' };
  const place = somewhere.safeParse(payload);
  if (!place.success) return { outcome: 'unreadable', told: 'It does not say in which repository it was.' };
  const project = served(place.data.repository.full_name);
  if (project === null) return { outcome: 'notServed', told: 'This repository is not served here.' };
  const read = readEvent(name, payload, project);
  switch (read.kind) {
    case 'nothing':
      return { outcome: 'ignored', told: 'Nothing follows from it.' };
    case 'unreadable':
      return {
        outcome: 'unreadable',
        told: `Events of this name have other contents; see the fields ${read.where}.`,
      };
    case 'event': {
      const delivery = headerOf(request, 'x-github-delivery');
      return { event: read.event, ...(isDeliveryId(delivery) ? { delivery } : {}) };
    }
  }
}

/** It is not signed: anybody may have written it, so it is kept only where it looks like one. */
const isDeliveryId = (text: string): boolean => /^[0-9A-Za-z-]{1,64}$/.test(text);

function headerOf({ headers }: FastifyRequest, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}
