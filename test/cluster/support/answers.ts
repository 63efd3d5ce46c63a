import { setTimeout as pause } from 'node:timers/promises';
import { ask } from './ask.ts';
import type { Answer } from './ask.ts';

/** How often which body was answered; an answer that is no success counts by its status. */
export type Counts = Readonly<Record<string, number>>;

/** Asks so many times, some at once. A request without an answer counts as its error. */
export async function countAnswers(
  address: string,
  headers: Readonly<Record<string, string>>,
  requests: number,
): Promise<Counts> {
  const counts: Record<string, number> = {};
  let left = requests;
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      const name = await answerName(address, headers);
      counts[name] = (counts[name] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return counts;
}

/** Asks all the time, until it is stopped. */
export function load(
  address: string,
  headers: Readonly<Record<string, string>>,
): { readonly stop: () => Promise<Counts> } {
  const counts: Record<string, number> = {};
  let going = true;
  const worker = async (): Promise<void> => {
    while (going) {
      const name = await answerName(address, headers);
      counts[name] = (counts[name] ?? 0) + 1;
      await pause(2);
    }
  };
  const workers = Promise.all([worker(), worker(), worker(), worker()]);
  return {
    stop: async () => {
      going = false;
      await workers;
      return counts;
    },
  };
}

/** Resolves once 20 requests in a row, or so many, were answered as wanted. @throws Error after 15 s */
export async function awaitAnswers(
  address: string,
  headers: Readonly<Record<string, string>>,
  wanted: string,
  inARow = 20,
): Promise<void> {
  const end = Date.now() + 15_000;
  let running = 0;
  while (running < inARow) {
    const name = await answerName(address, headers);
    running = name === wanted ? running + 1 : 0;
    if (running === 0 && Date.now() > end) throw new Error(`${address} answers ${name}, not ${wanted}`);
    if (running === 0) await pause(20);
  }
}

/**
 * Percent of the answers that are `name`, of 5,000 requests, all of them counted, however they come out: chance alone
 * misses by two points once in 200 times, and a weight that is three points off passes once in 13 times.
 */
export async function observedShare(
  address: string,
  headers: Readonly<Record<string, string>>,
  name: string,
): Promise<number> {
  const requests = 5000;
  const counts = await countAnswers(address, headers, requests);
  return (100 * (counts[name] ?? 0)) / requests;
}

const answerName = async (address: string, headers: Readonly<Record<string, string>>): Promise<string> => {
  try {
    const { status, body }: Answer = await ask(address, headers);
    return status === 200 ? body : String(status);
  } catch (error) {
    return String(error);
  }
};
