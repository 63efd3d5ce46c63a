import { textWithin } from './json-size.ts';

/** What is said of a workflow, an activity or a timer beside its name; a server may take 400 bytes of it and no more. */
export const summaryOf = (text: string): string => textWithin(text, 200);

/** The same in many words: 20,000 bytes and no more. */
export const detailsOf = (text: string): string => textWithin(text, 10_000);
