import { condition, setHandler } from '@temporalio/workflow';
import { letGo } from './lane-messages.ts';

/**
 * Holds a lane for the workflow that started it: Temporal lets one run of an id be open at a time, so nobody else can
 * hold the same lane, whatever the lane itself has forgotten. Ends with its holder, however that ends.
 */
export async function hold(): Promise<void> {
  let left = false;
  setHandler(letGo, () => {
    left = true;
  });
  await condition(() => left);
}
