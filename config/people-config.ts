/** People, and what they may do where, as the operator says it. */
import { z } from 'zod';
import { name } from './fields.ts';

const person = z
  .strictObject({
    github: z
      .string()
      .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/, 'a GitHub login')
      .meta({ title: 'a GitHub login' })
      .optional()
      .describe('Login on GitHub.'),
    slack: z
      .string()
      .regex(/^[UW][A-Z0-9]{2,}$/, 'a Slack user id such as `U024BE7LH`')
      .meta({ title: 'a Slack user id such as `U024BE7LH`' })
      .optional()
      .describe('Id of the user in Slack, such as `U024BE7LH`.'),
    emails: z
      .array(z.string().min(3))
      .default([])
      .describe('Addresses that they commit with; they tell the author where GitHub does not.'),
  })
  .describe('A person: whatever account an answer comes from, it is theirs, and counts once.');

export const peopleSchema = z
  .record(name, person)
  .default({})
  .describe('The people that this file speaks of, by name.');

/** Roles by name, each with the names of its people. */
export const approversSchema = z
  .record(name, z.array(name).min(1))
  .default({})
  .describe('Who may answer at the approval of a release to here: roles, each with names of `people`.');
